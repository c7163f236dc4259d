"""What Poisson and negative binomial share: a count, its log link, and its exposure."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.foundation.errors import DataError
from pellucid.tasks.members import mean_of_rates
from pellucid.tasks.task import Encoded, Floats, Prediction, Target, Task
from pellucid.tasks.values import complete_numbers_of

if TYPE_CHECKING:
    from torch import Tensor

HIGHEST_FACTOR: Final = 2.0  # predicted rates stay below this many times the highest rate of the training part
LEAST_EVENTS: Final = 0.5  # of a training part without any event, so that the logarithm of the rate is finite
POISSON_LIMIT: Final = 1e-8  # below this dispersion the deviance is Poisson's to eight digits


@dataclass(frozen=True, kw_only=True)
class Count(Task):
    """A count of events, whose mean is exp(z), times the exposure where there is one."""

    last_layer: ClassVar[str] = "1 unit, exponential: mean = exp(z), times the exposure"
    main_score: ClassVar[str] = "deviance"

    highest_rate: float | None = None
    """Predictions for each unit of exposure stay below this; None before fitting."""

    @property
    @abstractmethod
    def spread(self) -> float:
        """The alpha of variance = mean + alpha mean²; 0 of Poisson."""

    @property
    def outputs(self) -> int:
        """One unit."""
        return 1

    def encode(self, targets: Sequence[Target]) -> NDArray[np.float32]:
        """Return the (n, 1) counts.

        Raises:
            DataError: a value is missing, negative or fractional.
        """
        return counts_of(targets[0]).astype(np.float32)[:, None]  # (n, 1)

    def initial_logits(self, targets: Encoded, offset: Floats | None = None) -> NDArray[np.float32]:
        """Return the (1,) log of the mean rate: events over exposure."""
        exposure = float(len(targets)) if offset is None else float(np.exp(offset).sum())
        return np.array([math.log(max(float(targets.sum()), LEAST_EVENTS) / exposure)], dtype=np.float32)

    def combine(self, logits: Tensor) -> Tensor:
        """Return the (n, 1) log of the members' mean rate."""
        return mean_of_rates(logits)

    def predict(self, logits: Floats, offset: Floats | None = None) -> tuple[Prediction, ...]:
        """Return the mean counts: exp(z), kept below `highest_rate`, times the exposure."""
        highest = np.inf if self.highest_rate is None else math.log(self.highest_rate)
        log_mean = np.minimum(logits[:, 0], highest) + (0.0 if offset is None else offset)
        return (Prediction(target=self.targets[0], values=np.exp(log_mean)),)

    def monitor(self, logits: Tensor, targets: Tensor, offset: Tensor | None = None) -> dict[str, float]:
        """Return the mean deviance: twice the log-likelihood that lacks to a perfect prediction."""
        from pellucid.tasks.objectives import with_offset

        log_mean, y = with_offset(self.combine(logits), offset).double(), targets.double()
        perfect, mean, alpha = y.xlogy(y), log_mean.exp(), self.spread
        if alpha < POISSON_LIMIT:
            deviance = perfect - y * log_mean - (y - mean)
        else:
            deviance = perfect - y * log_mean - (y + 1 / alpha) * ((alpha * y).log1p() - (alpha * mean).log1p())
        return {"deviance": 2 * deviance.mean().item()}


def counts_of(target: Target) -> Floats:
    """Return the (n,) counts of a target.

    Raises:
        DataError: a value is missing, negative or fractional; the row is named.
    """
    counts = complete_numbers_of(target)
    wrong = (counts < 0) | (counts != np.floor(counts))
    if wrong.any():
        row = int(np.argmax(wrong))
        raise DataError(
            f"pellucid expected counts 0, 1, 2, … in {target.name}, got {counts[row]:g} in row {target.row(row)}: "
            "correct that value, or use --task regression"
        )
    return counts


def training_counts(target: Target) -> Floats:
    """Return the (n,) counts of the training part.

    Raises:
        DataError: a value is no count, or there is no event at all.
    """
    counts = counts_of(target)
    if not counts.any():
        raise DataError(
            f"pellucid expected at least one {target.name} above 0 in the training part, got zeros only: "
            "choose another target, or give more rows"
        )
    return counts


def highest_rate_of(counts: Floats, offset: Floats | None) -> float:
    """Return the highest rate that may be predicted: twice the highest of the training part."""
    rates = counts if offset is None else counts / np.exp(offset)
    return HIGHEST_FACTOR * float(rates.max())
