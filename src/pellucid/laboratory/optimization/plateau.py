"""A plateau: far from the minimum the slope is nearly zero, and descent spends its time there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.formulas import Function, Objective, objective
from pellucid.laboratory.optimization.walks import Walk, counted, descend, over_curve, walk

MOST: Final = 0.5  # of the steps
HIGH: Final = 0.9  # part of the whole fall that is left while the walk is still on the plateau


@dataclass(frozen=True, kw_only=True)
class Plateau(Experiment):
    """Descend from a plateau by the slope, and by the sign of the slope.

    Example:
        >>> result = Plateau().run()
        >>> result["on_plateau"] > 0.8 * result["arrived"]
        True
    """

    name: ClassVar[str] = "plateau"
    aliases: ClassVar[tuple[str, ...]] = ("flat region",)
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "a plateau"
    question: ClassVar[str] = "Why does the loss stand still for long and then fall at once?"
    formula: ClassVar[str] = "x <- x - rate f'(x), where |f'(x)| is nearly 0 far from the minimum"
    latex: ClassVar[str] = r"|x_{t+1} - x_t| = \eta\, |f'(x_t)| \approx 0"
    look_for: ClassVar[str] = (
        "The height over the steps: a long flat line, then a fall. The step is as long as the slope is steep, and here "
        "is none. A loss that stands still has not converged for that reason. Rules that divide by the size of the "
        "gradient (RMSProp, Adam) walk on: the sign of the slope is enough for them. A sigmoid or tanh unit with large "
        "inputs stands on such a plateau."
    )
    source: ClassVar[str] = "A. Zhang et al., Dive into Deep Learning, 12.1; M. Riedmiller & H. Braun, 1993 (sign)."

    function: Function = parameter("1 - exp(-x**2/8)", "a function f of x with a plateau")
    start: float = parameter(6.5, "where the walks begin, on the plateau", low=-100, high=100)
    rate: float = parameter(0.5, "learning rate", low=0, high=10)
    steps: int = parameter(300, "at most so many steps", low=10, high=1000)

    def run(self) -> Result:
        """Return the walks, the steps on the plateau and until arrival, and those of the walk by sign."""
        f = objective(self.function)
        plain = descend(f, (self.start,), self.rate, self.steps)
        signed = walk(f, (self.start,), lambda x, g, t: x - 0.2 * self.rate * np.sign(g), self.steps)
        lowest = min(float(plain.f.min()), float(signed.f.min()))
        marks = [lowest + part * (float(plain.f[0]) - lowest) for part in (HIGH, 1 - HIGH)]
        fallen, arrived = (plain.first(plain.f < mark) for mark in marks)
        by_sign = signed.first(signed.f < marks[1])
        walks = {"descent": plain, "sign of the slope": signed}
        alt = f"On {f.text} from {self.start:g}: {counted(fallen, self.steps)} on the plateau, arrived after "
        return Result(
            experiment=self,
            values={"x": plain.x[:, 0], "f": plain.f, "on_plateau": fallen, "arrived": arrived, "by_sign": by_sign},
            claims=(
                self._stands(fallen, arrived),
                self._flat(f, plain),
                self._sign(arrived, by_sign),
            ),
            picture=over_curve(
                f, walks, f"{alt}{counted(arrived, self.steps)}; by sign {counted(by_sign, self.steps)}.", None
            ),
        )

    def _stands(self, fallen: int | None, arrived: int | None) -> Claim:
        share = fallen / arrived if fallen is not None and arrived else 0.0
        return Claim(
            sentence="most of the steps are spent on the plateau",
            holds=share > MOST,
            measured=f"{counted(fallen, self.steps)} for the first tenth of the fall, "
            f"{counted(arrived, self.steps)} for nine tenths",
        )

    def _flat(self, f: Objective, plain: Walk) -> Claim:
        steepest = float(plain.slope.max())
        return Claim(
            sentence="at the start the slope is below a tenth of the steepest one",
            holds=bool(plain.slope[0] < steepest / 10),
            measured=f"|f'| = {plain.slope[0]:.3g} at the start, at most {steepest:.3g} on the way ({f.text})",
        )

    def _sign(self, arrived: int | None, by_sign: int | None) -> Claim:
        return Claim(
            sentence="a walk by the sign of the slope, with a fifth of the rate, leaves the plateau sooner",
            holds=by_sign is not None and (arrived is None or by_sign < arrived),
            measured=f"{counted(by_sign, self.steps)} against {counted(arrived, self.steps)}",
        )
