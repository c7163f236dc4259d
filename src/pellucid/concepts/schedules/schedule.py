"""The record of a schedule: the factor of the learning rate at each step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np

from pellucid.concepts.concept import Argument, Concept, Floats
from pellucid.drawing.records import Picture, Plot, Series

Factors = Callable[[int], float]
"""From the number of the step, from 0, over the whole training, to the factor of the learning rate."""

STEPS: Final = 100
STEP: Final = Argument(name="step", shapes=("()",), meaning="the number of the step, from 0", values="counts")
EVERY_STEP: Final = Argument(name="steps", shapes=("()",), meaning="steps of the whole training", values="counts")


@dataclass(frozen=True, kw_only=True)
class Schedule(Concept):
    """One schedule: `reference(step, steps, …)` is the factor, `fast(optimizer, steps, …)` makes torch's scheduler."""

    family: ClassVar[str] = "schedules"

    arguments: tuple[Argument, ...] = (STEP, EVERY_STEP)
    result: str = "(), the factor of the learning rate"
    by_epoch: bool = False
    """Whether its steps are epochs, not batches."""

    def factors(self, steps: int = STEPS, **options: Any) -> Floats:
        """Return the factor at every step, (steps,)."""
        return np.array([self.reference(step, steps, **options) for step in range(steps)])

    def picture(self) -> Picture:
        """Return the factor over the steps, and how much of a constant rate's way is walked by then."""
        factors, steps = self.factors(), np.arange(STEPS)
        way = factors.cumsum() / STEPS
        x = "epoch" if self.by_epoch else "step"
        return Picture(
            alt=f"{self.title}: the factor of the learning rate over {STEPS} steps, from {factors[0]:.3g} to "
            f"{factors[-1]:.3g}. The factors add up to {way[-1]:.0%} of what a constant rate would.",
            panels=(
                Plot(
                    title="factor of the rate",
                    x_title=x,
                    series=(Series(name=self.title, x=steps, y=factors, kind="steps"),),
                    y_log=self.by_epoch,  # stairs fall by factors: they are even on this axis
                    y_range=(factors.min() / 2, 2.0) if self.by_epoch else (-0.03, 1.08),
                ),
                Plot(
                    title="way walked: sum of the factors / steps",
                    x_title=x,
                    series=(
                        Series(name="", x=steps, y=way),
                        Series(name="constant rate", x=steps, y=(steps + 1) / STEPS, role="quiet", dashed=True),
                    ),
                ),
            ),
        )
