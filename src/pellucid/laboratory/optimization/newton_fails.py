"""Newton's method where the function is not convex: it walks uphill, and two cures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.formulas import Function, objective
from pellucid.laboratory.jets import Floats
from pellucid.laboratory.optimization.walks import Walk, over_curve, walk

SETTLED: Final = 1e-3  # slope at which a walk stands still


@dataclass(frozen=True, kw_only=True)
class NewtonFails(Experiment):
    """Walk by Newton's steps on a function with hills and valleys: whole, shortened, and with absolute curvature.

    Example:
        >>> result = NewtonFails().run()
        >>> result["plain"][-1].round(4), result["shorter"][-1].round(4)
        (np.float64(26.8341), np.float64(7.2699))
    """

    name: ClassVar[str] = "newton_fails"
    aliases: ClassVar[tuple[str, ...]] = ("Newton without convexity",)
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "Newton's method without convexity"
    question: ClassVar[str] = "What does Newton's method do where the curvature is negative, and what helps?"
    formula: ClassVar[str] = "x <- x - f'/f'';  shorter: x - s f'/f'';  absolute: x - s f'/|f''|"
    latex: ClassVar[str] = (
        r"x_{t+1} = x_t - \frac{f'(x_t)}{f''(x_t)}, \qquad x_{t+1} = x_t - \eta \frac{f'(x_t)}{|f''(x_t)|}"
    )
    look_for: ClassVar[str] = (
        "Newton's step goes to where the slope is zero, and a hilltop is such a place. From 10 the whole step leaps "
        "into the next hill and settles on its top; half of it stays in the valley. From 12.5, where the curvature is "
        "negative, no shortening helps: the direction itself is uphill. The absolute curvature keeps the length of "
        "the step and turns it round."
    )
    source: ClassVar[str] = "A. Zhang et al., Dive into Deep Learning, 12.3; Y. Dauphin et al., 2014 (|H|)."

    function: Function = parameter(f"x*cos({0.15 * math.pi:.12g}*x)", "a function f of x with hills and valleys")
    start: float = parameter(10.0, "where the walks in the valley begin", low=-100, high=100)
    hill: float = parameter(12.5, "where the walks on the hill begin", low=-100, high=100)
    shortening: float = parameter(0.5, "by which the step is multiplied in the cures", low=0.01, high=1)
    steps: int = parameter(10, "how many steps", low=3, high=100)

    def run(self) -> Result:
        """Return the positions of the four walks: plain, shorter, and from the hill shorter_hill, absolute_hill."""
        f = objective(self.function)

        def steered(start: float, factor: float, *, absolute: bool = False) -> Walk:
            def move(x: Floats, g: Floats, t: int) -> Floats:
                second = f.hessian(*x)[0]
                curvature = np.abs(second) if absolute else second
                return x - factor * g / np.where(curvature == 0, 1.0, curvature)

            return walk(f, (start,), move, self.steps)

        s = self.shortening
        plain, shorter = steered(self.start, 1.0), steered(self.start, s)
        uphill, absolute = steered(self.hill, s), steered(self.hill, s, absolute=True)
        walks = {"whole": plain, "shorter": shorter, "shorter, on the hill": uphill, "absolute, on the hill": absolute}
        told = "; ".join(f"{name} {one.told}" for name, one in walks.items())
        names = ("plain", "shorter", "shorter_hill", "absolute_hill")
        values = {name: one.x[:, 0] for name, one in zip(names, walks.values(), strict=True)}
        curvature = float(f.hessian(*plain.x[-1])[0, 0])
        return Result(
            experiment=self,
            values={**values, "derivatives": f.derivatives},
            claims=(
                _ends(plain, f"whole steps from {self.start:g} end higher than they began", higher=True),
                _at_hilltop(curvature, plain),
                _ends(shorter, f"steps of {s:g} of that length end lower", higher=False),
                _ends(uphill, f"from {self.hill:g} on the hill, the shortened steps walk uphill too", higher=True),
                _ends(absolute, "from there, steps by the absolute curvature end lower", higher=False),
            ),
            picture=over_curve(f, walks, f"Newton on {f.text}: {told}.", None),
        )


def _ends(path: Walk, sentence: str, *, higher: bool) -> Claim:
    ends_higher = path.left is not None or path.f[-1] > path.f[0]
    return Claim(
        sentence=sentence,
        holds=bool(ends_higher == higher),
        measured=f"f from {path.f[0]:.6g} to {path.f[-1]:.6g}, {path.told}",
    )


def _at_hilltop(curvature: float, path: Walk) -> Claim:
    return Claim(
        sentence="the whole steps settle on a hilltop: no slope, negative curvature",
        holds=bool(path.slope[-1] < SETTLED and curvature < 0),
        measured=f"at {path.x[-1, 0]:.6g}: f' = {path.gradient[-1, 0]:.1e}, f'' = {curvature:.4g}",
    )
