"""The record of an optimizer: its rule's own texts, and what a person should know beside them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final

import numpy as np

from pellucid.concepts.concept import Argument, Concept, Floats
from pellucid.concepts.optimizers.rules.lbfgs import LBFGS
from pellucid.concepts.optimizers.rules.optimizer import Optimizer
from pellucid.concepts.optimizers.rules.sgd import SGD
from pellucid.concepts.optimizers.rules.wolfe import Point, strong_wolfe
from pellucid.concepts.sources import example_of
from pellucid.drawing.page import words
from pellucid.drawing.records import Field, Frame, Picture, Plot, Role, Series, thin

Rule = Optimizer | LBFGS

START: Final = np.array([-5.0, -2.0])
STEPS: Final = 40
PLAIN_RATE: Final = 0.4  # descent zig-zags across the bowl (-0.6 a step) and creeps along it (0.92 a step)
LEAST: Final = 1e-6  # height below which the logarithmic axis ends
ARRIVED: Final = 1e-3  # height that counts as the bottom; the start is at 10.5

UPDATE_ARGUMENTS: Final = (
    Argument(name="w", shapes=("(p,)",), meaning="the weights", differentiable=False),
    Argument(name="g", shapes=("(p,)",), meaning="the gradient of the loss by them", differentiable=False),
)


@dataclass(frozen=True, kw_only=True)
class OptimizerRecord(Concept):
    """One optimizer. Title, formula, when and source are those of the rule where a variant has none of its own."""

    family: ClassVar[str] = "optimizers"

    rule: Rule
    """With the options that make the variant: SGD(momentum=0.9)."""
    rate: float
    """The learning rate of the picture: its way can be followed with it; not the best for this bowl."""

    def properties(self) -> tuple[tuple[str, str], ...]:
        """Return the options of the rule with their values, and the rate to try first."""
        options = tuple((one.name, words(getattr(self.rule, one.name))) for one in fields(self.rule))
        return (*options, ("usual rate", f"{self.rule.usual_rate:g}"))

    @property
    def example(self) -> str:
        """The example in the docstring of the rule's class, with the import that it needs."""
        return example_of(type(self.rule))

    def path(self, steps: int = STEPS) -> Floats:
        """Return the way of the rule over the bowl, (steps + 1, 2), by its NumPy reference."""
        if isinstance(self.rule, LBFGS):
            return _newton_path(self.rule, steps)
        return _path(self.rule, self.rate, steps)

    def picture(self) -> Picture:
        """Return its way down a stretched bowl, step by step, beside that of plain descent."""
        ours = self.path()
        plain = self.name == "sgd"
        theirs = _path(SGD(), self.rate / 4 if plain else PLAIN_RATE, STEPS)
        other = f"rate {self.rate / 4:g}" if plain else f"plain descent, rate {PLAIN_RATE:g}"
        label = self.title if isinstance(self.rule, LBFGS) else f"{self.title}, rate {self.rate:g}"
        x, y = np.linspace(-6, 3, 61), np.linspace(-3, 3, 41)
        field = Field(x=x, y=y, values=_height(x[None, :], y[:, None]), levels=16)
        ways: tuple[tuple[str, Role, Floats], ...] = ((other, "other", theirs), (label, "subject", ours))
        steps = np.arange(STEPS + 1)

        def panels(t: int) -> tuple[Plot, Plot]:
            over = [
                Series(name=name, x=way[: t + 1, 0], y=way[: t + 1, 1], kind="line and dots", role=role)
                for name, role, way in ways
            ]
            fall = [
                Series(name="", x=steps[: t + 1], y=_shown(_height(*way[: t + 1].T)), role=role)
                for _, role, way in ways
            ]
            return (
                Plot(title="x₁²/10 + 2 x₂²", x_title="x₁", y_title="x₂", series=tuple(over), field=field),
                Plot(
                    title="height",
                    x_title="step",
                    series=tuple(fall),
                    y_log=True,
                    x_range=(0, STEPS),
                    y_range=(LEAST, 100.0),
                ),
            )

        return Picture(
            alt=f"{self.title} from (-5, -2) down x1²/10 + 2 x2²: {_arrival(_height(*ours.T))}; {other}: "
            f"{_arrival(_height(*theirs.T))}.",
            frames=tuple(
                Frame(label=f"step {t}", note=f"at ({ours[t, 0]:.4g}, {ours[t, 1]:.4g})", panels=panels(t))
                for t in thin(STEPS + 1, 30)
            ),
        )


def optimizer_record(rule: Rule, **texts: Any) -> OptimizerRecord:
    """Return the record of a rule; what is not given is read from the rule.

    Example:
        >>> from pellucid.concepts.optimizers.rules.sgd import SGD
        >>> more = {"aliases": (), "summary": "Walks.", "latex": "w", "when_not": "Never.", "mistakes": ()}
        >>> optimizer_record(SGD(), rate=0.1, **more).title
        'stochastic gradient descent'
    """
    own = {name: getattr(rule, name) for name in ("name", "title", "formula", "when", "source")}
    forms = {
        "reference": type(rule).reference,
        "fast": LBFGS.direction if isinstance(rule, LBFGS) else type(rule).update,
        "arguments": UPDATE_ARGUMENTS[1:] if isinstance(rule, LBFGS) else UPDATE_ARGUMENTS,
        "result": "(p,), the direction to walk in" if isinstance(rule, LBFGS) else "(p,), the weights after the step",
    }
    return OptimizerRecord(rule=rule, **{**own, **forms, **texts})


def _height(x1: Any, x2: Any) -> Floats:
    return np.asarray(x1**2 / 10 + 2 * x2**2)


def _shown(heights: Floats) -> Floats:
    """Return the heights up to the first below the axis, which lies at its end; then nothing."""
    return np.where(np.cumsum(heights < LEAST) > 1, np.nan, np.maximum(heights, LEAST))


def _slope(x: Floats) -> Floats:
    return np.asarray(x * np.array([0.2, 4.0]))


def _path(rule: Optimizer, rate: float, steps: int) -> Floats:
    state = {name: np.full(2, rule.initial(name)) for name in rule.remembers}
    way = [START]
    for t in range(1, steps + 1):
        way.append(rule.reference(way[-1], _slope(way[-1]), state, t=t, rate=rate, decay=0.0))
    return np.stack(way)


def _newton_path(rule: LBFGS, steps: int) -> Floats:
    """Return the way of L-BFGS: directions by the reference, lengths by the line search."""
    way = [START]
    for t in range(steps):
        x, g = way[-1], _slope(way[-1])
        if np.abs(g).max() <= rule.tolerance:
            way.append(x)
            continue
        moved = np.diff(way, axis=0)
        d = rule.reference(g, moved, _slope(moved))  # the slope is linear: its change is the slope of the step

        def line(step: float, x: Floats = x, d: Floats = d) -> Point:
            return Point(step, float(_height(*(x + step * d))), float(_slope(x + step * d) @ d))

        first = 1.0 if t else min(1.0, 1.0 / float(np.abs(g).sum()))
        way.append(x + strong_wolfe(line, line(0.0), first, noise=0.0, most=rule.evaluations).step * d)
    return np.stack(way)


def _arrival(heights: Floats) -> str:
    """Say when the height first stays below `ARRIVED`."""
    above = np.flatnonzero(heights > ARRIVED)
    if above[-1] + 1 == len(heights):
        return f"height {heights[-1]:.2g} after {len(heights) - 1} steps"
    return f"below {ARRIVED:g} from step {above[-1] + 1} on"
