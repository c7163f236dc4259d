"""Columns that give the target away: copies of it, parts of it, totals that contain it; and those that look like it.

A column that *is* the target in other words is set aside; one that is only suspiciously good is kept and reported,
because honest data can be easy. The bounds below were set on some thirty real tables so that none of the honest ones
is flagged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pellucid.data.inspection.evidence import (
    Codes,
    Floats,
    bins_of,
    class_skill,
    codes_of,
    correlations,
    explained,
    nearest_sum,
    ranks,
)
from pellucid.foundation.records import ColumnKind
from pellucid.tasks.task import Target

SAMPLE_CELLS: Final = 4_000_000
SAMPLE_ROWS: Final = 20_000
FEWEST_ROWS: Final = 30  # below, a perfect fit is no surprise
ROWS_PER_LEVEL: Final = 5  # with fewer, levels fit any target by chance
FEW_NUMBERS: Final = 20  # different numbers, up to which a number may be a code
SAME_SKILL: Final = 0.998  # a handful of errors in a copied column
EASY_SKILL: Final = 0.97
SAME_CORRELATION: Final = 0.9999
EASY_SHARE: Final = 0.99  # of the target's variance
EXACT_LEFT: Final = 1e-9
NEAR_LEFT: Final = 0.02  # of the variance: what small items outside the table (a surcharge) leave of a sum
NEAR_SIGN: Final = 0.25  # how close least squares must come to +1 or -1 for a sum that is not exact
NEAR_PARTS: Final = 4
WIDEST_RANKED: Final = 500  # columns: ranking more takes longer than it is worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A column under suspicion."""

    column: str
    reason: str
    certain: bool
    """Whether it is set aside (or else only reported)."""


def find_leaks(frame: pl.DataFrame, kinds: dict[str, ColumnKind], target: Target) -> tuple[Leak, ...]:
    """Return the columns that give a target away; `kinds` names the columns to look at, numbers and categories."""
    names = [name for name, kind in kinds.items() if kind in ("number", "category")]
    if len(frame) < FEWEST_ROWS or not names:
        return ()
    rows = _sample(len(frame), len(names))
    frame, values = frame[rows], target.values[rows]
    classes = codes_of(values) if _is_class_like(target) else None
    amounts = values.astype(np.float64) if target.kind == "number" else None
    numbers = [name for name in names if kinds[name] == "number"]
    found: dict[str, Leak] = {}
    for name in names:
        leak = _by_levels(frame[name], kinds[name], classes, amounts, target.name)
        if leak:
            found[name] = leak
    if amounts is not None and numbers and classes is None:
        matrix = np.column_stack([_filled(frame[name]) for name in numbers])
        for leak in (*_by_line(matrix, numbers, amounts, target.name), *_by_sum(matrix, numbers, amounts, target.name)):
            if leak.certain or leak.column not in found:
                found[leak.column] = leak
    return tuple(found.values())


def _sample(rows: int, columns: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return which rows to look at: evenly spread, as many as stay quick."""
    count = min(rows, SAMPLE_ROWS, max(SAMPLE_CELLS // columns, FEWEST_ROWS))
    return np.linspace(0, rows - 1, count).astype(np.int64)


def _is_class_like(target: Target) -> bool:
    """Say whether a target has so few values that a column's levels can be compared with them."""
    return target.kind == "category" or len(np.unique(target.values)) <= FEW_NUMBERS


def _filled(column: pl.Series) -> Floats:
    """Return numbers with the median where one is missing."""
    values = column.cast(pl.Float64)
    return values.fill_null(values.median()).to_numpy()


def _by_levels(
    column: pl.Series, kind: ColumnKind, classes: Codes | None, amounts: Floats | None, target: str
) -> Leak | None:
    """Judge a column by what the target is within each of its levels (bins of a number with many values)."""
    few = kind == "category" or column.n_unique() <= FEW_NUMBERS
    codes = codes_of(column) if few else bins_of(_filled(column))
    levels = len(np.unique(codes))
    if levels == 1 or levels * ROWS_PER_LEVEL > len(column):
        return None
    if classes is not None:
        skill = class_skill(codes, classes)
        if few and skill >= SAME_SKILL:
            return Leak(column=column.name, reason=f"it alone tells {target} in every row or nearly so", certain=True)
        if skill >= EASY_SKILL:
            reason = f"it alone tells {target} for {skill:.1%} of what guessing the usual class gets wrong"
            return Leak(column=column.name, reason=reason, certain=False)
    elif amounts is not None:
        share = explained(codes, amounts)
        if few and share >= 1 - EXACT_LEFT:
            return Leak(column=column.name, reason=f"each of its levels has one value of {target}", certain=True)
        if share >= EASY_SHARE:
            reason = f"it alone explains {share:.1%} of the variance of {target}"
            return Leak(column=column.name, reason=reason, certain=False)
    return None


def _by_line(matrix: Floats, names: Sequence[str], target: Floats, said: str) -> list[Leak]:
    """Judge numbers by how nearly they are the target in other units, or a rising or falling function of it."""
    leaks = []
    straight = np.abs(correlations(matrix, target))
    for column, name in enumerate(names):
        if straight[column] > SAME_CORRELATION:
            reason = f"it is {said} in other units (r = {straight[column]:.5f})"
            leaks.append(Leak(column=name, reason=reason, certain=True))
        elif straight[column] ** 2 >= EASY_SHARE:
            reason = f"it alone explains {straight[column] ** 2:.1%} of the variance of {said}"
            leaks.append(Leak(column=name, reason=reason, certain=False))
    if len(names) > WIDEST_RANKED:
        return leaks
    many = [i for i in range(len(names)) if len(np.unique(matrix[:, i])) > len(target) / 2]
    if not many:
        return leaks
    ordered = np.abs(correlations(np.column_stack([ranks(matrix[:, i]) for i in many]), ranks(target)))
    for column, rank in zip(many, ordered, strict=True):
        if rank > SAME_CORRELATION and straight[column] <= SAME_CORRELATION:
            reason = f"it orders the rows as {said} does (rank correlation {rank:.5f})"
            leaks.append(Leak(column=names[column], reason=reason, certain=True))
    return leaks


def _by_sum(matrix: Floats, names: Sequence[str], target: Floats, said: str) -> list[Leak]:
    """Judge numbers by whether a sum of them is the target: its parts, or a total that contains it.

    Columns that are added are the parts of the target or a total with it inside; columns that are taken off such a
    total (a tip) are no leak once the total is gone.
    """
    found = nearest_sum(matrix, target)
    if found is None:
        return []
    exact = found.left <= EXACT_LEFT
    misses = max(abs(value - sign) for value, sign in zip(found.coefficients, found.signs, strict=True))
    if not exact and (found.left > NEAR_LEFT or misses > NEAR_SIGN or len(found.columns) > NEAR_PARTS):
        return []
    terms = [
        f"{'+' if sign > 0 else '-'} {names[i]}"
        for i, sign in sorted(zip(found.columns, found.signs, strict=True), key=lambda t: (-t[1], t[0]))
    ]
    formula = " ".join(terms).removeprefix("+ ")
    reason = f"{said} is {formula}" + ("" if exact else f", up to {found.left:.1%} of its variance")
    return [
        Leak(column=names[i], reason=reason, certain=True)
        for i, sign in zip(found.columns, found.signs, strict=True)
        if sign > 0
    ]
