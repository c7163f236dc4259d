"""The numbers that leaks are judged by: how well one column alone, or a sum of columns, gives the target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

BINS: Final = 32
LONGEST_SUM: Final = 12  # parts of a whole, as in the items of a questionnaire
WORTH: Final = 0.9  # a part must leave at most this share of the variance that was left before it
COLLINEAR_FLOOR: Final = 1e-12
WIDEST_PAIRED: Final = 300  # columns: with more, trying all pairs takes longer than it is worth


def codes_of(values: NDArray[np.generic] | pl.Series) -> Codes:
    """Return the distinct values as numbers from 0 in their order; missing comes first.

    Example:
        >>> codes_of(np.array(["b", "a", "b"], dtype=object)).tolist()
        [1, 0, 1]
    """
    column = values if isinstance(values, pl.Series) else pl.Series(values=values, strict=False)
    if isinstance(column.dtype, pl.Enum | pl.Categorical):
        column = column.cast(pl.String)
    ranked: Codes = column.rank("dense").fill_null(0).cast(pl.Int64).to_numpy()
    lowest = int(ranked.min())
    codes: Codes = ranked - lowest
    return codes


def class_skill(codes: Codes, classes: Codes) -> float:
    """Return how far always guessing the usual class of a column's level beats guessing the usual class of all.

    0: no better; 1: each level has one class only. `codes` and `classes` are (n,) numbers from 0.

    Example:
        >>> class_skill(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
        1.0
    """
    table = np.zeros((codes.max() + 1, classes.max() + 1), np.int64)
    np.add.at(table, (codes, classes), 1)
    usual = int(table.sum(0).max())
    return float((table.max(1).sum() - usual) / max(len(codes) - usual, 1))


def explained(codes: Codes, target: Floats) -> float:
    """Return the share of a number's variance between the levels of a column: 1 where each level has one value."""
    counts = np.bincount(codes)
    sums = np.bincount(codes, target)
    means = sums / np.maximum(counts, 1)
    return float(1 - np.mean((target - means[codes]) ** 2) / np.var(target))


def bins_of(values: Floats) -> Codes:
    """Return which of some bins of about equal size each number lies in."""
    edges = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1]))
    return np.searchsorted(edges, values, side="right").astype(np.int64)


def correlations(matrix: Floats, target: Floats) -> Floats:
    """Return the correlation of each column of (n, d) with the target (n,); 0 where a column is constant."""
    centred = matrix - matrix.mean(0)
    target = target - target.mean()
    scale = np.sqrt((centred**2).sum(0) * (target**2).sum())
    found: Floats = np.divide(target @ centred, scale, out=np.zeros(matrix.shape[1]), where=scale > 0)
    return found


def ranks(values: Floats) -> Floats:
    """Return the mean rank of each number, so that ties do not depend on their order."""
    ranked: Floats = pl.Series(values).rank().to_numpy()
    return ranked


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A sum and difference of columns that comes close to the target."""

    columns: tuple[int, ...]
    signs: tuple[int, ...]
    left: float
    """The share of the target's variance that it leaves."""
    coefficients: tuple[float, ...]
    """What least squares would give instead of the signs: near them where the sum is no accident."""


def nearest_sum(matrix: Floats, target: Floats) -> Sum | None:
    """Find the sum of columns with signs +1 and -1 that leaves least of the target.

    Columns join one after the other, starting from none and from the best pair: a total less its other parts is of
    no use until both are there.

    Returns None where not even two columns help.
    """
    centred, rest = matrix - matrix.mean(0), target - target.mean()
    starts: list[list[tuple[int, int]]] = [[]]
    if 1 < matrix.shape[1] <= WIDEST_PAIRED:
        starts.append(_best_pair(centred, rest))
    found = min((_grown(centred, rest, start) for start in starts), key=lambda sum_: sum_[1])
    if len(found[0]) <= 1:
        return None
    columns = [column for column, _ in found[0]]
    coefficients = np.linalg.lstsq(centred[:, columns], rest, rcond=None)[0]
    return Sum(
        columns=tuple(columns),
        signs=tuple(sign for _, sign in found[0]),
        left=found[1],
        coefficients=tuple(float(value) for value in coefficients),
    )


def _best_pair(centred: Floats, rest: Floats) -> list[tuple[int, int]]:
    """Return the two columns with signs that together leave least of the rest."""
    rows = len(rest)
    together, alone = centred.T @ centred / rows, rest @ centred / rows
    gains = {}
    for sign in (1, -1):  # of the second; the first has +1 or both change
        signed = 2 * (alone[:, None] + sign * alone[None, :])
        size = np.diag(together)[:, None] + np.diag(together)[None, :] + 2 * sign * together
        for both in (1, -1):
            gain = np.triu(both * signed - size, 1) + np.tril(np.full_like(size, -np.inf))
            first, second = np.unravel_index(int(np.argmax(gain)), gain.shape)
            gains[float(gain[first, second])] = [(int(first), both), (int(second), both * sign)]
    return gains[max(gains)]


def _grown(centred: Floats, rest: Floats, start: list[tuple[int, int]]) -> tuple[list[tuple[int, int]], float]:
    """Add columns to a sum while each leaves clearly less than before; return them and the share that is left."""
    total, squares = float(np.var(rest)), (centred**2).mean(0)
    chosen = list(start)
    for column, sign in chosen:
        rest = rest - sign * centred[:, column]
    while len(chosen) < LONGEST_SUM and rest.var() > COLLINEAR_FLOOR * total:
        products = rest @ centred / len(rest)
        lefts = rest.var() - 2 * np.abs(products) + squares
        lefts[[column for column, _ in chosen]] = np.inf
        best = int(np.argmin(lefts))
        if lefts[best] > WORTH * rest.var():
            break
        sign = 1 if products[best] > 0 else -1
        chosen.append((best, sign))
        rest = rest - sign * centred[:, best]
    return chosen, float(rest.var() / total)
