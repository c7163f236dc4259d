"""Choosing the rows of one part of a split: by class, at random, by group or by time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pellucid.foundation.errors import DataError
from pellucid.foundation.seeds import numpy_generator

Rows = NDArray[np.int64]

FEWEST_ROWS: Final = 2
MOST_OVER: Final = 1.5  # times its wanted size that a part of whole groups may have


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How rows are split."""

    name: str
    """random, stratified, group or time."""
    blocks: Rows
    """(n,) for each row the number of the block that it stays with: of equal rows, of its group, or of its time."""
    classes: Rows | None = None
    """(n,) for each row the number of its class, whose shares are to be alike in all parts."""


def choose_part(rows: Rows, fraction: float, most: int, way: Way, seed: int, part: str) -> Rows:
    """Return the rows of one part: about the fraction of `rows` and at most `most`, in whole blocks."""
    if fraction == 0 or len(rows) < FEWEST_ROWS:
        return np.zeros(0, np.int64)
    wanted = max(min(round(fraction * len(rows)), most), 1)
    blocks = way.blocks
    if way.name == "time":
        return _latest(rows, blocks, wanted)
    order = numpy_generator(seed, "split", part).permutation(len(rows))
    if way.name == "group":
        return _whole_groups(rows[order], blocks, wanted)
    strata = np.zeros(len(rows), np.int64) if way.classes is None else way.classes[rows]
    chosen = _fill(order, strata, _quotas(np.bincount(strata), wanted), *_leaders(rows, blocks))
    return rows[np.isin(blocks[rows], blocks[rows[chosen]])]


def _fill(order: Rows, strata: Rows, quotas: Rows, leaders: NDArray[np.bool_], sizes: Rows) -> Rows:
    """Return the leaders of blocks that fill the quotas of their classes, going through the rows in this order."""
    order = order[leaders[order]]
    order = order[np.argsort(strata[order], kind="stable")]
    before = np.cumsum(sizes[order]) - sizes[order]
    classes, first = np.unique(strata[order], return_index=True)
    start = np.zeros(len(quotas), np.int64)
    start[classes] = before[first]
    return order[before - start[strata[order]] < quotas[strata[order]]]


def _quotas(counts: Rows, wanted: int) -> Rows:
    """Share `wanted` rows out among classes by the largest remainder, leaving each class at least one row.

    A class of two rows gives one of them to the first part that asks, if its share rounds to at least that.

    Example:
        >>> _quotas(np.array([60, 30, 10, 1]), 20)
        array([12,  6,  2,  0])
    """
    exact = counts * (wanted / max(int(counts.sum()), 1))
    quotas: Rows = np.floor(exact).astype(np.int64)
    most = np.maximum(counts - 1, 0)
    np.minimum(quotas, most, out=quotas)
    for index in np.argsort(quotas - exact, kind="stable"):
        if quotas.sum() >= wanted:
            break
        quotas[index] += int(quotas[index] < most[index])
    return quotas


def _leaders(rows: Rows, blocks: Rows) -> tuple[NDArray[np.bool_], Rows]:
    """Return which rows come first of their block among `rows`, and how many rows the block has."""
    own = blocks[rows]
    if (own[1:] > own[:-1]).all():  # each row is a block of its own, as in most data
        return np.ones(len(rows), bool), np.ones(len(rows), np.int64)
    _, first, inverse, counts = np.unique(own, return_index=True, return_inverse=True, return_counts=True)
    leaders = np.zeros(len(rows), bool)
    leaders[first] = True
    return leaders, counts[inverse]


def _whole_groups(shuffled: Rows, blocks: Rows, wanted: int) -> Rows:
    """Take groups in random order while they bring the part nearer to its size; at least one, never all.

    Raises:
        DataError: there is one group only.
    """
    names, counts = np.unique(blocks[shuffled], return_counts=True)
    if len(names) == 1:
        raise DataError("split expected at least two groups, got one: split by another column, or --split random")
    order = dict.fromkeys(blocks[shuffled].tolist())
    sizes = dict(zip(names.tolist(), counts.tolist(), strict=True))
    chosen: list[int] = []
    size = 0
    for group in order:
        grown = size + sizes[group]
        fits = abs(grown - wanted) < abs(size - wanted) and grown <= MOST_OVER * wanted
        if len(chosen) < len(names) - 1 and fits:
            chosen.append(group)
            size += sizes[group]
    chosen = chosen or [min(sizes, key=lambda group: sizes[group])]
    return np.sort(shuffled[np.isin(blocks[shuffled], chosen)])


def _latest(rows: Rows, times: Rows, wanted: int) -> Rows:
    """Take the latest rows; rows of one time stay together.

    Raises:
        DataError: all rows have one time.
    """
    ordered = np.sort(times[rows])
    border = ordered[len(ordered) - wanted]
    if border == ordered[0]:
        later = ordered[ordered > ordered[0]]
        if not len(later):
            raise DataError("split expected at least two different times, got one: split by another column")
        border = later[0]
    latest: Rows = rows[times[rows] >= border]
    return latest
