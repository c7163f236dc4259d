"""One hidden layer, wider and wider, fits a given function: by construction, by least squares, and by descent."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final, NamedTuple

import numpy as np

from pellucid.drawing.records import Frame, Picture, Plot, Role, Series, Table
from pellucid.foundation.errors import RangeError
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.formulas import Function, objective
from pellucid.laboratory.principles.network import Floats, Parameters, backward, forward, update

NAMED: Final = MappingProxyType(
    {
        "sine": "sin(pi*x)",
        "step": lambda x: float(x > 0),
        "bump": "exp(-10*x^2)",
        "abs": "abs(x)",
    }
)
LARGEST: Final = 1e100  # of a value: its square stays a number
GRID: Final = 201
"""Points from -1 to 1 on which every fit is made and measured."""
STEEP: Final = 12.0
"""Slope of a stair times the distance of the stairs: its tanh is level, within 1e-5, half a stair away."""
SLOPES: Final = 4.0
"""Standard deviation of the random slopes: tanh turns within a fraction of the interval."""
LOOKS: Final[tuple[tuple[str, str, Role], ...]] = (
    ("least_squares", "least squares", "subject"),
    ("staircase", "staircase", "other"),
    ("descent", "descent", "third"),
)
"""The three ways: key, name, and role in the picture."""
ROUNDING: Final = 1e-9
SMALLER: Final = 10.0
"""How many times smaller the widest network's error has to be."""


class Fit(NamedTuple):
    """What the networks of every width say on the grid."""

    values: Floats  # (widths, GRID)
    root_mean_square: Floats  # (widths,) error
    largest: Floats  # (widths,) error


def staircase(f: Floats, x: Floats, width: int) -> Floats:
    """Return a sum of `width` steep tanh units, each the step from one cell's middle value to the next.

    **Formula** f(m_0) + Σ_j (f(m_j) - f(m_{j-1})) (1 + tanh(s (x - t_j))) / 2, with t_j the edges between the cells

    Args:
        f: (n,) values on x.
        x: (n,) rising.
        width: hidden units.

    Example:
        >>> x = np.linspace(-1, 1, 201)
        >>> staircase(x, x, 1)[[0, -1]].round(3).tolist()
        [-0.5, 0.5]
    """
    edges = np.linspace(x[0], x[-1], width + 2)
    middles = np.interp((edges[:-1] + edges[1:]) / 2, x, f)
    slope = STEEP / (edges[1] - edges[0])
    units = (1 + np.tanh(slope * (x[:, None] - edges[1:-1]))) / 2
    return np.asarray(middles[0] + units @ np.diff(middles))


def least_squares(f: Floats, units: Floats) -> Floats:
    """Return the output weights (h,) and, last, the output bias that fit best.

    Args:
        f: (n,) targets.
        units: (n, h) what the hidden units say.

    Example:
        >>> least_squares(np.array([1.0, 3.0]), np.array([[0.0], [1.0]])).round(6).tolist()
        [2.0, 1.0]
    """
    return np.asarray(np.linalg.lstsq(np.c_[units, np.ones(len(f))], f, rcond=None)[0], dtype=float)


def descend(p: Parameters, x: Floats, f: Floats, rate: float, steps: int) -> Parameters:
    """Return the parameters after full-batch gradient descent on half the mean squared error.

    Args:
        p: the parameters to begin with.
        x: (n, 1) inputs.
        f: (n, 1) targets.
        rate: learning rate.
        steps: how many.

    Example:
        >>> one = Parameters(np.ones((1, 1)), np.zeros(1), np.zeros((1, 1)), np.zeros(1))
        >>> descend(one, np.array([[0.0]]), np.array([[2.0]]), 0.5, 60).b2.round(6).tolist()
        [2.0]
    """
    with np.errstate(over="ignore", invalid="ignore"):  # a rate that is too large ends in NaN, and is judged as such
        for _ in range(steps):
            p = update(p, backward(p, forward(p, x, output="identity"), x, f), rate)
    return p


@dataclass(frozen=True, kw_only=True)
class Approximation(Experiment):
    """Fit one function with more and more tanh units, three ways.

    Example:
        >>> result = Approximation(function="abs", widths=(2, 8), steps=10).run()
        >>> bool(result["least_squares"].largest[1] < result["least_squares"].largest[0])
        True
    """

    name: ClassVar[str] = "approximation"
    aliases: ClassVar[tuple[str, ...]] = ("universal approximation",)
    theme: ClassVar[str] = "principles"
    title: ClassVar[str] = "universal approximation, seen"
    question: ClassVar[str] = "Can one hidden layer come as near to a function as we like, if it is only wide enough?"
    formula: ClassVar[str] = "g(x) = b2 + sum over j of W2_j tanh(W1_j x + b1_j)"
    latex: ClassVar[str] = r"g(x) = b^{(2)} + \sum_{j=1}^{h} w^{(2)}_j \tanh\left(w^{(1)}_j x + b^{(1)}_j\right)"
    look_for: ClassVar[str] = (
        "The staircase is the idea of the proof: each unit is one step, twice as many units about halve the error. "
        "With some width, random hidden units with output weights by least squares come far nearer. Gradient descent "
        "on all weights, from the same units, does not find what is there: the theorem says that good weights exist, "
        "not that training reaches them. It speaks of continuous functions: with function=step the largest error at "
        "the jump stays."
    )
    source: ClassVar[str] = "G. Cybenko, 1989; K. Hornik, 1991; random hidden units: A. Rahimi and B. Recht, 2008."

    function: Function = parameter("sine", "sine, step, bump, abs, or a formula in x, on -1 to 1")
    widths: tuple[int, ...] = parameter((1, 2, 4, 8, 16, 32), "hidden units, rising", low=1, high=200)
    steps: int = parameter(2000, "steps of gradient descent", low=0, high=10_000)
    rate: float = parameter(0.05, "learning rate of gradient descent", low=0, high=1)
    seed: int = parameter(0, "of the random hidden units", low=0)

    def __post_init__(self) -> None:
        """Check the widths as well.

        Raises:
            RangeError: there are fewer than two widths, or they do not rise.
        """
        super().__post_init__()
        if len(self.widths) < 2 or list(self.widths) != sorted(set(self.widths)):  # noqa: PLR2004
            raise RangeError(
                f"approximation expected widths to be two or more rising numbers, got {self.widths}: "
                "write it as in (1, 2, 4)"
            )

    def run(self) -> Result:
        """Return the grid x, the function f, and for each way the fits and errors at every width."""
        x = np.linspace(-1, 1, GRID)
        f = self._function_on(x)
        rng = np.random.default_rng(self.seed)
        slopes = SLOPES * rng.standard_normal(max(self.widths))
        biases = -slopes * rng.uniform(-1, 1, max(self.widths))  # each unit turns somewhere between -1 and 1
        stairs, solved, descended = [], [], []
        for width in self.widths:
            W1, b1 = slopes[None, :width], biases[:width]  # the wider network keeps the units of the narrower
            stairs.append(staircase(f, x, width))
            units = np.tanh(x[:, None] @ W1 + b1)
            solved.append(np.c_[units, np.ones(GRID)] @ least_squares(f, units))
            start = Parameters(W1, b1, np.zeros((width, 1)), np.zeros(1))
            p = descend(start, x[:, None], f[:, None], self.rate, self.steps)
            with np.errstate(over="ignore", invalid="ignore"):
                descended.append(forward(p, x[:, None], output="identity").a2[:, 0])
        fits = {
            name: _measured(np.array(one), f)
            for name, one in (("staircase", stairs), ("least_squares", solved), ("descent", descended))
        }
        return Result(
            experiment=self,
            values={"x": x, "f": f, **fits},
            claims=self._claims(fits, f),
            picture=self._picture(x, f, fits),
            tables=(self._table(fits),),
        )

    def _function_on(self, x: Floats) -> Floats:
        """Return the function's values.

        Raises:
            RangeError: it is not finite somewhere, or immense.
        """
        function = NAMED.get(self.function, self.function) if isinstance(self.function, str) else self.function
        f = objective(function)(x)
        if not (good := np.abs(f) <= LARGEST).all():  # a NaN fails, too
            raise RangeError(
                f"approximation expected function to be below {LARGEST:g} from -1 to 1, got {self.function!r} with "
                f"{f[~good][0]} at x = {x[~good][0]:.3g}: choose another function"
            )
        return f

    def _claims(self, fits: dict[str, Fit], f: Floats) -> tuple[Claim, ...]:
        stairs, solved, descended = fits["staircase"], fits["least_squares"], fits["descent"]
        low, high = self.widths[0], self.widths[-1]
        variation = np.array([_most_change(f, width) for width in self.widths])
        return (
            Claim(
                sentence="a staircase of steep units is nowhere farther off than the function changes along one stair",
                holds=bool((stairs.largest <= variation + ROUNDING).all()),
                measured=f"largest error {stairs.largest[0]:.3g} with {low} and {stairs.largest[-1]:.3g} with {high} "
                f"units; a stair spans {variation[0]:.3g} and {variation[-1]:.3g}",
            ),
            Claim(
                sentence="more units never fit worse by least squares: the wider network contains the narrower",
                holds=bool((np.diff(solved.root_mean_square) <= ROUNDING).all()),
                measured="root mean square error " + ", ".join(f"{one:.2g}" for one in solved.root_mean_square),
            ),
            Claim(
                sentence=f"{high} units come at least {SMALLER:g} times nearer everywhere than {low}",
                holds=bool(solved.largest[-1] * SMALLER <= solved.largest[0]),
                measured=f"largest error {solved.largest[0]:.3g} with {low}, {solved.largest[-1]:.3g} with {high}",
            ),
            Claim(
                sentence="gradient descent on all weights does not reach what least squares shows to be there",
                holds=bool(descended.root_mean_square[-1] > solved.root_mean_square[-1]),
                measured=f"with {high} units, error {descended.root_mean_square[-1]:.2g} after {self.steps:,} steps, "
                f"{solved.root_mean_square[-1]:.2g} by least squares on the hidden units of the start",
            ),
        )

    def _picture(self, x: Floats, f: Floats, fits: dict[str, Fit]) -> Picture:
        errors = self._errors(fits)
        frames = tuple(
            Frame(
                label=f"{width} units",
                note="error: " + ", ".join(f"{name} {fits[key].root_mean_square[i]:.2g}" for key, name, _ in LOOKS),
                panels=(
                    Plot(
                        x_title="x",
                        y_title="f(x)",
                        series=(
                            Series(name="the function", x=x, y=f, role="quiet"),
                            *(Series(name=name, x=x, y=fits[key].values[i], role=role) for key, name, role in LOOKS),
                        ),
                    ),
                    errors,
                ),
            )
            for i, width in enumerate(self.widths)
        )
        ends = ", ".join(f"{name} {fits[key].root_mean_square[-1]:.2g}" for key, name, _ in LOOKS)
        return Picture(
            alt=f"A function and its fits by one hidden layer of {self.widths[0]} to {self.widths[-1]} units. Error at "
            f"the largest width: {ends}.",
            frames=frames,
        )

    def _errors(self, fits: dict[str, Fit]) -> Plot:
        widths = np.array(self.widths)
        return Plot(
            title="Root mean square error",
            x_title="hidden units",
            x_log=True,
            y_log=True,
            series=tuple(
                Series(name=name, x=widths, y=fits[key].root_mean_square, kind="line and dots", role=role)
                for key, name, role in LOOKS
            ),
        )

    def _table(self, fits: dict[str, Fit]) -> Table:
        return Table(
            title="Largest error",
            columns=("units", *(name for _, name, _ in LOOKS)),
            rows=tuple(
                (width, *(f"{fits[key].largest[i]:.2g}" for key, _, _ in LOOKS)) for i, width in enumerate(self.widths)
            ),
        )


def _measured(values: Floats, f: Floats) -> Fit:
    errors = np.where(np.isfinite(values), values, np.inf) - f
    return Fit(values, np.sqrt((errors**2).mean(1)), np.abs(errors).max(1))


def _most_change(f: Floats, width: int) -> float:
    """Return how much the function changes at most within one stair (the width + 1 part of the interval)."""
    span = int(np.ceil((len(f) - 1) / (width + 1))) + 1  # points of the grid
    windows = np.lib.stride_tricks.sliding_window_view(f, span)
    return float(np.ptp(windows, axis=1).max())
