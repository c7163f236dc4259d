"""What the texts of a column mean: numbers, dates, truth values, or texts; decided from all cells, not from the first.

The table comes in lazy parts: counting and converting run in two passes over them, so that the texts of a large file
are never all in memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.frames import Parted, collected
from pellucid.data.text.dates import date_formats, day_and_month_swapped, parsed_dates
from pellucid.data.text.values import CODE, MISSING, TRUTHS
from pellucid.data.tidy import text_of
from pellucid.foundation.records import ColumnKind, Decision

SAMPLE_ROWS: Final = 2000
CANDIDATE_SHARE: Final = 0.5  # of a sample's cells: below it a meaning is not tried on the whole column
NUMBER_SHARE: Final = 0.95  # of all cells: above it the column is numbers, or dates, with some bad cells
SHOWN_CELLS: Final = 3
POINT, COMMA, GROUPED = "point", "comma", "grouped"
WITH_COMMA: Final = r"^[+-]?(\d+|\d{1,3}(\.\d{3})+)?,\d+([eE][+-]?\d+)?$"
WITH_GROUPS: Final = r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$"
TEXT_KINDS: Final = ("category", "text", "identifier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the texts of a table are to be understood, beyond what their cells say."""

    kinds: Mapping[str, ColumnKind]
    """Columns whose kind is known, from the user or from a run."""
    missing: tuple[str, ...] = ()
    decimal: str | None = None
    comma_groups: bool = False
    """Whether `1,500` is more likely fifteen hundred (the file separates by commas) than one and a half."""
    strict: bool = False
    """Whether a column with a single bad cell stays text, so that the bad cell can be named later."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column was found to hold: the expression that converts it, and what there is to say."""

    expression: pl.Expr
    bad: int = 0
    decision: Decision | None = None


def parse_texts(table: Parted, reading: Reading, rows: NDArray[np.int64]) -> tuple[pl.DataFrame, tuple[Decision, ...]]:
    """Convert every text column of the table to what it means; `rows` are the row numbers to name bad cells by."""
    texts = [name for name, dtype in table.head(0).schema.items() if dtype == pl.String]
    clean = table.each(lambda part: _clean(part, texts, reading))
    sample = clean.head(SAMPLE_ROWS).select(texts)
    counters = {name: _counters(name, sample[name], reading) for name in texts}
    counts = _count(clean, counters)
    meanings = {name: _meaning(name, counters[name], counts, reading) for name in texts}
    decisions = [meaning.decision for meaning in meanings.values() if meaning.decision]
    for name, meaning in meanings.items():
        if meaning.bad:
            decisions.append(_bad_cells(clean, name, meaning, rows))
    converted = [meaning.expression.alias(name) for name, meaning in meanings.items()]
    return collected(clean.each(lambda part: part.with_columns(converted)), len(rows)), tuple(decisions)


def _clean(table: pl.LazyFrame, texts: Sequence[str], reading: Reading) -> pl.LazyFrame:
    """Return the table with no blanks around its texts and with null for what stands for nothing."""
    tokens = [token.strip() for token in (*MISSING, *reading.missing)]
    stripped = table.with_columns(pl.col(name).str.strip_chars() for name in texts)
    return stripped.with_columns(pl.when(~pl.col(name).is_in(tokens)).then(name).alias(name) for name in texts)


def clean_texts(column: pl.Series) -> pl.Series:
    """Return one column as texts without blanks around them, null for what stands for nothing."""
    texts = text_of(column)
    return _clean(texts.to_frame().lazy(), [texts.name], Reading(kinds={})).collect().to_series()


def number(cell: pl.Expr, style: str) -> pl.Expr:
    """Return the numbers that texts write in a style; null where they are none."""
    if style == COMMA:
        plain = cell.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
        cell = pl.when(cell.str.contains(WITH_COMMA)).then(plain).otherwise(cell)
    elif style == GROUPED:
        plain = cell.str.replace_all(",", "", literal=True)
        cell = pl.when(cell.str.contains(WITH_GROUPS)).then(plain).otherwise(cell)
    return cell.cast(pl.Float64, strict=False)


def _counters(name: str, sample: pl.Series, reading: Reading) -> dict[str, pl.Expr]:
    """Return, by name, what has to be counted to decide about the column; only what its sample makes likely."""
    kind, present, cell = reading.kinds.get(name), sample.drop_nulls(), pl.col(name)
    if kind in TEXT_KINDS:
        return {}
    likely: dict[str, pl.Expr] = {"present": cell}
    if kind in (None, "date") and len(present):
        likely |= {f: parsed_dates(cell, f) for f in date_formats(name, present, declared=kind == "date")}
    if kind != "date":
        style = number_style(present, reading.decimal, comma_groups=reading.comma_groups)
        enough = CANDIDATE_SHARE * len(present)
        if kind == "number" or present.to_frame().select(number(cell, style)).to_series().count() >= enough:
            likely[style] = number(cell, style)
            if not present.str.contains(".", literal=True).any():
                likely |= {"whole": cell.cast(pl.Int64, strict=False), "code": pl.when(cell.str.contains(CODE)).then(1)}
        if present.str.to_lowercase().is_in(TRUTHS).sum() >= enough:
            likely |= {"truth": pl.when(cell.str.to_lowercase().is_in(TRUTHS)).then(1)}
    return likely


def number_style(present: pl.Series, decimal: str | None = None, *, comma_groups: bool = False) -> str:
    """Return how most of a column's texts write numbers."""
    if decimal:
        return COMMA if decimal == "," else POINT
    styles = (POINT, GROUPED, COMMA) if comma_groups else (POINT, COMMA, GROUPED)
    frame = present.to_frame()
    counts = [frame.select(number(pl.col(present.name), style)).to_series().count() for style in styles]
    return styles[int(np.argmax(counts))]


def _count(table: Parted, counters: Mapping[str, Mapping[str, pl.Expr]]) -> dict[tuple[str, str], int]:
    """Count the cells that each expression leaves, in one pass over the table."""
    keys = [(column, what) for column, parts in counters.items() for what in parts]
    if not keys:
        return {}
    expressions = [counters[column][what].count().alias(str(i)) for i, (column, what) in enumerate(keys)]
    rows = [part.select(expressions).collect(engine="streaming").row(0) for part in table.parts()]
    return dict(zip(keys, map(sum, zip(*rows, strict=True)), strict=True))


def _meaning(
    name: str, counters: Mapping[str, pl.Expr], counts: Mapping[tuple[str, str], int], reading: Reading
) -> Meaning:
    """Decide what the column holds."""
    cell, count = pl.col(name), {what: counts[name, what] for what in counters}
    present, kind = count.pop("present", 0), reading.kinds.get(name)
    formats = [what for what in count if "%" in what]
    styles = [what for what in count if what in (POINT, COMMA, GROUPED)]
    if not present:
        return Meaning(cell)
    if count.get("truth") == present and kind is None:
        return Meaning(cell.str.to_lowercase() == TRUTHS[0])
    best = max(formats, key=lambda f: count[f], default=None)
    if best and (kind == "date" or count[best] >= (1.0 if reading.strict else NUMBER_SHARE) * present):
        swapped = day_and_month_swapped(best)
        twin = swapped if swapped != best and count.get(swapped) == count[best] else None
        return Meaning(counters[best], present - count[best], _said_date(name, best, twin))
    for style in styles:
        enough = kind == "number" or count[style] >= (1.0 if reading.strict else NUMBER_SHARE) * present
        whole = style == POINT and count.get("whole") == present
        if not enough or (whole and count["code"] and kind is None):
            continue
        said = None if style == POINT else _said_style(name, style)
        return Meaning(counters["whole"] if whole else counters[style], present - count[style], said)
    return Meaning(cell)


def _said_date(name: str, chosen: str, twin: str | None) -> Decision | None:
    """Say which order of day and month was taken where both fit."""
    if twin is None:
        return None
    return Decision(
        topic=f"column {name}",
        choice=f"dates written as {chosen}",
        reason=f"every cell fits, and fits {twin} as well",
        overrule=f"write the dates as year-month-day, or --column {name}=category",
        warning=True,
    )


def _said_style(name: str, style: str) -> Decision:
    """Say that commas were read as decimal marks, or as marks between thousands."""
    meaning = "decimal commas" if style == COMMA else "commas between thousands"
    return Decision(
        topic=f"column {name}",
        choice=f"numbers with {meaning}",
        reason="most of its cells are numbers only so",
        overrule="--decimal . or --decimal ,",
    )


def _bad_cells(clean: Parted, name: str, meaning: Meaning, rows: NDArray[np.int64]) -> Decision:
    """Say which cells are none of the numbers or dates that the others are, and count as missing."""
    cell = pl.col(name)
    bad = cell.is_not_null() & meaning.expression.is_null()
    found = (cell.filter(bad).head(SHOWN_CELLS).implode(), bad.arg_true().head(SHOWN_CELLS).implode(), pl.len())
    shown: list[str] = []
    before = 0
    for part in clean.parts():
        texts, places, count = part.select(one.alias(str(i)) for i, one in enumerate(found)).collect().row(0)
        shown += [f"{text!r} in row {rows[before + at]}" for text, at in zip(texts, places, strict=True)]
        before += count
        if len(shown) >= SHOWN_CELLS:
            break
    return Decision(
        topic=f"column {name}",
        choice=f"{meaning.bad} cells count as missing",
        reason=f"the other cells are numbers or dates and these are not: {', '.join(shown[:SHOWN_CELLS])}"
        + (" …" if meaning.bad > SHOWN_CELLS else ""),
        overrule=f"--column {name}=category",
        warning=True,
    )
