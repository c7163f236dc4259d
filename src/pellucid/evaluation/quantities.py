"""Scores of numbers and of counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.evaluation.deviance import null_deviances, unit_deviance, variance
from pellucid.evaluation.sheet import Definition, Floats, Integers, Sheet, ratio

FEWEST_FOR_VARIATION: Final = 2

RMSE: Final = Definition(
    name="rmse",
    title="RMSE",
    higher_is_better=False,
    percent=False,
    meaning="Root of the mean squared error, in the target's unit: large errors count most; 0 is perfect.",
)
MAE: Final = Definition(
    name="mae",
    title="MAE",
    higher_is_better=False,
    percent=False,
    meaning="Mean absolute error, in the target's unit: how far off a prediction is on average.",
)


@dataclass(frozen=True, slots=True)
class NumberSheet(Sheet):
    """A continuous quantity."""

    definitions: ClassVar[tuple[Definition, ...]] = (
        RMSE,
        MAE,
        Definition(
            name="r2",
            title="R²",
            higher_is_better=True,
            percent=False,
            meaning="Share of the target's variation that is explained: 1 is perfect, 0 no better than the mean.",
        ),
        Definition(
            name="median_absolute_error",
            title="median absolute error",
            higher_is_better=False,
            percent=False,
            meaning="Half of the rows are off by less than this, in the target's unit.",
        ),
    )
    columns: Floats
    """(n, 4): squared error, absolute error, truth and squared truth (both from the mean of all, against rounding)."""
    order: Integers
    """Rows by rising absolute error."""

    @classmethod
    def of(cls, truth: Floats, predicted: Floats) -> NumberSheet:
        """Prepare (n,) truth and (n,) predictions."""
        error, centred = np.abs(truth - predicted), truth - truth.mean()
        return cls(np.column_stack([error**2, error, centred, centred**2]), np.argsort(error, kind="stable"))

    @property
    def rows(self) -> int:
        """Number of rows (n)."""
        return len(self.columns)

    def values(self, weights: Floats) -> Floats:
        """Return the (b, s) scores for (b, n) weights."""
        sums, total = weights @ self.columns, weights.sum(axis=1)
        squared, absolute, truth, truth_squared = sums.T
        variation = truth_squared - truth**2 / total
        noise = np.finfo(np.float64).eps * truth_squared * self.rows
        variation = np.where(variation > noise, variation, 0.0)
        explained = 1.0 - ratio(squared, variation)
        return np.column_stack([np.sqrt(squared / total), absolute / total, explained, self._medians(weights)])

    def _medians(self, weights: Floats) -> Floats:
        """Return the (b,) medians of the absolute error; of an even number of rows the mean of the middle two."""
        cumulated = np.cumsum(np.take(weights, self.order, axis=1), axis=1)
        errors = self.columns[self.order, 1]
        middles = [(np.searchsorted(row, row[-1] / 2, "left"), row) for row in cumulated]
        return np.array([_median(errors, index, row) for index, row in middles])


def _median(errors: Floats, index: np.intp, cumulated: Floats) -> float:
    """Return the weighted median: the error at which half of the weight is reached, or the mean with the next one."""
    if cumulated[index] > cumulated[-1] / 2:
        return float(errors[index])
    following = np.searchsorted(cumulated, cumulated[index], "right")
    return float((errors[index] + errors[following]) / 2)


@dataclass(frozen=True, slots=True)
class CountSheet(Sheet):
    """A count, with its predicted mean."""

    definitions: ClassVar[tuple[Definition, ...]] = (
        Definition(
            name="deviance",
            title="mean deviance",
            higher_is_better=False,
            percent=False,
            meaning="How unlikely the counts are under the predicted distribution, per row: 0 is a perfect fit.",
        ),
        Definition(
            name="d2",
            title="D²",
            higher_is_better=True,
            percent=False,
            meaning="Share of the deviance that is explained: 1 is perfect, 0 no better than one rate for all.",
        ),
        RMSE,
        MAE,
        Definition(
            name="dispersion",
            title="dispersion",
            higher_is_better=None,
            percent=False,
            meaning="Squared errors over the variance that the distribution states: near 1 it is right, above 1 the "
            "counts scatter more than it says.",
        ),
    )
    columns: Floats
    """(n, 4): deviance, squared error, absolute error, squared error over the stated variance."""
    truth: Floats
    exposure: Floats
    spread: float
    """The negative binomial's dispersion: variance = mean + spread x mean²; 0 is Poisson."""

    @classmethod
    def of(cls, truth: Floats, means: Floats, exposure: Floats, spread: float) -> CountSheet:
        """Prepare (n,) counts, (n,) predicted means, (n,) exposures (ones without any)."""
        means = np.maximum(means, np.finfo(np.float64).eps)
        error = truth - means
        squared = error**2
        pearson = squared / variance(means, spread)
        columns = np.column_stack([unit_deviance(truth, means, spread), squared, np.abs(error), pearson])
        return cls(columns, truth, exposure, spread)

    @property
    def rows(self) -> int:
        """Number of rows (n)."""
        return len(self.columns)

    def values(self, weights: Floats) -> Floats:
        """Return the (b, s) scores for (b, n) weights."""
        total = weights.sum(axis=1)
        deviance, squared, absolute, pearson = (weights @ self.columns).T
        null = null_deviances(self.truth, self.exposure, self.spread, weights)
        return np.column_stack(
            [
                deviance / total,
                1.0 - ratio(deviance, null),
                np.sqrt(squared / total),
                absolute / total,
                pearson / total,
            ]
        )
