"""The update rules side by side, on one function, from one start."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final

import numpy as np

from pellucid.concepts.optimizers.catalogue import make_optimizer
from pellucid.drawing.records import Table
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.formulas import Function, Objective, objective
from pellucid.laboratory.jets import Floats
from pellucid.laboratory.optimization.descent_2d import VARIABLES, check_plane
from pellucid.laboratory.optimization.walks import Walk, counted, over_contours, walk

RATES: Final = MappingProxyType(
    {
        "sgd": 0.4,
        "momentum": 0.1,
        "nesterov": 0.1,
        "adagrad": 1.0,
        "rmsprop": 0.1,
        "adadelta": 1.0,
        "adam": 0.3,
        "adamw": 0.3,
    }
)
"""Each rule with a rate that suits the default function; tried by hand."""
SCALED: Final = 1000.0  # by which f is multiplied to see who minds
SAME: Final = 1e-3  # relative difference of first steps that count as the same
ROUNDING: Final = 1e-12
TINY: Final = 0.1  # part of Adam's first step


@dataclass(frozen=True, kw_only=True)
class Optimizers(Experiment):
    """Walk with every rule of the catalogue (its NumPy reference).

    Example:
        >>> result = Optimizers(steps=50).run()
        >>> result["x"]["momentum"].shape
        (51, 2)
    """

    name: ClassVar[str] = "optimizers"
    aliases: ClassVar[tuple[str, ...]] = ("momentum", "Adam against SGD", "optimizers side by side")
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "optimizers side by side"
    question: ClassVar[str] = "What do momentum and adaptive rates change about the path?"
    formula: ClassVar[str] = "w <- w - rate * (rule's own mixture of past gradients)"
    latex: ClassVar[str] = (
        r"\mathbf{v}_t = \mu \mathbf{v}_{t-1} + \mathbf{g}_t, \qquad "
        r"\mathbf{w}_{t+1} = \mathbf{w}_t - \eta\, \frac{\hat{\mathbf{m}}_t}{\sqrt{\hat{\mathbf{s}}_t} + \epsilon}"
    )
    look_for: ClassVar[str] = (
        "Plain descent bounces across the valley and creeps along it. Momentum adds the steps along the valley up and "
        "cancels those across it; it overshoots, Nesterov's look-ahead less so. Adagrad, RMSProp and Adam leave at an "
        "angle of 45 degrees: each coordinate moves by about its rate, however steep it is. Adagrad's steps only ever "
        "shrink; Adadelta has no rate to tune and starts with tiny steps."
    )
    source: ClassVar[str] = "Each rule's own source stands in its record; A. Zhang et al., Dive into Deep Learning, 12."

    function: Function = parameter("0.02*x1**2 + 2*x2**2", "a function f of x1 and x2")
    start: tuple[float, ...] = parameter((-5.0, -2.0), "where all walks begin", low=-100, high=100)
    steps: int = parameter(150, "how many steps", low=5, high=500)
    factor: float = parameter(1.0, "multiplies the rate of every rule", low=1e-3, high=100)
    decay: float = parameter(0.0, "weight decay of every rule", low=0, high=1)

    def __post_init__(self) -> None:
        """Check that the start is a point of the plane."""
        super().__post_init__()
        check_plane(self.name, self.start)

    def run(self) -> Result:
        """Return the walks x and heights f of every rule, and when each had a thousandth of the way left."""
        f = objective(self.function, VARIABLES)
        walks = {name: self._walk(name, f, self.steps) for name in RATES}
        lowest = min(float(one.f.min()) for one in walks.values())
        wanted = lowest + 1e-3 * (float(f(*self.start)) - lowest)
        first = {name: one.first(one.f <= wanted) for name, one in walks.items()}
        rows = tuple(
            (name, self.factor * RATES[name], counted(first[name], self.steps), walks[name].f[-1]) for name in RATES
        )
        told = "; ".join(f"{name} {walks[name].f[-1]:.2e}" for name in RATES)
        shown = {name: walks[name] for name in ("sgd", "momentum", "adagrad", "rmsprop", "adadelta", "adam")}
        return Result(
            experiment=self,
            values={
                "x": {name: one.x for name, one in walks.items()},
                "f": {name: one.f for name, one in walks.items()},
                "first": first,
                "derivatives": f.derivatives,
            },
            claims=(
                self._momentum(first),
                _overshoot(walks),
                self._scale(f),
                _adagrad(walks),
                _adadelta(walks),
                self._adamw(f),
            ),
            picture=over_contours(f, shown, f"f after {self.steps} steps: {told}."),
            tables=(
                Table(title="Rules", columns=("rule", "rate", "to a thousandth of the way", "f at the end"), rows=rows),
            ),
        )

    def _walk(self, name: str, f: Objective, steps: int, scale: float = 1.0, decay: float | None = None) -> Walk:
        """Walk by the rule's NumPy reference; a function multiplied by `scale` has that gradient."""
        rule: Any = make_optimizer(name)
        state = {one: np.full(len(VARIABLES), rule.initial(one)) for one in rule.remembers}
        rate, shrink = self.factor * RATES[name], self.decay if decay is None else decay

        def move(x: Floats, g: Floats, t: int) -> Floats:
            return np.asarray(rule.reference(x, scale * g, state, t=t, rate=rate, decay=shrink))

        return walk(f, self.start, move, steps)

    def _momentum(self, first: dict[str, int | None]) -> Claim:
        plain, pushed = first["sgd"], first["momentum"]
        return Claim(
            sentence="on a stretched bowl momentum arrives before plain descent",
            holds=pushed is not None and (plain is None or pushed < plain),
            measured=f"momentum {counted(pushed, self.steps)}, plain descent {counted(plain, self.steps)}",
        )

    def _scale(self, f: Objective) -> Claim:
        """Compare the first steps on f and on 1000 f."""
        ratios = {}
        for name in ("sgd", "adagrad", "rmsprop", "adam"):
            small, large = (self._walk(name, f, 1, scale, 0.0) for scale in (1.0, SCALED))
            ratios[name] = _first_step(large) / max(_first_step(small), ROUNDING)
        told = ", ".join(f"{name} {ratio:.4g}" for name, ratio in ratios.items())
        adaptive = [ratio for name, ratio in ratios.items() if name != "sgd"]
        return Claim(
            sentence=f"f times {SCALED:g} makes plain descent's first step {SCALED:g} times longer, no adaptive one's",
            holds=abs(ratios["sgd"] / SCALED - 1) < SAME and all(abs(ratio - 1) < SAME for ratio in adaptive),
            measured=f"first step longer by {told}",
        )

    def _adamw(self, f: Objective) -> Claim:
        """Compare Adam and AdamW with and without decay."""
        bare = [self._walk(name, f, self.steps, 1.0, 0.0).x for name in ("adam", "adamw")]
        decayed = [self._walk(name, f, self.steps, 1.0, 0.1).x for name in ("adam", "adamw")]
        same, differ = (_apart(a, b) for a, b in (bare, decayed))
        return Claim(
            sentence="Adam and AdamW differ only by how they decay",
            holds=same <= ROUNDING and differ > SAME,
            measured=f"largest distance {same:.1e} without decay, {differ:.3g} with decay 0.1",
        )


def _overshoot(walks: dict[str, Walk]) -> Claim:
    """Say how far beyond its end each walk went, along x1."""
    beyond = {}
    for name in ("momentum", "nesterov"):
        x = walks[name].x[:, 0]
        side = np.sign(x[-1] - x[0])
        beyond[name] = float((side * x).max() - side * walks["adam"].x[-1, 0])
    return Claim(
        sentence="Nesterov's look-ahead overshoots less than momentum",
        holds=beyond["nesterov"] < beyond["momentum"],
        measured=f"farthest beyond Adam's end: {beyond['nesterov']:.4g} against {beyond['momentum']:.4g}",
    )


def _apart(a: Floats, b: Floats) -> float:
    shared = min(len(a), len(b))  # one may have left the range of numbers
    return float(np.abs(a[:shared] - b[:shared]).max())


def _first_step(path: Walk) -> float:
    return float(np.abs(path.x[min(1, path.steps)] - path.x[0]).max())


def _adadelta(walks: dict[str, Walk]) -> Claim:
    mine, other = _first_step(walks["adadelta"]), _first_step(walks["adam"])
    return Claim(
        sentence="Adadelta, which has to find its own rate, begins with tiny steps",
        holds=mine < TINY * other,
        measured=f"first step {mine:.2g}, Adam's {other:.2g}",
    )


def _adagrad(walks: dict[str, Walk]) -> Claim:
    """Divide each step by the gradient: Adagrad's own rate."""
    one = walks["adagrad"]
    step, gradient = np.abs(np.diff(one.x[:, 0])), np.abs(one.gradient[:-1, 0])
    rate = step[gradient > 0] / gradient[gradient > 0]
    return Claim(
        sentence="Adagrad's rate never grows again",
        holds=bool(len(rate) > 1 and (np.diff(rate) <= ROUNDING).all()),
        measured=f"rate of x1 from {rate[0]:.4g} to {rate[-1]:.4g}" if len(rate) else "no step: slope 0",
    )
