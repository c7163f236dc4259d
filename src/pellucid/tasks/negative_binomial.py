"""Counts whose variance exceeds their mean; the dispersion is learnt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Final, Self

from pellucid.tasks.counts import Count, highest_rate_of, training_counts
from pellucid.tasks.dispersion import measure_dispersion
from pellucid.tasks.task import Floats, Target

if TYPE_CHECKING:
    from torch import nn

SMALLEST_START: Final = 0.01  # counts that vary less than Poisson's start here, where alpha can still be learnt


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeBinomial(Count):
    """A count with variance = mean + alpha mean² (NB2): negative binomial regression without a hidden layer."""

    kind: ClassVar[str] = "negative_binomial"
    title: ClassVar[str] = "negative binomial regression of counts"

    dispersion: float = 1.0
    """Alpha: by moments from `fitted`, as trained from `learnt`."""

    @property
    def loss(self) -> str:
        """The loss's name in the catalogue of concepts."""
        return "negative_binomial"

    @property
    def spread(self) -> float:
        """Alpha."""
        return self.dispersion

    def fitted(self, targets: Sequence[Target], offset: Floats | None = None) -> Self:
        """Return the task with the dispersion by moments, where training starts, and the highest rate."""
        counts = training_counts(targets[0])
        alpha = max(measure_dispersion(counts, offset).alpha, SMALLEST_START)
        return replace(self, dispersion=alpha, highest_rate=highest_rate_of(counts, offset))

    def objective(self) -> nn.Module:
        """Return the negative binomial loss, which owns the logarithm of the dispersion as a parameter."""
        from pellucid.tasks.objectives import NegativeBinomialObjective

        return NegativeBinomialObjective(self.dispersion)

    def learnt(self, objective: nn.Module) -> NegativeBinomial:
        """Return the task with the dispersion that its trained objective holds."""
        from pellucid.tasks.objectives import NegativeBinomialObjective

        return (
            replace(self, dispersion=objective.dispersion) if isinstance(objective, NegativeBinomialObjective) else self
        )
