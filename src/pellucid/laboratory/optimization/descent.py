"""Gradient descent in one dimension, with its trace: it crawls, arrives or diverges, as the rate decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.formulas import Function, Objective, objective
from pellucid.laboratory.optimization.walks import CURVE, Walk, counted, descend, over_curve


@dataclass(frozen=True, kw_only=True)
class Descent(Experiment):
    """Walk down a function of x, step by step.

    Example:
        >>> result = Descent(rate=0.2).run()
        >>> round(float(result["x"][-1]), 7)
        0.0604662
        >>> result = Descent(function="x*cos(x)", start=2, rate=0.05, steps=100).run()
        >>> round(float(result["x"][-1]), 4)
        3.4256
    """

    name: ClassVar[str] = "descent"
    aliases: ClassVar[tuple[str, ...]] = ("gradient descent", "descent_1d")
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "gradient descent in one dimension"
    question: ClassVar[str] = "How does the learning rate decide whether descent crawls, arrives or diverges?"
    formula: ClassVar[str] = "x <- x - rate f'(x)"
    latex: ClassVar[str] = r"x_{t+1} = x_t - \eta\, f'(x_t)"
    look_for: ClassVar[str] = (
        "The rate never changes, and yet the steps shrink: they are as long as the slope is steep. Set the rate to "
        "0.05: it crawls and is still at 3.49 after ten steps. Set it to 1.1, above the limit 2 / f'' = 1: each step "
        "jumps over the minimum and lands higher than before."
    )
    source: ClassVar[str] = "A. Cauchy, 1847; the example is that of A. Zhang et al., Dive into Deep Learning, 12.3."

    function: Function = parameter("x**2", "the function f of x, as a formula, or in Python a callable")
    start: float = parameter(10.0, "where the walk begins", low=-100, high=100)
    rate: float = parameter(0.2, "learning rate", low=0, high=10)
    steps: int = parameter(10, "how many steps", low=1, high=1000)

    def run(self) -> Result:
        """Return the positions x (steps + 1,), the heights f and the slopes there."""
        f = objective(self.function)
        path = descend(f, (self.start,), self.rate, self.steps)
        largest = _largest_curvature(f, path)
        x = path.x[:, 0]
        values = {
            "x": x,
            "f": path.f,
            "slope": path.gradient[:, 0],
            "largest_curvature": largest,
            "left_at": path.left,
            "derivatives": f.derivatives,
        }
        claims = (self._walks_downhill(path), self._keeps_the_limit(path, largest))
        alt = f"Descent on {f.text} from {self.start:g} with rate {self.rate:g}: {path.told}."
        return Result(
            experiment=self, values=values, claims=claims, picture=over_curve(f, {"descent": path}, alt, None)
        )

    def _walks_downhill(self, path: Walk) -> Claim:
        x = np.abs(path.x[:, 0])
        downhill = path.left is None and path.f[-1] < path.f[0]
        verb = "fell" if path.f[-1] < path.f[0] else "grew" if path.f[-1] > path.f[0] else "went"
        stop = "" if path.left is None else f", and left the range of numbers at step {path.left}"
        return Claim(
            sentence=f"rate {self.rate:g} ends lower than it began",
            holds=bool(downhill),
            measured=f"f {verb} from {path.f[0]:.6g} to {path.f[-1]:.6g}{stop}; "
            f"|x| went from {x[0]:.6g} to {x[-1]:.6g} in {counted(path.steps, path.steps)}",
        )

    def _keeps_the_limit(self, path: Walk, largest: float) -> Claim:
        climbs = int((np.diff(path.f) > 0).sum()) + (path.left is not None)
        limit = 2 / largest if largest > 0 else np.inf
        return Claim(
            sentence="below 2 / (largest f'' on the way) no step climbs",
            holds=bool(self.rate >= limit or climbs == 0),
            measured=f"largest f'' {largest:.6g}, so the limit is {limit:.6g}; at rate {self.rate:g}, "
            f"{climbs} of {path.steps} steps climbed",
        )


def _largest_curvature(f: Objective, path: Walk) -> float:
    """Return the largest |f''| between the farthest points of the walk."""
    between = np.linspace(path.x.min(), path.x.max(), CURVE)
    curvature = np.abs(f.hessian(between)[0, 0])
    return float(curvature[np.isfinite(curvature)].max(initial=0.0))
