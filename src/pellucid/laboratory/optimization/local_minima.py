"""Local minima: where descent ends is decided by where it starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.drawing.records import ROLES, Frame, Picture, Plot, Role, Series, thin
from pellucid.foundation.errors import RangeError
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.formulas import Function, Objective, objective
from pellucid.laboratory.jets import Floats
from pellucid.laboratory.optimization.walks import CURVE

APART: Final = 1e-2  # ends closer than this part of the range are one minimum


@dataclass(frozen=True, kw_only=True)
class LocalMinima(Experiment):
    """Start many walks along a function, and see where they gather.

    Example:
        >>> LocalMinima().run()["minima"].round(3).tolist()
        [-3.281, 3.029]
    """

    name: ClassVar[str] = "local_minima"
    aliases: ClassVar[tuple[str, ...]] = ("local minimum", "basin of attraction")
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "local minima"
    question: ClassVar[str] = "Which minimum does descent find?"
    formula: ClassVar[str] = "x <- x - rate f'(x) from many starts"
    latex: ClassVar[str] = r"x_{t+1} = x_t - \eta f'(x_t), \qquad x_0 \in \{a, \ldots, b\}"
    look_for: ClassVar[str] = (
        "Every walker rolls into the valley it stands in; hilltops are the borders. Only those who start on the right "
        "side find the lowest valley, and no slope tells the others. Raise the rate: long steps jump over a hill, "
        "which is one reason to start training with a large rate. Try x*cos(2*x)."
    )
    source: ClassVar[str] = "I. Goodfellow, Y. Bengio & A. Courville, Deep Learning, 2016, 8.2."

    function: Function = parameter("0.05*x**4 - x**2 + 0.5*x", "a function f of x with several valleys")
    low: float = parameter(-5.0, "the first start", low=-100, high=100)
    high: float = parameter(5.0, "the last start", low=-100, high=100)
    walkers: int = parameter(41, "how many starts between", low=3, high=200)
    rate: float = parameter(0.02, "learning rate", low=0, high=10)
    steps: int = parameter(400, "how many steps", low=1, high=1000)

    def __post_init__(self) -> None:
        """Check that the range has a length.

        Raises:
            RangeError: it has none.
        """
        super().__post_init__()
        if self.high <= self.low:
            raise RangeError(f"{self.name} expected low below high, got {self.low:g} and {self.high:g}: swap them")

    def run(self) -> Result:
        """Return starts, where each walk ended, the different minima, and the share of starts that find the lowest."""
        f = objective(self.function)
        x = np.empty((self.steps + 1, self.walkers))
        x[0] = np.linspace(self.low, self.high, self.walkers)
        width = self.high - self.low
        for t in range(self.steps):
            moved = x[t] - self.rate * f.gradient(x[t])[0]
            inside = np.abs(moved - (self.low + self.high) / 2) <= 2 * width  # a walker that leaves stays where it was
            x[t + 1] = np.where(inside, moved, x[t])
        slope, bend = f.gradient(x[-1])[0], f.hessian(x[-1])[0, 0]
        settled = (bend > 0) & (np.abs(slope) < bend * APART * width)  # as far as a step of Newton's method says
        minima = _gathered(x[-1][settled], APART * width)
        nearest = np.abs(x[-1][:, None] - minima[None]).argmin(axis=1) if len(minima) else np.zeros(self.walkers, int)
        heights = f(minima)
        lowest = float((nearest == heights.argmin()).mean()) if len(minima) else 0.0
        return Result(
            experiment=self,
            values={"x": x, "ends": x[-1], "minima": minima, "heights": heights, "share_of_lowest": lowest},
            claims=(self._differ(minima, heights), self._share(lowest), self._borders(f, x, nearest)),
            picture=self._picture(f, x, nearest, minima),
        )

    def _differ(self, minima: Floats, heights: Floats) -> Claim:
        places = ", ".join(f"{a:.4g} (f = {b:.4g})" for a, b in zip(minima, heights, strict=True))
        return Claim(
            sentence="different starts end in different minima",
            holds=len(minima) > 1,
            measured=f"{self.walkers} starts, {len(minima)} minima where walks ended{': ' + places if places else ''}",
        )

    def _share(self, lowest: float) -> Claim:
        return Claim(
            sentence="not every start finds the lowest minimum",
            holds=0 < lowest < 1,
            measured=f"{round(lowest * self.walkers)} of {self.walkers} do",
        )

    def _borders(self, f: Objective, x: Floats, nearest: np.typing.NDArray[np.intp]) -> Claim:
        """Between two neighbours that part, the slope changes from rising to falling: there is a hilltop."""
        parting = np.flatnonzero(np.diff(nearest) != 0)
        slope = f.gradient(x[0])[0]
        hilltops = int(((slope[parting] >= 0) & (slope[parting + 1] <= 0)).sum())
        told = ", ".join(f"{x[0, i]:.3g} and {x[0, i + 1]:.3g}" for i in parting)
        return Claim(
            sentence="neighbours part only at a hilltop",
            holds=0 < hilltops == len(parting),
            measured=f"neighbours that part: {told or 'none'}; a hilltop between {hilltops} of {len(parting)} pairs",
        )

    def _picture(self, f: Objective, x: Floats, nearest: np.typing.NDArray[np.intp], minima: Floats) -> Picture:
        curve = np.linspace(self.low, self.high, CURVE)
        line = Series(name="f", x=curve, y=f(curve), role="quiet")
        frames = []
        for t in thin(self.steps + 1):
            groups = [(f"ends at {place:.3g}", nearest == k, ROLES[k % len(ROLES)]) for k, place in enumerate(minima)]
            dots = (
                Series(name=name, x=x[t][mine], y=f(x[t][mine]), kind="dots", role=role) for name, mine, role in groups
            )
            paths = (_paths(name, x[: t + 1, mine], role) for name, mine, role in groups)
            now = Plot(x_title="x", y_title="f(x)", series=(line, *dots))
            past = Plot(x_title="step + 1", y_title="x", x_log=True, series=tuple(paths))
            frames.append(Frame(label=f"step {t}", panels=(now, past)))
        found = ", ".join(f"{place:.4g}" for place in minima)
        return Picture(
            alt=f"{self.walkers} walkers on {f.text} gather at {found or 'no minimum'}.", frames=tuple(frames)
        )


def _paths(name: str, x: Floats, role: Role) -> Series:
    """Return the walks (t + 1, k) as one line with gaps between them."""
    shown = list(thin(len(x)))
    gap = np.full((1, x.shape[1]), np.nan)
    steps = np.repeat(np.array(shown, dtype=float)[:, None] + 1, x.shape[1], axis=1)
    lines = (np.concatenate([one, gap]).T.ravel() for one in (steps, x[shown]))
    return Series(name=name, x=next(lines), y=next(lines), role=role)


def _gathered(ends: Floats, apart: float) -> Floats:
    """Return one place for each group of ends that lie close together."""
    rising = np.sort(ends)
    if not len(rising):
        return rising
    groups = np.split(rising, np.flatnonzero(np.diff(rising) > apart) + 1)
    return np.array([group.mean() for group in groups])
