"""Scores of forecasts: a resample draws blocks of neighbouring origins, since forecasts that overlap fail together.

Sources: R. Hyndman, A. Koehler, Another look at measures of forecast accuracy, 2006 (MASE); R. Koenker, G. Bassett,
Regression quantiles, 1978 (quantile loss); H. Künsch, The jackknife and the bootstrap for general stationary
observations, 1989 (blocks).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.evaluation.quantities import MAE, RMSE
from pellucid.evaluation.sheet import Definition, Floats, Integers, Sheet, ratio
from pellucid.tasks.forecast import Forecast

MASE: Final = Definition(
    name="mase",
    title="MASE",
    higher_is_better=False,
    percent=False,
    meaning="Mean absolute error over that of repeating, one step ahead in the training part, the value a season ago "
    "(without a season the last one): below 1 it is better than that.",
)
PINBALL: Final = Definition(
    name="pinball",
    title="quantile loss",
    higher_is_better=False,
    percent=False,
    meaning="Mean quantile (pinball) loss over all levels, in the target's unit: it judges median and intervals at "
    "once; 0 is perfect.",
)
COVERAGE: Final = Definition(
    name="coverage",
    title="coverage",
    higher_is_better=None,
    percent=True,
    meaning="Share of what came that lies within the widest interval: best at the share that the interval promises "
    "(80 % between the quantiles 0.1 and 0.9).",
)


@dataclass(frozen=True, slots=True)
class ForecastSheet(Sheet):
    """The forecasts of one target; rows are blocks of origins."""

    definitions: ClassVar[tuple[Definition, ...]] = (MAE, RMSE, MASE, PINBALL, COVERAGE)
    columns: Floats
    """(blocks, 4) sums of absolute error, squared error, quantile loss and hits of the interval."""
    counts: Floats
    """(blocks,) values in each block."""
    naive_error: float
    """What MASE divides by."""

    @classmethod
    def of(cls, truth: Floats, quantiles: Floats, *, task: Forecast, target: str, rows: Integers) -> ForecastSheet:
        """Prepare the (n, h) truth and the (n, h, q) quantiles of one target, from origins at (n,) rows."""
        blocks, naive_error = blocks_of(rows, task.horizon), task.naive_error[task.targets.index(target)]
        error = truth - quantiles[:, :, task.median]
        left, levels = truth[:, :, None] - quantiles, np.array(task.quantiles)
        pinball = np.maximum(levels * left, (levels - 1) * left).mean(axis=2)
        held = (truth >= quantiles[:, :, 0]) & (truth <= quantiles[:, :, -1])
        sums = [np.bincount(blocks, values.sum(axis=1)) for values in (np.abs(error), error**2, pinball, held * 1.0)]
        counts = np.bincount(blocks).astype(np.float64) * truth.shape[1]
        return cls(np.column_stack(sums), counts, naive_error)

    @property
    def rows(self) -> int:
        """Number of blocks."""
        return len(self.columns)

    def values(self, weights: Floats) -> Floats:
        """Return the (b, 5) scores for (b, blocks) weights."""
        absolute, squared, pinball, held = (weights @ self.columns).T
        total = weights @ self.counts
        mae = absolute / total
        mase = ratio(mae, np.full_like(mae, self.naive_error))
        return np.column_stack([mae, np.sqrt(squared / total), mase, pinball / total, held / total])


def blocks_of(rows: Integers, horizon: int) -> Integers:
    """Return the block of each origin, numbered from 0: origins whose first steps lie in one stretch of a horizon.

    Args:
        rows: (n,) row in the source of each origin's first step, rising.
        horizon: steps ahead.

    Example:
        >>> blocks_of(np.array([7, 8, 9, 10, 30]), 2)
        array([0, 0, 1, 1, 2])
    """
    return np.unique((rows - rows[0]) // horizon, return_inverse=True)[1]
