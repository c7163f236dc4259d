"""Newton's method where the function is not convex: it walks uphill, and two cures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.formulas import Function, objective
from pellucid.laboratory.jets import Floats
from pellucid.laboratory.optimization.walks import Walk, over_curve, walk


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
        "Newton's step goes to where the slope is zero, and a hilltop is such a place: with negative curvature it "
        "turns uphill. A shorter step cures the leaps from one hill to another, but not the wrong direction: from 10 "
        "it is lucky, elsewhere it climbs. The absolute curvature always walks downhill. "
        "Try start = 2: only the absolute curvature goes down."
    )
    source: ClassVar[str] = "A. Zhang et al., Dive into Deep Learning, 12.3; Y. Dauphin et al., 2014 (|H|)."

    function: Function = parameter(f"x*cos({0.15 * math.pi:.12g}*x)", "a function f of x with hills and valleys")
    start: float = parameter(10.0, "where the walks begin", low=-100, high=100)
    shortening: float = parameter(0.5, "by which the step is multiplied in the cures", low=0.01, high=1)
    steps: int = parameter(10, "how many steps", low=3, high=100)

    def run(self) -> Result:
        """Return the positions of the three walks: plain, shorter, absolute."""
        f = objective(self.function)

        def steered(factor: float, absolute: bool) -> Walk:
            def move(x: Floats, g: Floats, t: int) -> Floats:
                second = f.hessian(*x)[0]
                curvature = np.abs(second) if absolute else second
                return x - factor * g / np.where(curvature == 0, 1.0, curvature)

            return walk(f, (self.start,), move, self.steps)

        s = self.shortening
        walks = {"plain": steered(1.0, False), "shorter": steered(s, False), "absolute": steered(s, True)}
        told = "; ".join(f"{name} {one.told}" for name, one in walks.items())
        values = {name: one.x[:, 0] for name, one in walks.items()}
        return Result(
            experiment=self,
            values={**values, "derivatives": f.derivatives},
            claims=(
                _ends(walks["plain"], "whole Newton steps end higher than they began", higher=True),
                _ends(walks["shorter"], f"steps shortened to {s:g} end lower", higher=False),
                _ends(walks["absolute"], f"steps by the absolute curvature, shortened to {s:g}, end lower", higher=False),
                _at_hilltop(f.hessian(*walks["plain"].x[-1])[0, 0].item(), walks["plain"]),
            ),
            picture=over_curve(f, walks, f"Newton on {f.text} from {self.start:g}: {told}.", None),
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
        holds=bool(path.slope[-1] < 1e-3 and curvature < 0),
        measured=f"at {path.x[-1, 0]:.6g}: f' = {path.gradient[-1, 0]:.1e}, f'' = {curvature:.4g}",
    )
