"""Warm-up: a rate that is too large for the start may be right a little later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.formulas import Function, Objective, objective
from pellucid.laboratory.optimization.walks import Walk, descend, over_curve, walk

LIMIT: Final = 2.0  # of the rate times the curvature


@dataclass(frozen=True, kw_only=True)
class WarmUp(Experiment):
    """Descend with the full rate from the first step, and with a rate that rises to it.

    Example:
        >>> result = WarmUp().run()
        >>> result["at_once_left"] is not None, bool(abs(result["warm"][-1]) < 0.5)
        (True, True)
    """

    name: ClassVar[str] = "warm_up"
    aliases: ClassVar[tuple[str, ...]] = ("learning rate warm-up",)
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "warm-up"
    question: ClassVar[str] = "Why begin with small steps when the full rate is right later?"
    formula: ClassVar[str] = "rate(t) = rate min(t / warm, 1)"
    latex: ClassVar[str] = r"\eta_t = \eta \min\left(\frac{t}{T}, 1\right)"
    look_for: ClassVar[str] = (
        "At the start the wall is steep and curved: the limit 2 / f'' is far below the rate, and the walk that takes "
        "it at once is thrown out. A few small steps lead to flatter ground, where the full rate is safe, and faster "
        "than the small one that would have been safe from the start. Networks begin on such walls too. Set warm to 1: "
        "no warm-up, and both are thrown out."
    )
    source: ClassVar[str] = "P. Goyal et al., Accurate, large minibatch SGD, 2017; J. Gilmer et al., 2022 (curvature)."

    function: Function = parameter("x**4/4", "a function f of x that is most curved at the start")
    start: float = parameter(5.0, "where the walks begin", low=-100, high=100)
    rate: float = parameter(0.1, "the full learning rate", low=1e-6, high=10)
    warm: int = parameter(20, "over how many steps it rises", low=1, high=1000)
    steps: int = parameter(200, "how many steps", low=5, high=1000)

    def run(self) -> Result:
        """Return the walks: at once, with warm-up, and at the constant rate that is safe at the start."""
        f = objective(self.function)
        first, safe = float(f.hessian(self.start)[0, 0]), 0.0
        safe = 1 / first if first > 0 else self.rate
        at_once = descend(f, (self.start,), self.rate, self.steps)
        warm = walk(f, (self.start,), lambda x, g, t: x - self.rate * min(t / self.warm, 1.0) * g, self.steps)
        careful = descend(f, (self.start,), safe, self.steps)
        walks = {"with warm-up": warm, "at once": at_once, f"always {safe:.3g}": careful}
        ends = (-1.3 * abs(self.start) or -1.0, 1.3 * abs(self.start) or 1.0)
        alt = "; ".join(f"{name}: {one.told}" for name, one in walks.items())
        return Result(
            experiment=self,
            values={
                "warm": warm.x[:, 0],
                "at_once": at_once.x[:, 0],
                "at_once_left": at_once.left,
                "careful": careful.x[:, 0],
                "safe_rate": safe,
            },
            claims=(
                self._thrown(at_once, first),
                _survives(warm),
                _sooner(warm, careful, safe),
                self._flatter(f, warm),
            ),
            picture=over_curve(f, walks, f"{alt}.", ends),
        )

    def _thrown(self, at_once: Walk, first: float) -> Claim:
        return Claim(
            sentence=f"the rate {self.rate:g} from the first step diverges",
            holds=at_once.left is not None or bool(at_once.f[-1] > at_once.f[0]),
            measured=f"limit 2 / f'' = {LIMIT / first if first > 0 else np.inf:.3g} at the start; {at_once.told}",
        )

    def _flatter(self, f: Objective, warm: Walk) -> Claim:
        t = min(self.warm, warm.steps)
        before, after = (float(f.hessian(warm.x[step, 0])[0, 0]) for step in (0, t))
        return Claim(
            sentence="when the full rate is reached, the ground is flat enough for it",
            holds=warm.steps >= self.warm and self.rate * after < LIMIT,
            measured=f"f'' went from {before:.3g} to {after:.3g} in {t} of the {self.warm} steps of warm-up; "
            f"rate f'' = {self.rate * after:.3g}",
        )


def _survives(warm: Walk) -> Claim:
    return Claim(
        sentence="with warm-up the same rate arrives",
        holds=bool(warm.left is None and warm.f[-1] < 0.01 * warm.f[0]),
        measured=f"f from {warm.f[0]:.4g} to {warm.f[-1]:.4g}; {warm.told}",
    )


def _sooner(warm: Walk, careful: Walk, safe: float) -> Claim:
    return Claim(
        sentence="it ends lower than the small rate that is safe from the start",
        holds=bool(warm.left is None and warm.f[-1] < careful.f[-1]),
        measured=f"f = {warm.f[-1]:.3g} against {careful.f[-1]:.3g} at the constant rate {safe:.3g}",
    )
