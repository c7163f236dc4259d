"""The record of a metric."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from pellucid.concepts.concept import Concept
from pellucid.drawing.records import Picture


@dataclass(frozen=True, kw_only=True)
class Metric(Concept):
    """One metric: `reference(predictions, targets, …) -> number`, or the counts and curves that such numbers sum up."""

    family: ClassVar[str] = "metrics"

    greater_is_better: bool | None
    """None: it is a table or a curve, not one number."""
    best: float | None
    """None: it is a table or a curve."""
    worst: float | None
    """None: there is none, or it is a table or a curve."""
    drawn: Callable[[], Picture]
    """What `picture` returns."""

    def picture(self) -> Picture:
        """Return what the metric looks at."""
        return self.drawn()
