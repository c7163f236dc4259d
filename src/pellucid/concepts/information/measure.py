"""The record of an information measure: of one distribution, or of two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pellucid.concepts.concept import Differentiable
from pellucid.drawing.records import Picture


@dataclass(frozen=True, kw_only=True)
class Measure(Differentiable):
    """One measure: `reference(p, …) -> (value in nats, gradient)`."""

    family: ClassVar[str] = "information"

    symmetric: bool
    """Whether exchanging two distributions changes nothing."""

    def picture(self) -> Picture:
        """Return the measure over the probability of one of two outcomes."""
        raise NotImplementedError
