"""The features that baselines learn from, made safe for them: no infinities, no empty columns, few enough levels."""

from __future__ import annotations

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
    test: Any
    categorical: NDArray[np.bool_]
    """Which columns are level numbers."""
    note: str = ""


def for_linear(train: Features, test: Features) -> Prepared:
    """Return both parts without infinities or NaN; sparse ones stay sparse."""
    if not isinstance(train.scaled, np.ndarray):
        parts = (_finite(train.scaled), _finite(test.scaled))
        return Prepared(train=parts[0], test=parts[1], categorical=np.zeros(parts[0].shape[1], dtype=np.bool_))
    low, high = _range(train.scaled)
    first, second = _bounded(train.scaled, low, high, 0.0), _bounded(test.scaled, low, high, 0.0)
    return Prepared(train=first, test=second, categorical=np.zeros(first.shape[1], dtype=np.bool_))


def for_trees(train: Features, test: Features) -> Prepared:
    """Return both parts as boosting takes them.

    Columns without any value in training are left out; of categories with more than 254 levels the rarer ones are
    thrown together; levels never seen in training are missing; infinities become the ends of the training range.
    """
    held = np.isfinite(train.raw).any(axis=0)
    low, high = _range(train.raw)
    first, second = _bounded(train.raw, low, high, np.nan), _bounded(test.raw, low, high, np.nan)
    lumped = 0
    for column in np.flatnonzero(train.categorical & held):
        first[:, column], second[:, column], too_many = _levels(train.raw[:, column], test.raw[:, column])
        lumped += too_many
    note = f"in {lumped} columns with many categories the rarer ones were thrown together" if lumped else ""
    return Prepared(train=first[:, held], test=second[:, held], categorical=train.categorical[held], note=note)


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


def _levels(train: NDArray[np.floating], test: NDArray[np.floating]) -> tuple[Floats, Floats, bool]:
    """Return level numbers 0, 1, … by falling frequency in training, NaN for missing and never seen."""
    levels, counts = np.unique(train[np.isfinite(train)], return_counts=True)
    places = np.empty(len(levels))
    places[np.argsort(-counts, kind="stable")] = np.arange(len(levels))
    places = np.minimum(places, MOST_LEVELS)
    coded = []
    for values in (train, test):
        index = np.minimum(np.searchsorted(levels, values), len(levels) - 1)
        coded.append(np.where(levels[index] == values, places[index], np.nan))
    return coded[0], coded[1], len(levels) > MOST_LEVELS + 1
