"""The few types that columns have from here on: whole and real numbers, truth values, categories, texts and times."""

from __future__ import annotations

from typing import Final

import polars as pl

from pellucid.data.frames import Parted, collected
from pellucid.foundation.records import Decision

NESTED: Final = (pl.List, pl.Array, pl.Object, pl.Binary)


def tidy(frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Decision, ...]]:
    """Return the frame in these types: integers and floats, Boolean, String, Enum or Categorical, Datetime("us").

    Numbers keep the width that they came in. Records inside a column become columns of their own; lists of
    texts are joined, other lists are left out;
    NaN becomes null silently (it is how many tools write a missing number), infinity becomes null and is said.

    Example:
        >>> tidy(pl.DataFrame({"a": [1.0, float("inf")]}))[1][0].choice
        '1 infinite number counts as missing'
    """
    frame, decisions = _flat(frame)
    reals = [name for name, dtype in frame.schema.items() if dtype.is_float()]
    infinite = frame.select(pl.col(name).is_infinite().sum() for name in reals).row(0) if reals else ()
    finite = frame.select(pl.col(name).is_finite().all() for name in reals).row(0) if reals else ()
    decisions.extend(_said_infinite(name, count) for name, count in zip(reals, infinite, strict=True) if count)
    plain = {name for name, whole in zip(reals, finite, strict=True) if whole}
    changes = [_tidied(name, dtype) for name, dtype in frame.schema.items() if name not in plain]
    changes = [change for change in changes if not change.meta.is_column()]  # other columns stay where they are
    changed = collected(Parted.of(frame.lazy().select(changes)), frame.height) if changes else frame.select()
    return frame.with_columns(changed), tuple(decisions)


def _flat(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Decision]]:
    """Open records into columns `outer.inner` and leave out lists."""
    while records := [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Struct)]:
        frame = frame.unnest(records, separator=".")
    frame, decisions = _joined_words(frame)
    nested = [name for name, dtype in frame.schema.items() if isinstance(dtype, NESTED)]
    decisions += [
        Decision(
            topic=f"column {name}",
            choice="left out",
            reason="its cells are lists or binary, of which a table of numbers cannot be made",
            warning=True,
        )
        for name in nested
    ]
    return frame.drop(nested), decisions


def _joined_words(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Decision]]:
    """Return the frame with lists of texts as texts: the words of a sentence, tags."""
    words = [name for name, dtype in frame.schema.items() if dtype == pl.List(pl.String)]
    decisions = [
        Decision(
            topic=f"column {name}",
            choice="its lists of texts are joined with blanks",
            reason="they may be the words of a sentence",
            overrule="--drop NAME",
            warning=True,
        )
        for name in words
    ]
    return frame.with_columns(pl.col(name).list.join(" ", ignore_nulls=True) for name in words), decisions


def _tidied(name: str, dtype: pl.DataType) -> pl.Expr:
    """Return the column in one of the few types."""
    column = pl.col(name)
    if dtype in (pl.UInt64, pl.Int128) or dtype.is_decimal():
        return column.cast(pl.Float64)
    if dtype.is_float():
        return pl.when(column.is_finite()).then(column).alias(name)
    if isinstance(dtype, pl.Datetime):
        return column.dt.replace_time_zone(None).cast(pl.Datetime("us"))
    if dtype == pl.Date:
        return column.cast(pl.Datetime("us"))
    if dtype == pl.Duration:
        return (column.dt.total_microseconds() / 1e6).alias(name)
    if dtype == pl.Time:
        return (column.cast(pl.Int64) / 1e9).alias(name)
    if dtype == pl.Null:
        return column.cast(pl.String)
    return column


def _said_infinite(name: str, count: int) -> Decision:
    """Say that a column holds infinities."""
    return Decision(
        topic=f"column {name}",
        choice=f"{count} infinite number{' counts' if count == 1 else 's count'} as missing",
        reason="no scale and no network can take infinity",
        warning=True,
    )


def text_of(column: pl.Series) -> pl.Series:
    """Return the values of a column as texts, the same whichever type a source gave it: `1`, not `1.0`.

    Example:
        >>> text_of(pl.Series([1.0, None, 2.5])).to_list()
        ['1', None, '2.5']
    """
    if column.dtype == pl.Boolean:
        return column.replace_strict({True: "True", False: "False"}, default=None, return_dtype=pl.String)
    if column.dtype.is_float():
        whole = column.cast(pl.Int64, strict=False)
        frame = pl.DataFrame({"value": column, "whole": whole})
        same = pl.col("whole").cast(pl.Float64) == pl.col("value")
        text = pl.when(same).then(pl.col("whole").cast(pl.String)).otherwise(pl.col("value").cast(pl.String))
        return frame.select(text).to_series().alias(column.name)
    return column.cast(pl.String)
