"""Newton's method: divide the slope by the curvature, and no rate is needed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Final

import numpy as np

from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.formulas import Function, objective
from pellucid.laboratory.optimization.walks import Walk, counted, descend, over_curve, walk

ARRIVED: Final = 1e-8  # slope at which a walk counts as arrived
NEAR: Final = 0.3  # slope below which a walk is near the minimum
ROUNDED: Final = 1e-7  # slope whose square is lost in rounding


@dataclass(frozen=True, kw_only=True)
class Newton(Experiment):
    """Walk down a convex function by Newton's steps, beside plain descent.

    Example:
        >>> bool(abs(Newton().run()["x"][-1]) < 1e-8)
        True
    """

    name: ClassVar[str] = "newton"
    aliases: ClassVar[tuple[str, ...]] = ("Newton's method",)
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "Newton's method"
    question: ClassVar[str] = "How much faster is a walk that knows the curvature?"
    formula: ClassVar[str] = "x <- x - f'(x) / f''(x)"
    latex: ClassVar[str] = r"x_{t+1} = x_t - \frac{f'(x_t)}{f''(x_t)}"
    look_for: ClassVar[str] = (
        "Far out the steps are all of one length, although the slope is enormous: slope and curvature grow together. "
        "Near the minimum the number of right digits at least doubles with each step. Plain descent, whose rate must "
        "be small enough for the steep walls, then crawls on the flat ground."
    )
    source: ClassVar[str] = "I. Newton, 1669; the example is that of A. Zhang et al., Dive into Deep Learning, 12.3."

    function: Function = parameter("cosh(0.5*x)", "a convex function f of x, as a formula or a callable")
    start: float = parameter(10.0, "where the walks begin", low=-100, high=100)
    steps: int = parameter(10, "how many Newton steps", low=3, high=100)
    rate: float = parameter(0.05, "learning rate of plain descent, for comparison", low=0, high=10)

    def run(self) -> Result:
        """Return Newton's positions x and heights f, and those of plain descent."""
        f = objective(self.function)
        newton = walk(f, (self.start,), lambda x, g, t: x - g / _curvature(f.hessian(*x)[0]), self.steps)
        plain = descend(f, (self.start,), self.rate, 100 * self.steps)
        first = {name: one.first(one.slope <= ARRIVED) for name, one in (("newton", newton), ("plain", plain))}
        shown = descend(f, (self.start,), self.rate, self.steps)
        alt = f"Newton's method on {f.text} from {self.start:g}: {newton.told}; plain descent: {shown.told}."
        return Result(
            experiment=self,
            values={"x": newton.x[:, 0], "f": newton.f, "plain_x": plain.x[:, 0], "derivatives": f.derivatives},
            claims=(self._arrives(newton, first), self._faster(plain, first), _doubles(newton)),
            picture=over_curve(f, {"Newton": newton, f"descent, rate {self.rate:g}": shown}, alt, None),
        )

    def _arrives(self, newton: Walk, first: dict[str, int | None]) -> Claim:
        return Claim(
            sentence="Newton's method arrives on a convex function",
            holds=first["newton"] is not None,
            measured=f"|f'| <= {ARRIVED:g} after {counted(first['newton'], self.steps)}; {newton.told}",
        )

    def _faster(self, plain: Walk, first: dict[str, int | None]) -> Claim:
        mine, other = first["newton"], first["plain"]
        lost = f"left the range of numbers at step {plain.left}"
        return Claim(
            sentence=f"descent with rate {self.rate:g} does not arrive within five times as many steps",
            holds=mine is not None and (other is None or other > 5 * mine),
            measured=f"Newton {counted(mine, self.steps)}, descent "
            f"{counted(other, plain.steps) if plain.left is None else lost}",
        )


def _curvature(second: np.typing.NDArray[np.float64]) -> np.typing.NDArray[np.float64]:
    """Return f'', or a tiny number where it is 0: the walk then leaves the range, and says so."""
    return np.where(second == 0, np.finfo(float).tiny ** 0.5, second)


def _doubles(newton: Walk) -> Claim:
    """Where the slope is small, the next one is below its square (times a constant of the function, here 1)."""
    pairs = [(a, b) for a, b in pairwise(newton.slope) if ROUNDED < a < NEAR]
    told = ", ".join(f"{a:.1e} to {b:.1e}" for a, b in pairs)
    return Claim(
        sentence="near the minimum each step at least doubles the right digits",
        holds=bool(pairs) and all(b <= a**2 for a, b in pairs),
        measured=f"|f'| {told}" if pairs else f"no step began with |f'| below {NEAR:g} in {newton.steps} steps",
    )
