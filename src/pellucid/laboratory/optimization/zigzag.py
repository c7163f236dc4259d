"""The zig-zag on a stretched bowl: the condition number decides how slow descent is, whatever the rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.formulas import objective
from pellucid.laboratory.optimization.walks import Walk, descend, over_contours

SAME: Final = 1e-6
ROUNDING: Final = 1e-12


@dataclass(frozen=True, kw_only=True)
class ZigZag(Experiment):
    """Descend into a bowl that is `stretch` times steeper along x2, at the best constant rate.

    Example:
        >>> result = ZigZag(stretch=20).run()
        >>> round(result["factor"], 6), round(19 / 21, 6)
        (0.904762, 0.904762)
    """

    name: ClassVar[str] = "zigzag"
    aliases: ClassVar[tuple[str, ...]] = ("condition number", "ill-conditioning", "stretched bowl")
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "zig-zag on a stretched bowl"
    question: ClassVar[str] = "Why does descent zig-zag in a narrow valley, and how slow must it be?"
    formula: ClassVar[str] = "f = (x1^2 + k x2^2) / 2; best rate 2 / (1 + k); error shrinks by (k - 1) / (k + 1) a step"
    latex: ClassVar[str] = (
        r"\eta^* = \frac{2}{\mu + L}, \qquad \frac{\|\mathbf{x}_{t+1}\|}{\|\mathbf{x}_t\|} \le "
        r"\frac{\kappa - 1}{\kappa + 1}, \qquad \kappa = \frac{L}{\mu}"
    )
    look_for: ClassVar[str] = (
        "One rate has to serve two directions. Along the steep one it overshoots and changes side at every step, along "
        "the flat one it crawls. Double the stretch and count the steps: they double too. No constant rate does "
        "better; momentum, preconditioning and standardised inputs do."
    )
    source: ClassVar[str] = "B. Polyak, Introduction to Optimization, 1987; Y. Nesterov, 2004, theorem 2.1.15."

    stretch: float = parameter(10.0, "how much steeper x2 is than x1: the condition number", low=1, high=1000)
    steps: int = parameter(25, "how many steps", low=5, high=1000)

    def run(self) -> Result:
        """Return the walk x, the factor by which each step shrinks the distance, and steps to a thousandth."""
        k = self.stretch
        f = objective(f"(x1**2 + {k!r}*x2**2) / 2", ("x1", "x2"))
        start = (k, 1.0)  # both parts of the gradient are k: the worst start
        path = descend(f, start, 2 / (1 + k), self.steps)
        round_path = descend(objective("(x1**2 + x2**2) / 2", ("x1", "x2")), start, 1.0, self.steps)
        distance = np.hypot(path.x[:, 0], path.x[:, 1])
        factor = float((distance[-1] / distance[0]) ** (1 / self.steps))
        alt = (
            f"Descent on a bowl stretched {k:g} times: x2 changes its sign at each step, and after {self.steps} steps "
            f"{distance[-1] / distance[0]:.3g} of the distance is left."
        )
        return Result(
            experiment=self,
            values={"x": path.x, "f": path.f, "factor": factor, "distance": distance},
            claims=(self._rate(factor), self._changes_side(path), self._round(round_path), self._no_better(distance)),
            picture=over_contours(f, {"stretched bowl": path}, alt, square=True),
        )

    def _rate(self, factor: float) -> Claim:
        law = (self.stretch - 1) / (self.stretch + 1)
        return Claim(
            sentence="at the best rate a step leaves (k - 1) / (k + 1) of the distance",
            holds=abs(factor - law) <= SAME,
            measured=f"{factor:.6f} measured, {law:.6f} by the formula with k = {self.stretch:g}",
        )

    def _changes_side(self, path: Walk) -> Claim:
        turns = int((np.diff(np.sign(path.x[:, 1])) != 0).sum())
        return Claim(
            sentence="the walk changes to the other side of the valley at every step",
            holds=turns == self.steps,
            measured=f"x2 changed its sign in {turns} of {self.steps} steps",
        )

    def _round(self, path: Walk) -> Claim:
        left = float(np.hypot(*path.x[1]))
        return Claim(
            sentence="in a round bowl one step arrives",
            holds=left <= ROUNDING,
            measured=f"condition number 1: distance {left:.1e} after 1 step",
        )

    def _no_better(self, distance: np.typing.NDArray[np.float64]) -> Claim:
        """Try other constant rates: the slower of the two directions is |1 - rate| and |1 - rate k|."""
        rates = np.geomspace(0.01, 2, 400) / self.stretch
        slower = np.maximum(np.abs(1 - rates), np.abs(1 - rates * self.stretch))
        best, law = float(slower.min()), (self.stretch - 1) / (self.stretch + 1)
        return Claim(
            sentence="no other constant rate is faster",
            holds=best >= law - ROUNDING,
            measured=f"the best of {len(rates)} other rates leaves {best:.6f} a step, this one {law:.6f}; "
            f"{distance[-1] / distance[0]:.3g} of the way is left after {self.steps} steps",
        )
