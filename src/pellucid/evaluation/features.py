"""The features that baselines learn from, made safe for them: no infinities, no empty columns, few enough levels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.sheet import Floats
from pellucid.foundation.errors import ShapeError
from pellucid.foundation.features import Features

MOST_LEVELS: Final = 254  # scikit-learn's boosting takes 255 levels; the last is kept for all rarer ones


def check_features(train: Features, test: Features) -> None:
    """Check that both parts have the same columns.

    Raises:
        ShapeError: they have not.
    """
    wanted = (train.raw.shape[1], train.scaled.shape[1], len(train.categorical))
    got = (test.raw.shape[1], test.scaled.shape[1], len(test.categorical))
    if wanted != got or wanted[0] != wanted[2]:
        raise ShapeError(
            f"baselines expected test features with (d, p, d) = {wanted} columns as in training, got {got}: "
            "make both with the same transform"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Features as one model takes them."""

    train: Any
    """(n, p) of floats; SciPy CSR where the features are sparse."""
    alike: Callable[[Features], Any]
    """Makes the features of other rows like them."""
    categorical: NDArray[np.bool_]
    """Which columns are level numbers."""
    note: str = ""


def for_linear(train: Features) -> Prepared:
    """Return features without infinities or NaN; sparse ones stay sparse."""
    categorical = np.zeros(train.scaled.shape[1], dtype=np.bool_)
    if not isinstance(train.scaled, np.ndarray):
        return Prepared(train=_finite(train.scaled), alike=lambda other: _finite(other.scaled), categorical=categorical)
    low, high = _range(train.scaled)

    def alike(other: Features) -> Floats:
        return _bounded(other.scaled, low, high, 0.0)

    return Prepared(train=alike(train), alike=alike, categorical=categorical)


def for_trees(train: Features) -> Prepared:
    """Return features as boosting takes them.

    Columns without any value in training are left out; of categories with more than 254 levels the rarer ones are
    thrown together; levels never seen in training are missing; infinities become the ends of the training range.
    """
    held = np.isfinite(train.raw).any(axis=0)
    low, high = _range(train.raw)
    levels = {int(column): _levels(train.raw[:, column]) for column in np.flatnonzero(train.categorical & held)}

    def alike(other: Features) -> Floats:
        bounded = _bounded(other.raw, low, high, np.nan)
        for column, (values, places) in levels.items():
            bounded[:, column] = _placed(other.raw[:, column], values, places)
        return bounded[:, held]

    lumped = sum(len(values) > MOST_LEVELS + 1 for values, _ in levels.values())
    note = f"in {lumped} columns with many categories the rarer ones were thrown together" if lumped else ""
    return Prepared(train=alike(train), alike=alike, categorical=train.categorical[held], note=note)


def _finite(values: Any) -> Any:
    """Return a sparse matrix of which every number that is stored is finite; what is not becomes 0."""
    values = values.tocsr().astype(np.float64)
    np.nan_to_num(values.data, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    return values


def _range(values: NDArray[np.floating]) -> tuple[Floats, Floats]:
    """Return the lowest and highest finite value of each column; 0 where there is none."""
    finite = np.isfinite(values)
    low = np.where(finite, values, np.inf).min(axis=0, initial=np.inf).astype(np.float64)
    high = np.where(finite, values, -np.inf).max(axis=0, initial=-np.inf).astype(np.float64)
    return np.where(np.isfinite(low), low, 0.0), np.where(np.isfinite(high), high, 0.0)


def _bounded(values: NDArray[np.floating], low: Floats, high: Floats, missing: float) -> Floats:
    """Return the values with infinities at the ends of the range, and `missing` for NaN."""
    bounded = values.astype(np.float64)
    for extreme, end in ((np.inf, high), (-np.inf, low)):
        np.copyto(bounded, end, where=values == extreme)
    np.copyto(bounded, missing, where=np.isnan(values))
    return bounded


def _levels(train: NDArray[np.floating]) -> tuple[NDArray[np.floating], Floats]:
    """Return the levels of a column, and for each its number 0, 1, … by falling frequency."""
    levels, counts = np.unique(train[np.isfinite(train)], return_counts=True)
    places = np.empty(len(levels))
    places[np.argsort(-counts, kind="stable")] = np.arange(len(levels))
    return levels, np.minimum(places, MOST_LEVELS)


def _placed(values: NDArray[np.floating], levels: NDArray[np.floating], places: Floats) -> Floats:
    """Return the number of each value's level, NaN for missing and never seen."""
    index = np.minimum(np.searchsorted(levels, values), len(levels) - 1)
    return np.where(levels[index] == values, places[index], np.nan)
