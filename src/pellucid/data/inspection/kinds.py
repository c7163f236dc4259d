"""What kind of thing a column holds, and why: number, category, date, text, identifier or constant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pellucid.data.text.scripts import count_words
from pellucid.data.text.symbols import are_symbols
from pellucid.data.tidy import text_of
from pellucid.foundation.records import ColumnKind

NAMED_ROWS: Final = re.compile(
    r"(?i:(?:^|[_\s.-])(?:id|ids|key|uuid|guid|index|idx|nr|no|rownames?|row|row_?id|serial)$|^unnamed)|[a-z](?:Id|ID|Key)$"
)
NAMED_CODES: Final = re.compile(
    r"(?i:(?:^|[_\s.-])(?:id|code|zip|zip_?code|post_?code|postal_?code)$)|[a-z](?:Id|ID|Code)$"
)
NAMED_TIMES: Final = re.compile(r"year|month|week|day|hour|minute|time|date", re.IGNORECASE)
FEWEST_ROWS: Final = 10  # below, that every value occurs once says nothing
MANY_SHARE: Final = (
    0.5  # of different values among the cells: above it, a value says more about its row than about others
)
MANY_VALUES: Final = 10
FEW_WHOLE: Final = 10  # different whole numbers, up to which a column may be codes
TEXT_WORDS, LONG_TEXT_WORDS = 2.0, 6.0  # mean words of a cell: above, cells are names or phrases; sentences
BINARY: Final = 2
SAMPLE_ROWS: Final = 1000
TENTH: Final = 0.1
SHOWN_LEVELS: Final = 3
SHOWN_CHARACTERS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """The kind of a column, and the reason where it is not obvious."""

    kind: ColumnKind
    reason: str = ""


def guess_kind(column: pl.Series) -> Guess:
    """Return what kind of thing a column holds.

    Example:
        >>> guess_kind(pl.Series("rownames", range(1, 21))).kind
        'identifier'
        >>> guess_kind(pl.Series("length", [0.1 * i * i for i in range(20)])).kind
        'number'
    """
    present = column.drop_nulls()
    distinct = present.n_unique()
    if not len(present):
        return Guess(kind="constant", reason="no cell has a value")
    if distinct == 1 and len(present) == len(column):
        return Guess(kind="constant", reason="every cell is the same")
    if column.dtype.is_temporal():
        return Guess(kind="date")
    if column.dtype.is_numeric():
        return _number_kind(present, distinct, len(present) == len(column))
    if column.dtype == pl.String:
        return _text_kind(present, distinct)
    return Guess(kind="category")


def _number_kind(present: pl.Series, distinct: int, complete: bool) -> Guess:
    """Tell measurements from row numbers and codes; real numbers are measurements, also when each occurs once."""
    if not is_whole(present):
        return Guess(kind="number")
    rows, name = len(present), present.name
    values = present.to_numpy()
    low, high = int(values.min()), int(values.max())
    unique = complete and distinct == rows
    if unique and high - low == rows - 1 and (rows >= FEWEST_ROWS or NAMED_ROWS.search(name)):
        if NAMED_TIMES.search(name):
            return Guess(kind="number", reason="it counts the rows, and its name says that it is a time")
        return Guess(
            kind="identifier", reason=f"it holds each whole number from {low} to {high} once: it counts the rows"
        )
    if rows >= FEWEST_ROWS and NAMED_ROWS.search(name) and distinct > MANY_SHARE * rows:
        return Guess(kind="identifier", reason=f"its name, and {distinct} different whole numbers in {rows} rows")
    if NAMED_CODES.search(name) and distinct > BINARY:
        return Guess(kind="category", reason="its name says that its numbers are codes")
    if FEW_WHOLE >= distinct > BINARY:
        return Guess(kind="number", reason=f"{distinct} whole numbers, taken to have an order")
    return Guess(kind="number")


def is_whole(present: pl.Series) -> bool:
    """Say whether all numbers are whole."""
    return present.dtype.is_integer() or bool((present == present.floor()).all())


def _text_kind(present: pl.Series, distinct: int) -> Guess:
    """Tell categories from names, phrases and identifiers."""
    words = mean_words(present)
    many = len(present) >= FEWEST_ROWS and distinct > max(MANY_SHARE * len(present), MANY_VALUES)
    said = f"{distinct} different texts in {len(present)} rows"
    if distinct > BINARY and are_symbols(present):
        return Guess(
            kind="text", reason=f"{said}: long strings of letters without blanks, taken for sequences of symbols"
        )
    if (many and words >= TEXT_WORDS) or (words >= LONG_TEXT_WORDS and distinct > MANY_VALUES):
        return Guess(kind="text", reason=f"{said}, {words:.1f} words each")
    if many:
        return Guess(kind="identifier", reason=said)
    return Guess(kind="category")


def mean_words(present: pl.Series) -> float:
    """Return the words of a cell on average, counted in the first thousand cells that hold any."""
    return float(np.mean(count_words(present.head(SAMPLE_ROWS)).to_numpy()))


def holds_sentences(column: pl.Series) -> bool:
    """Say whether the cells of a column are sentences, mostly: texts of several words that are seldom alike.

    Sequences of symbols are learnt from like sentences.

    Example:
        >>> holds_sentences(pl.Series([f"this is the sentence with number {i} of them" for i in range(20)]))
        True
        >>> holds_sentences(pl.Series(["red", "green"] * 10))
        False
    """
    if column.dtype != pl.String:
        return False
    present = column.drop_nulls()
    if not len(present) or present.n_unique() <= MANY_VALUES:
        return False
    return mean_words(present) >= LONG_TEXT_WORDS or are_symbols(present)


def summary_of(column: pl.Series, kind: ColumnKind) -> str:
    """Return one phrase about the values of a column.

    Example:
        >>> summary_of(pl.Series([1.0, 2.0, 10.0]), "number")
        '1 … 10, median 2'
    """
    present = column.drop_nulls()
    if not len(present):
        return "empty"
    if kind == "constant":
        return f"always {_short(text_of(present)[0])}"
    if kind == "date" and present.dtype.is_temporal():
        return f"{present.min()!s} … {present.max()!s}"
    if present.dtype.is_numeric() and kind != "category":
        low, middle, high = np.quantile(present.to_numpy(), [0, 0.5, 1])
        return f"{low:.6g} … {high:.6g}, median {middle:.6g}"
    if kind in ("text", "identifier"):
        return f"such as {_short(text_of(present)[0])}"
    counts = text_of(present).value_counts(sort=True, name="rows")
    shown = ", ".join(
        f"{_short(level)} {_percent(rows / len(present))}" for level, rows in counts.head(SHOWN_LEVELS).iter_rows()
    )
    return shown + (f", … ({len(counts)} levels)" if len(counts) > SHOWN_LEVELS else "")


def _short(text: str) -> str:
    """Return a text cut to what fits into a phrase."""
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"


def _percent(share: float) -> str:
    """Return a share in per cent, with a digit more where it is small."""
    return f"{share:.0%}" if share >= TENTH else f"{share:.1%}"
