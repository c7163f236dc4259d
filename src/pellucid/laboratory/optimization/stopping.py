"""When to stop: a small gradient, a small change, or a cap on the steps; each stops too early or too late somewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.drawing.records import ROLES, Picture, Plot, Series, Table
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.formulas import Function, objective
from pellucid.laboratory.optimization.walks import Walk, counted, descend

YOURS: Final = "yours"
CASES: Final = {  # name: function, start, rate; every minimum is at 0
    "bowl": ("x**2", 10.0, 0.3),
    "tiny rate": ("x**2", 10.0, 1e-5),
    "plateau": ("1 - exp(-x**2/2)", 6.0, 0.5),
    "flat minimum": ("x**4", 1.0, 0.1),
    "kink": ("abs(x)", 10.05, 0.1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stops:
    """At which step each rule stops one walk, and how far from the minimum."""

    walk: Walk
    gradient: int | None
    change: int | None
    good: int | None
    """The first step within the tolerance of the minimum."""

    def distance(self, step: int | None) -> float:
        """Return how far from 0 the walk is at a step; None: at its end."""
        return float(abs(self.walk.x[-1 if step is None else step, 0]))


@dataclass(frozen=True, kw_only=True)
class Stopping(Experiment):
    """Stop five walks, and yours, by three rules.

    Example:
        >>> result = Stopping().run()
        >>> result["bowl"].gradient, result["plateau"].gradient
        (11, 0)
    """

    name: ClassVar[str] = "stopping"
    aliases: ClassVar[tuple[str, ...]] = ("stopping criteria", "convergence tolerance")
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "when to stop"
    question: ClassVar[str] = "Small gradient, small change, or a cap on the steps: when does each mislead?"
    formula: ClassVar[str] = "|f'(x)| <= tol;  |x_new - x| <= tol;  steps = cap"
    latex: ClassVar[str] = r"|f'(x_t)| \le \epsilon, \qquad |x_{t+1} - x_t| \le \epsilon, \qquad t = t_{\max}"
    look_for: ClassVar[str] = (
        "On the plain bowl all is well. A small change may only mean a small rate; a small gradient may be a plateau, "
        "or a flat minimum that is still far. On a kink neither ever gets small. The cap saves such walks and cuts "
        "slow ones off. So use all three, and say which one stopped. For a network, watch the validation loss instead."
    )
    source: ClassVar[str] = "J. Nocedal & S. Wright, Numerical Optimization, 2006, chapters 2-3."

    tolerance: float = parameter(1e-3, "what counts as small", low=1e-12, high=1)
    cap: int = parameter(1000, "at most so many steps", low=10, high=5000)
    function: Function = parameter("x**2", "your own function, with its minimum at 0")
    start: float = parameter(10.0, "where your walk begins", low=-100, high=100)
    rate: float = parameter(0.01, "your learning rate", low=0, high=10)

    def run(self) -> Result:
        """Return for each walk at which step each rule stops (None: never)."""
        cases = {**CASES, YOURS: (self.function, self.start, self.rate)}
        stops = {name: self._stops(*case) for name, case in cases.items()}
        rows = tuple(
            (
                name,
                *(f"{counted(step, self.cap)}, {one.distance(step):.2g} away" for step in (one.gradient, one.change)),
                f"{one.walk.steps} steps, {one.distance(None):.2g} away",
            )
            for name, one in stops.items()
        )
        columns = ("walk", "small gradient", "small change", f"cap of {self.cap}")
        return Result(
            experiment=self,
            values=stops,
            claims=self._claims(stops),
            picture=self._picture(stops),
            tables=(Table(title="Where each rule stops", columns=columns, rows=rows),),
        )

    def _stops(self, function: Function, start: float, rate: float) -> Stops:
        path = descend(objective(function), (start,), rate, self.cap)
        change = np.abs(np.diff(path.x[:, 0]))
        return Stops(
            walk=path,
            gradient=path.first(path.slope <= self.tolerance),
            change=path.first(np.append(False, change <= self.tolerance)),
            good=path.first(np.abs(path.x[:, 0]) <= self.tolerance),
        )

    def _claims(self, stops: dict[str, Stops]) -> tuple[Claim, ...]:
        tiny, plateau, flat, kink, bowl = (
            stops[name] for name in ("tiny rate", "plateau", "flat minimum", "kink", "bowl")
        )
        far = 10 * self.tolerance
        return (
            Claim(
                sentence="a small change stops too early where the rate is tiny",
                holds=tiny.change is not None and tiny.distance(tiny.change) > far,
                measured=self._told(tiny, tiny.change),
            ),
            Claim(
                sentence="a small gradient stops too early on a plateau",
                holds=plateau.gradient is not None and plateau.distance(plateau.gradient) > far,
                measured=self._told(plateau, plateau.gradient),
            ),
            Claim(
                sentence="a small gradient stops too early in a flat minimum",
                holds=flat.gradient is not None and flat.distance(flat.gradient) > far,
                measured=self._told(flat, flat.gradient),
            ),
            Claim(
                sentence="on a kink neither the gradient nor the change gets small",
                holds=kink.gradient is None and kink.change is None,
                measured=f"gradient: {counted(kink.gradient, self.cap)}, change: {counted(kink.change, self.cap)}",
            ),
            Claim(
                sentence="the cap stops too late where the walk has long arrived, and too early where it is slow",
                holds=bowl.good is not None and bowl.good < self.cap / 2 and tiny.distance(None) > far,
                measured=f"cap {self.cap}: the bowl was solved after {counted(bowl.good, self.cap)}, "
                f"the tiny rate is still {tiny.distance(None):.4g} away",
            ),
        )

    def _told(self, one: Stops, step: int | None) -> str:
        when = f"did not stop within {self.cap} steps" if step is None else f"stopped after {counted(step, self.cap)}"
        return f"{when}, {one.distance(step):.4g} away"

    def _picture(self, stops: dict[str, Stops]) -> Picture:
        panels, least = [], self.tolerance / 10  # all panels on one scale
        ends = (least / 1.5, 1.5 * max(float(np.abs(one.walk.x[0, 0])) for one in stops.values()) + least)
        for name, one in stops.items():
            x = np.maximum(np.abs(one.walk.x[:, 0]), least)
            places = {"small gradient": one.gradient, "small change": one.change, "cap": one.walk.steps}
            dots = tuple(
                Series(
                    name=rule,
                    x=np.array([] if step is None else [step + 1.0]),
                    y=np.array([] if step is None else [x[step]]),
                    kind="dots",
                    role=role,
                )
                for (rule, step), role in zip(places.items(), ROLES[1:4], strict=True)
            )
            line = Series(name="distance to the minimum", x=np.arange(len(x)) + 1.0, y=x)
            panels.append(
                Plot(
                    title=name,
                    x_title="step + 1",
                    y_title="|x|",
                    x_log=True,
                    y_log=True,
                    y_range=ends,
                    series=(line, *dots),
                )
            )
        alt = "; ".join(f"{name}: gradient {counted(one.gradient, self.cap)}" for name, one in stops.items())
        return Picture(
            alt=f"Distance to the minimum over the steps, and where each rule stops. {alt}.",
            panels=tuple(panels),
            columns=3,
        )
