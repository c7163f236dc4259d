"""The columns to predict: which they are, what their values are, and whether anything can be learnt from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.dataset import LABEL, Dataset
from pellucid.data.inspection.kinds import holds_sentences
from pellucid.data.tidy import text_of
from pellucid.foundation.errors import DataError
from pellucid.foundation.names import unknown_name
from pellucid.foundation.records import ColumnKind, Decision
from pellucid.tasks.task import Target

USUAL_NAMES: Final = ("target", LABEL, "class", "y")
RARE_ROWS: Final = 3  # one for each of the three parts
ROWS_PER_CLASS: Final = 2
SHOWN_CLASSES: Final = 5
TEXTS_AT_ONCE: Final = 1 << 16


def choose_targets(
    dataset: Dataset, columns: Sequence[str], wished: tuple[str, ...] | None
) -> tuple[tuple[str, ...], tuple[Decision, ...]]:
    """Return the names of the columns to predict, and what there is to say where they were not given.

    Raises:
        UnknownNameError: a wished one does not exist; the nearest is offered.
        DataError: there is nothing that could be predicted.
    """
    candidates = [name for name in columns if name != dataset.subject]
    if wished:
        for name in wished:
            if name not in candidates:
                raise unknown_name("fit", "a target", name, candidates)
        return wished, ()
    if not candidates:
        what = "--labels TABLE or a folder for each class" if dataset.subject else "a column to predict"
        raise DataError(f"fit expected something to predict in {dataset.name}, got no labels: give it {what}")
    if dataset.target and set(dataset.target) <= set(candidates):
        said = Decision(
            topic="target",
            choice=", ".join(dataset.target)
            if len(dataset.target) <= SHOWN_CLASSES
            else f"{len(dataset.target)} columns",
            reason=f"{dataset.name} names it as what is to be predicted",
            overrule="--target NAME",
        )
        return dataset.target, (said,)
    usual = next((name for usual in USUAL_NAMES for name in candidates if name.lower() == usual), None)
    plain = [name for name in candidates if not holds_sentences(dataset.frame[name])] or candidates
    chosen = usual or plain[-1]
    said = Decision(
        topic="target",
        choice=chosen,
        reason="none was named and this column's name says so"
        if usual
        else f"none was named and this is the last column{' without sentences' * (plain != candidates)}",
        overrule="--target NAME",
        warning=True,
    )
    return (chosen,), (said,)


def target_kind(column: pl.Series, declared: ColumnKind | None) -> ColumnKind:
    """Return `number` or `category`; numbers stay numbers, whether classes or counts is for the task to say.

    Raises:
        DataError: the column holds dates, or is declared as something that cannot be predicted.
    """
    if declared not in (None, "number", "category"):
        raise DataError(
            f"fit expected the target {column.name} to be a number or a category, got --column "
            f"{column.name}={declared}: say number or category"
        )
    if column.dtype.is_temporal() and declared is None:
        raise DataError(
            f"fit expected the target {column.name} to be a number or a category, got dates: "
            "predict a number made of them, such as days"
        )
    return declared or ("number" if column.dtype.is_numeric() else "category")


def read_targets(
    frame: pl.DataFrame, kinds: Mapping[str, ColumnKind], rows: NDArray[np.int64] | None = None
) -> tuple[Target, ...]:
    """Return the targets of a table, whose kinds are known: NaN or None where a value is missing.

    Args:
        frame: The table.
        kinds: For each target its kind, `number` or `category`.
        rows: (n,) where each row stands in its source; None: counted from 1.

    Raises:
        UnknownNameError: a target is no column of the table.

    Example:
        >>> read_targets(pl.DataFrame({"a": [1, None]}), {"a": "number"})[0].values
        array([ 1., nan])
    """
    targets = []
    for name, kind in kinds.items():
        if name not in frame.columns:
            raise unknown_name("evaluate", "a target", name, frame.columns)
        column = frame[name]
        values = column.cast(pl.Float64, strict=False).to_numpy() if kind == "number" else _texts(column)
        targets.append(Target(name=name, kind=kind, values=values, rows=rows))
    return tuple(targets)


def _texts(column: pl.Series) -> NDArray[np.object_]:
    """Return the cells as texts; equal ones are one object, so that a class costs no memory in each of its rows."""
    values = np.empty(len(column), dtype=object)
    known: dict[str | None, str | None] = {}
    for start in range(0, len(column), TEXTS_AT_ONCE):
        part = text_of(column[start : start + TEXTS_AT_ONCE]).to_list()
        values[start : start + len(part)] = [known.setdefault(text, text) for text in part]
    return values


def check_target(target: Target) -> tuple[Decision, ...]:
    """Check that something can be learnt of a target (its missing rows are gone), and say which classes are rare.

    Raises:
        DataError: there is one row, one class, one value, or about as many classes as rows.
    """
    rows, values = len(target.values), target.values
    if rows == 1:
        raise DataError(f"fit expected several rows with a value of {target.name}, got one: add rows")
    if target.kind == "number":
        if np.ptp(values.astype(np.float64)) == 0:
            raise DataError(
                f"fit expected the target {target.name} to vary, got {values[0]:g} in all {rows} rows: "
                "name another target with --target"
            )
        return ()
    found = pl.Series("class", values, dtype=pl.String).value_counts(name="rows").sort("class")
    classes, counts = found["class"], found["rows"]
    if len(classes) == 1:
        raise DataError(
            f"fit expected at least two classes in {target.name}, got only {classes[0]!r} in all {rows} rows: "
            "add rows of other classes, or name another target"
        )
    if len(classes) * ROWS_PER_CLASS > rows and len(classes) > ROWS_PER_CLASS:
        raise DataError(
            f"fit expected several rows for each class of {target.name}, got {len(classes)} classes in {rows} rows: "
            "name another target, or merge classes"
        )
    return _said_rare(target.name, found.filter(counts < RARE_ROWS))


def _said_rare(name: str, rare: pl.DataFrame) -> tuple[Decision, ...]:
    """Say what happens to classes with very few rows."""
    if not len(rare):
        return ()
    shown = ", ".join(f"{level!r} ({rows})" for level, rows in rare.head(SHOWN_CLASSES).iter_rows())
    return (
        Decision(
            topic="rare classes",
            choice=f"{len(rare)} of {name} with fewer than {RARE_ROWS} rows: first to training, then to testing",
            reason=f"they cannot be in every part: {shown}{' …' if len(rare) > SHOWN_CLASSES else ''}",
            overrule="add rows, or merge them into another class",
            warning=True,
        ),
    )
