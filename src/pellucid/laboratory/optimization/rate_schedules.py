"""Schedules of the learning rate on a noisy gradient: a large rate arrives soon, only a falling one arrives exactly."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import ROLES, Picture, Plot, Series, Table
from pellucid.foundation.seeds import numpy_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.jets import Floats
from pellucid.laboratory.optimization.walks import counted

WALKERS: Final = 500  # walk at once; what is shown is their mean, so that luck plays no part
WARM: Final = 0.1  # part of the steps that the warm-up takes
STAIRS: Final = 4  # equal parts of the time, each with a rate of 1/4 of the last one's
DROP: Final = 0.25
CLOSE: Final = 0.35  # relative difference from the law, which 500 walkers meet only roughly
ROUNDING: Final = 1e-9
LAST: Final = 0.01  # part of the first rate that exponential decay ends with

SCHEDULES: Final[MappingProxyType[str, Callable[[float], float]]] = MappingProxyType(
    {  # part of the time that has passed, 0 to 1 -> part of the rate
        "constant": lambda s: 1.0,
        "constant, a twentieth": lambda s: 0.05,
        "steps": lambda s: DROP ** int(STAIRS * s),
        "exponential": lambda s: LAST**s,
        "cosine": lambda s: (1 + math.cos(math.pi * s)) / 2,
        "warm-up, cosine": lambda s: s / WARM if s < WARM else (1 + math.cos(math.pi * (s - WARM) / (1 - WARM))) / 2,
    }
)


@dataclass(frozen=True, kw_only=True)
class RateSchedules(Experiment):
    """Descend on x²/2 with a noisy slope, by six schedules.

    Example:
        >>> result = RateSchedules().run()
        >>> result["end"]["cosine"] < result["end"]["constant"] / 10
        True
    """

    name: ClassVar[str] = "rate_schedules"
    aliases: ClassVar[tuple[str, ...]] = ("learning rate decay", "learning rate schedule")
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "schedules of the learning rate"
    question: ClassVar[str] = "Why should the learning rate fall while one trains?"
    formula: ClassVar[str] = "x <- x - rate(t) (x + noise); at a constant rate E f tends to rate noise^2 / (4 - 2 rate)"
    latex: ClassVar[str] = (
        r"x_{t+1} = x_t - \eta_t (x_t + \epsilon_t), \qquad E f \to \frac{\eta\, \sigma^2}{2 (2 - \eta)}"
    )
    look_for: ClassVar[str] = (
        "All lines but that of the smallest rate fall within 30 steps. The constant rate then stays where its noise "
        "keeps it; the decaying ones go on falling, each time the rate does. A small constant rate ends as low, and is "
        "late: decay has both. Set steps to 30: now the small rate is far behind."
    )
    source: ClassVar[str] = (
        "H. Robbins & S. Monro, 1951; I. Loshchilov & F. Hutter, 2017 (cosine); P. Goyal et al., 2017."
    )

    rate: float = parameter(0.5, "the first (largest) learning rate", low=1e-4, high=1.9)
    noise: float = parameter(1.0, "standard deviation of the noise in the slope", low=0, high=10)
    start: float = parameter(10.0, "where all walks begin", low=-100, high=100)
    steps: int = parameter(300, "how many steps", low=20, high=2000)
    seed: int = parameter(0, "of the noise", low=0)

    def run(self) -> Result:
        """Return for each schedule the rates, the mean heights over 500 walkers, and the height at the end."""
        rates = {
            name: np.array([self.rate * part(t / self.steps) for t in range(self.steps)])
            for name, part in SCHEDULES.items()
        }
        heights = {name: self._heights(one) for name, one in rates.items()}
        end = {name: float(one[-1]) for name, one in heights.items()}
        soon = {name: _first(one <= 0.01 * one[0]) for name, one in heights.items()}
        rows = tuple((name, counted(soon[name], self.steps), end[name]) for name in heights)
        return Result(
            experiment=self,
            values={"rates": rates, "f": heights, "end": end, "to_one_percent": soon},
            claims=self._claims(end, soon),
            picture=_picture(rates, heights, end),
            tables=(
                Table(title="Schedules", columns=("schedule", "to 1 % of the height", "mean f at the end"), rows=rows),
            ),
        )

    def _heights(self, rates: Floats) -> Floats:
        draw = numpy_generator(self.seed, "noise")  # the same noise for every schedule
        x = np.full(WALKERS, self.start)
        heights = [0.5 * float(x @ x) / WALKERS]
        for rate in rates:
            x = x - rate * (x + self.noise * draw.normal(size=WALKERS))
            heights.append(0.5 * float(x @ x) / WALKERS)
        return np.array(heights)

    def _claims(self, end: dict[str, float], soon: dict[str, int | None]) -> tuple[Claim, ...]:
        slow, fast = soon["constant, a twentieth"], soon["cosine"]
        law = self.rate * self.noise**2 / (4 - 2 * self.rate)
        decaying = [name for name in SCHEDULES if not name.startswith("constant")]
        return (
            Claim(
                sentence="a constant rate stays at the height that its noise gives it",
                holds=abs(end["constant"] / law - 1) < CLOSE if law else end["constant"] < ROUNDING,
                measured=f"mean f = {end['constant']:.4g} at the end, {law:.4g} by the formula",
            ),
            Claim(
                sentence="every schedule that decays ends at less than a fifth of that",
                holds=all(end[name] < end["constant"] / 5 for name in decaying),
                measured=", ".join(f"{name} {end[name]:.2g}" for name in ("constant", *decaying)),
            ),
            Claim(
                sentence="a small constant rate ends lower than a large one, and arrives later",
                holds=end["constant, a twentieth"] < end["constant"]
                and fast is not None
                and (slow is None or slow > 2 * fast),
                measured=f"f = {end['constant, a twentieth']:.2g} against {end['constant']:.2g}; 1 % of the height "
                f"after {counted(slow, self.steps)}, with the cosine after {counted(fast, self.steps)}",
            ),
        )


def _first(reached: NDArray[np.bool_]) -> int | None:
    return int(np.argmax(reached)) if reached.any() else None


def _picture(rates: dict[str, Floats], heights: dict[str, Floats], end: dict[str, float]) -> Picture:
    rate = Plot(
        title="Rate",
        x_title="step",
        series=tuple(
            Series(name=name, x=np.arange(len(one)), y=one, role=ROLES[k])
            for k, (name, one) in enumerate(rates.items())
        ),
    )
    height = Plot(
        title="Mean height",
        x_title="step",
        y_log=True,
        series=tuple(
            Series(name=name, x=np.arange(len(one)), y=one, role=ROLES[k])
            for k, (name, one) in enumerate(heights.items())
        ),
    )
    told = ", ".join(f"{name} {one:.2g}" for name, one in end.items())
    return Picture(alt=f"Mean height at the end: {told}.", panels=(rate, height))
