"""The record of a penalty: a number that grows with the weights, and its gradient.

Three things that are easily mixed up: the **loss** says how wrong one prediction is; the **cost** is the mean of the
loss over a whole set; the **objective** is what training makes small, cost + strength * penalty. Only the objective
has the penalty in it: validation compares costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.concepts.concept import Argument, Differentiable, Floats, Option
from pellucid.drawing.records import Field, Picture, Plot, Series

WEIGHTS: Final = Argument(name="w", shapes=("(d,)", "(d, o)"), meaning="w, all weights of a layer; biases stay free")
STRENGTH: Final = Option(name="strength", meaning="lambda, how much the penalty counts beside the cost", low=0)
REACH: Final = 2.0
"""Of the picture, to either side of 0."""
FINE, COARSE = 401, 121
"""Points of the curves, and of each side of the plane."""
BEST_WITHOUT: Final = (1.6, 0.5)
"""Two weights at which the cost of the picture, half the squared distance to them, is least."""
STRENGTHS: Final = np.geomspace(0.01, 10, 120)


@dataclass(frozen=True, kw_only=True)
class Penalty(Differentiable):
    """One penalty: `reference(w, strength, …) -> (value, gradient)`, added to the cost; objective = cost + penalty."""

    family: ClassVar[str] = "penalties"

    convex: bool
    sparse: bool
    """Whether its minimum together with a smooth cost has weights that are exactly zero."""
    grouped: bool = False
    """Whether the weights of one row count together; otherwise the penalty is a sum over single weights."""

    def picture(self) -> Picture:
        """Return the penalty over one weight with its gradient, and its contours over two with its minima."""
        w = np.linspace(-REACH, REACH, FINE)
        value, slope = np.array([self._at(one) for one in w]).T
        side = np.linspace(-REACH, REACH, COARSE)
        plane = np.array([[self._at(w1, w2)[0] for w1 in side] for w2 in side])
        path = self._minima(w, value)
        unit = float(self.reference(np.array([1.0]))[0])
        curves = (Series(name="penalty", x=w, y=value), Series(name="gradient", x=w, y=slope, role="other"))
        minima = (
            Series(name="minimum of cost + penalty, lambda rising", x=path[0], y=path[1], role="third"),
            Series(name="", x=path[0, :1], y=path[1, :1], kind="dots", role="mark", texts=("minimum of the cost",)),
        )
        return Picture(
            alt=f"{self.title} over one weight from {-REACH:g} to {REACH:g}: {unit:g} at w = 1, with "
            "its gradient; and its lines of equal height over two weights, with the path on which the minimum of cost "
            f"+ penalty moves from {BEST_WITHOUT} to {tuple(path[:, -1].round(2).tolist())}. {self.summary}",
            panels=(
                Plot(title="one weight", x_title="w", series=curves),
                Plot(
                    title="two weights: lines of equal penalty",
                    x_title="w1",
                    y_title="w2",
                    field=Field(x=side, y=side, values=plane, levels=10),
                    series=minima,
                    square=True,
                ),
            ),
        )

    def _at(self, *weights: float) -> tuple[float, float]:
        """Return the penalty of some weights, which stand in one row where it is grouped, and the first slope."""
        w = np.array([weights] if self.grouped else weights)
        value, gradient = self.reference(w)
        return value, gradient.flat[0]

    def _minima(self, w: Floats, value: Floats) -> Floats:
        """Return (2, …) minima of cost + lambda * penalty: of each weight by itself, or on the way of both to 0."""
        if not self.grouped:
            costs = [(w - best) ** 2 / 2 for best in BEST_WITHOUT]
            return np.array([[w[(cost + lam * value).argmin()] for lam in STRENGTHS] for cost in costs])
        share, best = np.linspace(0, 1, FINE), np.array(BEST_WITHOUT)
        cost = (1 - share) ** 2 * (best @ best) / 2
        along = np.array([self._at(*(one * best))[0] for one in share])
        return np.array([best * share[(cost + lam * along).argmin()] for lam in STRENGTHS]).T


def objective(cost: float, penalty: float) -> float:
    """Return what training makes small: the cost, which is the mean loss over a set, plus the penalty.

    Example:
        >>> objective(cost=float(np.mean([0.2, 0.4])), penalty=0.1)
        0.4
    """
    return cost + penalty
