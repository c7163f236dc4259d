"""The learning rate: too small, right, large, too large, on one function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.foundation.errors import RangeError
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.formulas import Function, objective
from pellucid.laboratory.optimization.walks import Walk, descend, over_curve

NAMES: Final = ("too small", "right", "large", "too large")
ARRIVED: Final = 0.01  # part of the first height that is left when a walk counts as arrived


@dataclass(frozen=True, kw_only=True)
class LearningRates(Experiment):
    """Descend with four learning rates side by side.

    Example:
        >>> [round(end, 3) for end in LearningRates().run()["ends"].values()]
        [6.676, 0.0, 0.115, 67.275]
    """

    name: ClassVar[str] = "learning_rates"
    aliases: ClassVar[tuple[str, ...]] = ("learning rate",)
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "the learning rate"
    question: ClassVar[str] = "How can one tell from the loss that the learning rate is wrong?"
    formula: ClassVar[str] = (
        "near a minimum x <- (1 - rate f'') x: slow near 0, at once at 1/f'', from side to side above"
    )
    latex: ClassVar[str] = r"x_{t+1} \approx (1 - \eta f'')\, x_t, \qquad \text{converges for } \eta < 2 / f''"
    look_for: ClassVar[str] = (
        "The heights over the steps: a line that falls steadily but hardly means too small; up and up means too large. "
        "Between them, a large rate jumps from side to side and still arrives. The rate that is right is about "
        "1 / f'', which no one knows for a network: hence the finder and the schedules."
    )
    source: ClassVar[str] = "A. Cauchy, 1847; A. Zhang et al., Dive into Deep Learning, 12.3."

    function: Function = parameter("x**2", "a function f of x, with a minimum of height 0")
    start: float = parameter(10.0, "where all walks begin", low=-100, high=100)
    rates: tuple[float, ...] = parameter((0.01, 0.4, 0.9, 1.05), "four rates, rising", low=0, high=100)
    steps: int = parameter(20, "how many steps", low=3, high=1000)

    def __post_init__(self) -> None:
        """Check that there are four rates.

        Raises:
            RangeError: there are more or fewer.
        """
        super().__post_init__()
        if len(self.rates) != len(NAMES):
            raise RangeError(f"{self.name} expected four rates, got {len(self.rates)}: write (0.01, 0.4, 0.9, 1.05)")

    def run(self) -> Result:
        """Return the walks x and where each ended."""
        f = objective(self.function)
        walks = {
            f"{name}: {rate:g}": descend(f, (self.start,), rate, self.steps)
            for name, rate in zip(NAMES, self.rates, strict=True)
        }
        small, right, large, over = walks.values()
        told = "; ".join(f"{name} {one.told}" for name, one in walks.items())
        low, high = -1.3 * abs(self.start), 1.3 * abs(self.start)
        return Result(
            experiment=self,
            values={
                "x": {name: one.x[:, 0] for name, one in walks.items()},
                "ends": {name: abs(float(one.x[-1, 0])) for name, one in walks.items()},
                "derivatives": f.derivatives,
            },
            claims=(_crawls(small), _arrives(right), _jumps(large), _climbs(over)),
            picture=over_curve(f, walks, f"Four rates on {f.text}: {told}.", (low or -1.0, high or 1.0)),
        )


def _left(path: Walk) -> float:
    return float(path.f[-1] / path.f[0]) if path.f[0] else 0.0


def _crawls(path: Walk) -> Claim:
    falls = bool((np.diff(path.f) < 0).all())
    return Claim(
        sentence="too small: every step goes down, and after all of them most of the way is left",
        holds=falls and _left(path) > 10 * ARRIVED,
        measured=f"{100 * _left(path):.3g} % of the height is left after {path.steps} steps",
    )


def _arrives(path: Walk) -> Claim:
    first = path.first(path.f <= ARRIVED * path.f[0])
    return Claim(
        sentence="right: it arrives within half of the steps",
        holds=first is not None and first <= path.steps / 2,
        measured=f"{100 * ARRIVED:g} % of the height "
        f"{f'never in {path.steps} steps' if first is None else f'after {first} of {path.steps} steps'}",
    )


def _jumps(path: Walk) -> Claim:
    turns = int((np.diff(np.sign(path.gradient[:, 0])) != 0).sum())
    return Claim(
        sentence="large: it jumps to the other side at every step and still goes down",
        holds=bool(turns == path.steps and path.left is None and (np.diff(path.f) < 0).all()),
        measured=f"{turns} changes of side in {path.steps} steps, {100 * _left(path):.3g} % of the height left",
    )


def _climbs(path: Walk) -> Claim:
    climbs = int((np.diff(path.f) > 0).sum())
    return Claim(
        sentence="too large: every step ends higher",
        holds=bool(climbs == path.steps and path.steps > 0),
        measured=f"{climbs} of {path.steps} steps climbed; {path.told}",
    )
