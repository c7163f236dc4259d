"""What a score is, and the sheet on which all scores of a kind of task are computed under many weightings at once.

A bootstrap resample is a weight for each row (how often it was drawn), so one vectorised computation over `(b, n)`
weights gives every resample of every score; weights of 1 give the value itself. Values and intervals cannot disagree.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

CLASSES_PER_COST: Final = 10  # so many rankings of the rows cost about as much again as everything else
SMALLEST_PROBABILITY: Final = float(np.finfo(np.float64).eps)  # as scikit-learn's log_loss: a sure miss costs 36 nats


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A score, without a value."""

    name: str
    """The key, the same in all runs."""
    title: str
    """As shown to people."""
    higher_is_better: bool | None
    """None: neither; the meaning names the best value."""
    percent: bool
    """Whether it is a share, best shown in per cent."""
    meaning: str
    """One sentence in plain words."""


class Sheet(ABC):
    """The rows of one contender on one target, prepared so that weighted scores are quick."""

    definitions: ClassVar[tuple[Definition, ...]]
    """The s scores, in the order in which tables show them."""

    @property
    @abstractmethod
    def rows(self) -> int:
        """Number of rows (n)."""

    @property
    def cost(self) -> int:
        """What one weighting costs, in rows of a sheet with few classes."""
        return self.rows

    @abstractmethod
    def values(self, weights: Floats) -> Floats:
        """Return the (b, s) scores for (b, n) weights; NaN where a score does not exist under a weighting."""


def ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Return numerator / denominator, NaN where the denominator is 0.

    Example:
        >>> ratio(np.array([1.0, 1.0]), np.array([2.0, 0.0]))
        array([0.5, nan])
    """
    missing = np.full(np.broadcast_shapes(numerator.shape, denominator.shape), np.nan)
    return np.asarray(np.divide(numerator, denominator, out=missing, where=denominator != 0))


def mean_of_defined(values: Floats) -> Floats:
    """Return the mean along the last axis over what is not NaN; NaN where nothing is left."""
    defined = ~np.isnan(values)
    return ratio(np.where(defined, values, 0.0).sum(axis=-1), defined.sum(axis=-1).astype(np.float64))


def sums_by_group(groups: Integers, count: int, weights: Floats) -> Floats:
    """Return for each weighting the (b, count) sums of weights over the rows of each group."""
    return np.stack([np.bincount(groups, weighting, count) for weighting in weights])


def logarithmic_loss(probability_of_truth: Floats) -> Floats:
    """Return - log p of each row, p kept away from 0."""
    return -np.log(np.clip(probability_of_truth, SMALLEST_PROBABILITY, 1.0))
