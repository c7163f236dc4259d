"""The record of a penalty: a number that grows with the weights, and its gradient.

Three things that are easily mixed up: the **loss** says how wrong one prediction is; the **cost** is the mean of the
loss over a whole set; the **objective** is what training makes small, cost + strength * penalty. Only the objective
has the penalty in it: validation compares costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.concepts.concept import Argument, Differentiable, Option
from pellucid.drawing.records import Field, Picture, Plot, Series

WEIGHTS: Final = Argument(name="w", shapes=("(d,)", "(d, o)"), meaning="w, all weights of a layer; biases stay free")
STRENGTH: Final = Option(name="strength", meaning="lambda, how much the penalty counts beside the cost", low=0)
REACH: Final = 2.0
"""Of the picture, to either side of 0."""
FINE, COARSE = 401, 121
"""Points of the curves, and of each side of the plane."""


@dataclass(frozen=True, kw_only=True)
class Penalty(Differentiable):
    """One penalty: `reference(w, strength, …) -> (value, gradient)`, added to the cost; objective = cost + penalty."""

    family: ClassVar[str] = "penalties"

    convex: bool
    sparse: bool
    """Whether its minimum together with a smooth cost has weights that are exactly zero."""

    def picture(self) -> Picture:
        """Return the penalty over one weight with its gradient, and its contours over two."""
        w = np.linspace(-REACH, REACH, FINE)
        value, slope = np.array([self._at(one) for one in w]).T
        side = np.linspace(-REACH, REACH, COARSE)
        plane = np.array([[self.reference(np.array([w1, w2]))[0] for w1 in side] for w2 in side])
        unit = float(self.reference(np.array([1.0]))[0])
        curves = (Series(name="penalty", x=w, y=value), Series(name="gradient", x=w, y=slope, role="other"))
        return Picture(
            alt=f"{self.title} over one weight from {-REACH:g} to {REACH:g}: {unit:g} at w = 1, with its gradient; and "
            f"its contours over two weights. {self.summary}",
            panels=(
                Plot(title="one weight", x_title="w", series=curves),
                Plot(
                    title="two weights: lines of equal penalty",
                    x_title="w1",
                    y_title="w2",
                    field=Field(x=side, y=side, values=plane, levels=10),
                    square=True,
                ),
            ),
        )

    def _at(self, weight: float) -> tuple[float, float]:
        value, gradient = self.reference(np.array([weight]))
        return value, gradient[0]


def objective(cost: float, penalty: float) -> float:
    """Return what training makes small: the cost, which is the mean loss over a set, plus the penalty.

    Example:
        >>> objective(cost=float(np.mean([0.2, 0.4])), penalty=0.1)
        0.4
    """
    return cost + penalty
