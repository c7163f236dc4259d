"""Gradient descent in two dimensions: the trace over the contour lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pellucid.foundation.errors import RangeError
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.formulas import Function, Objective, objective
from pellucid.laboratory.optimization.walks import Walk, descend, over_contours

VARIABLES = ("x1", "x2")


@dataclass(frozen=True, kw_only=True)
class Descent2D(Experiment):
    """Walk down a function of x1 and x2.

    Example:
        >>> Descent2D().run()["x"][-1].round(6).tolist()
        [-0.057646, -7.3e-05]
    """

    name: ClassVar[str] = "descent_2d"
    aliases: ClassVar[tuple[str, ...]] = ("gradient descent in two dimensions",)
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "gradient descent in two dimensions"
    question: ClassVar[str] = "Which way does the gradient point, and does it point at the minimum?"
    formula: ClassVar[str] = "x <- x - rate grad f(x), x = (x1, x2)"
    latex: ClassVar[str] = r"\mathbf{x}_{t+1} = \mathbf{x}_t - \eta\, \nabla f(\mathbf{x}_t)"
    look_for: ClassVar[str] = (
        "Every step leaves its contour line at a right angle, so the path bends: the steep direction x2 is finished "
        "first, the flat direction x1 takes the rest of the time. Try the rate 0.45: x2 now jumps from side to side."
    )
    source: ClassVar[str] = "A. Cauchy, 1847; the example is that of A. Zhang et al., Dive into Deep Learning, 12.3."

    function: Function = parameter("x1**2 + 2*x2**2", "the function f of x1 and x2, as a formula or a callable")
    start: tuple[float, ...] = parameter((-5.0, -2.0), "where the walk begins", low=-100, high=100)
    rate: float = parameter(0.1, "learning rate", low=0, high=10)
    steps: int = parameter(20, "how many steps", low=1, high=1000)

    def __post_init__(self) -> None:
        """Check that the start is a point of the plane."""
        super().__post_init__()
        check_plane(self.name, self.start)

    def run(self) -> Result:
        """Return the positions x (steps + 1, 2), the heights f and the gradients there."""
        f = objective(self.function, VARIABLES)
        path = descend(f, self.start, self.rate, self.steps)
        alt = f"Descent on {f.text} from {self.start} with rate {self.rate:g}: {path.told}."
        return Result(
            experiment=self,
            values={"x": path.x, "f": path.f, "gradient": path.gradient, "left_at": path.left, "how": f.derivatives},
            claims=(self._falls(path), _right_angle(f, path), _not_at_the_minimum(path)),
            picture=over_contours(f, {"descent": path}, alt),
        )

    def _falls(self, path: Walk) -> Claim:
        return Claim(
            sentence=f"rate {self.rate:g} never raises f, and ends lower",
            holds=bool(path.left is None and (np.diff(path.f) <= 0).all() and path.f[-1] < path.f[0]),
            measured=f"f from {path.f[0]:.6g} to {path.f[-1]:.6g}; "
            f"{int((np.diff(path.f) > 0).sum())} of {path.steps} steps climbed, {path.told}",
        )


def check_plane(name: str, start: tuple[float, ...]) -> None:
    """Refuse a start that is no point of the plane.

    Raises:
        RangeError: it does not have two numbers.
    """
    if len(start) != len(VARIABLES):
        raise RangeError(f"{name} expected start to be two numbers, got {len(start)}: write it as in (-5, -2)")


def _right_angle(f: Objective, path: Walk) -> Claim:
    """Along the contour line, which is at a right angle to the gradient, f does not change in first order."""
    x, g = path.x[0], path.gradient[0]
    length = float(np.hypot(*g)) or 1.0
    along = np.array([-g[1], g[0]]) / length
    h = 1e-5
    change = float(f(*(x + h * along)) - f(*(x - h * along))) / (2 * h)
    return Claim(
        sentence="the gradient stands at a right angle to the contour line",
        holds=abs(change) <= 1e-6 * max(length, 1.0),
        measured=f"slope along the contour line {change:.1e}, along the gradient {length:.6g}",
    )


def _not_at_the_minimum(path: Walk) -> Claim:
    """Compare the first direction with the direction to where the walk ends."""
    first, whole = -path.gradient[0], path.x[-1] - path.x[0]
    lengths = float(np.hypot(*first) * np.hypot(*whole))
    angle = float(np.degrees(np.arccos(np.clip(first @ whole / lengths, -1, 1)))) if lengths else 0.0
    return Claim(
        sentence="the steepest direction does not point at the end of the walk",
        holds=angle > 1.0,
        measured=f"{angle:.1f} degrees between the first step and the straight way",
    )
