"""What a careful person notices in a table and mentions: odd zeros, columns that say the same, sorted rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from pellucid.data.inspection.evidence import codes_of, correlations, ranks
from pellucid.foundation.records import ColumnKind, Decision
from pellucid.tasks.task import Target

MANY_VALUES: Final = 20
MOST_ZEROS: Final = 0.35
FAR_FROM_ZERO: Final = 0.2  # the smallest other number as a share of the middle one
STEADY: Final = 0.5  # deviation over mean of the other numbers: above it, zero may be their natural end
MOST_COMPARED: Final = 60
SORTED: Final = 0.95  # rank correlation with the order of the rows
FEWEST_ROWS: Final = 30


def zeros_for_missing(frame: pl.DataFrame, numbers: Sequence[str]) -> tuple[Decision, ...]:
    """Say which columns of numbers have zeros far away from all their other values, as a blood pressure of 0."""
    found = []
    for name in numbers:
        values = frame[name].drop_nulls().to_numpy()
        others = values[values != 0]
        zeros = len(values) - len(others)
        if not zeros or zeros > MOST_ZEROS * len(values) or others.min() <= 0 or len(np.unique(others)) < MANY_VALUES:
            continue
        if others.min() >= FAR_FROM_ZERO * np.median(others) and others.std() < STEADY * others.mean():
            found.append(f"{name} ({zeros})")
    if not found:
        return ()
    return (
        Decision(
            topic="zeros",
            choice=f"zeros of {', '.join(found)} are taken as they are",
            reason="all other values lie far above zero, so that these may stand for missing ones",
            overrule="leave these cells blank in the data",
            warning=True,
        ),
    )


def twin_columns(frame: pl.DataFrame, kinds: dict[str, ColumnKind]) -> tuple[Decision, ...]:
    """Say which columns of few values say the same in other words, level for level."""
    few = {
        name: frame[name].n_unique()
        for name, kind in list(kinds.items())
        if kind in ("category", "number") and (kind == "category" or frame[name].dtype.is_integer())
    }
    names = [name for name, count in few.items() if 1 < count <= MANY_VALUES][:MOST_COMPARED]
    pairs = []
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            if few[first] == few[second] == frame.select(pl.struct(first, second).n_unique()).item():
                pairs.append(f"{second} = {first}")
    if not pairs:
        return ()
    said = Decision(
        topic="same columns",
        choice=f"kept although they say the same: {', '.join(pairs)}",
        reason="each level of the one goes with one level of the other",
        overrule="--drop NAME",
    )
    return (said,)


def order_of_rows(target: Target) -> tuple[Decision, ...]:
    """Say that the rows come sorted by the target."""
    values = target.values
    if len(values) < FEWEST_ROWS:
        return ()
    codes = values.astype(np.float64) if target.kind == "number" else codes_of(values)
    changes = int((codes[1:] != codes[:-1]).sum())
    blocks = target.kind == "category" and changes == codes.max()
    if not blocks and abs(row_correlation(codes.astype(np.float64))) < SORTED:
        return ()
    return (
        Decision(
            topic="order of rows",
            choice="rows are shuffled before they are split and at each epoch",
            reason=f"they come sorted by {target.name}",
        ),
    )


def row_correlation(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """Return the rank correlation of numbers with the order of their rows."""
    return float(correlations(ranks(values)[:, None], np.arange(len(values), dtype=np.float64))[0])
