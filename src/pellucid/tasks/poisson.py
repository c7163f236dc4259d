"""Counts whose variance is about their mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

from pellucid.tasks.counts import Count, highest_rate_of, training_counts
from pellucid.tasks.task import Floats, Target

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True, slots=True, kw_only=True)
class Poisson(Count):
    """A count with variance = mean: Poisson regression when the network has no hidden layer."""

    kind: ClassVar[str] = "poisson"
    title: ClassVar[str] = "Poisson regression of counts"

    @property
    def loss(self) -> str:
        """The loss's name in the catalogue of concepts."""
        return "poisson"

    @property
    def spread(self) -> float:
        """No variance beyond the mean."""
        return 0.0

    def fitted(self, targets: Sequence[Target], offset: Floats | None = None) -> Self:
        """Return the task with the highest rate that may be predicted."""
        return replace(self, highest_rate=highest_rate_of(training_counts(targets[0]), offset))

    def objective(self) -> nn.Module:
        """Return the Poisson loss."""
        from pellucid.tasks.objectives import PoissonObjective

        return PoissonObjective()
