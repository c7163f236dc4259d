"""Convexity of a function, tested four ways: chords, Jensen's inequality, tangents, second derivative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.drawing.records import Picture, Plot, Series
from pellucid.foundation.errors import RangeError
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.formulas import EXACT, Function, Objective, objective
from pellucid.laboratory.jets import Floats

LARGEST: Final = 1e300  # of a value: sums over the points stay numbers
POINTS: Final = 81  # of the interval; every pair of them is a chord
SHARES: Final = np.linspace(0.05, 0.95, 19)  # places on each chord
ROUNDING: Final = 1e-9  # of the largest |f|: a smaller violation is none; central differences get a larger one
ROUGH: Final = 1e-5


@dataclass(frozen=True, kw_only=True)
class Convexity(Experiment):
    """Test whether a function of x is convex on an interval.

    Example:
        >>> [claim.holds for claim in Convexity(function="x*cos(x)").run().claims]
        [False, False, False, False, True]
    """

    name: ClassVar[str] = "convexity"
    aliases: ClassVar[tuple[str, ...]] = ("convex function", "Jensen's inequality")
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "convex functions"
    question: ClassVar[str] = "Is this function convex, and how would one know?"
    formula: ClassVar[str] = "f(s a + (1 - s) b) <= s f(a) + (1 - s) f(b); f(E X) <= E f(X); f'' >= 0"
    latex: ClassVar[str] = (
        r"f(\lambda a + (1-\lambda) b) \le \lambda f(a) + (1-\lambda) f(b), \qquad f(E[X]) \le E[f(X)], \qquad "
        r"f''(x) \ge 0"
    )
    look_for: ClassVar[str] = (
        "Every chord of a convex function lies above the curve, every tangent below it, and the second derivative is "
        "never negative: three ways of saying one thing. Try x*cos(x): a chord is cut by the curve, and the dip of f'' "
        "shows where. Then narrow the interval to (-0.5, 0): convexity is a property on an interval."
    )
    source: ClassVar[str] = "J. Jensen, 1906; S. Boyd & L. Vandenberghe, Convex Optimization, 2004, chapter 3."

    function: Function = parameter("cosh(0.5*x)", "the function f of x to test, as a formula or a callable")
    low: float = parameter(-4.0, "left end of the interval", low=-1000, high=1000)
    high: float = parameter(4.0, "right end of the interval", low=-1000, high=1000)

    def __post_init__(self) -> None:
        """Check that the interval has a length.

        Raises:
            RangeError: it has none.
        """
        super().__post_init__()
        if self.high <= self.low:
            raise RangeError(f"{self.name} expected low below high, got {self.low:g} and {self.high:g}: swap them")

    def run(self) -> Result:
        """Return the worst violation of each test (0 or less: none) and where it is.

        Raises:
            RangeError: the function is not defined on the whole interval.
        """
        f = objective(self.function)
        x = np.linspace(self.low, self.high, POINTS)
        y = f(x)
        if not (good := np.abs(y) <= LARGEST).all():  # a NaN fails, too
            gap = x[~good][0]
            raise RangeError(
                f"{self.name} expected a function on the whole interval, got none, or one above {LARGEST:g}, at x = "
                f"{gap:g}: narrow it"
            )
        scale = max(float(np.abs(y).max()), np.finfo(float).tiny)
        chord, a, b, s = _worst_chord(f, x)
        jensen, spread = _worst_expectation(f, x)
        tangent = _worst_tangent(f, x)
        second = f.hessian(x)[0, 0]
        room = ROUNDING * scale
        rough = room if f.derivatives == EXACT else ROUGH * scale
        bend_room = rough / (self.high - self.low) ** 2 * POINTS
        held = (chord <= room, jensen <= room, tangent <= rough, bool(second.min() >= -bend_room))
        claims = self._claims(
            held, (chord, jensen, tangent, float(second.min())), (a, b, spread, float(x[second.argmin()]))
        )
        shown = (a, b, s) if chord > room else (self.low, self.high, 0.5)  # the worst one, or any
        return Result(
            experiment=self,
            values={
                "chord": chord,
                "jensen": jensen,
                "tangent": tangent,
                "second": second,
                "derivatives": f.derivatives,
            },
            claims=claims,
            picture=_picture(
                f, x, second, shown, f"{f.text}: least f'' {second.min():.4g}, least room of a chord {-chord:.4g}"
            ),
        )

    def _claims(self, held: tuple[bool, ...], worst: tuple[float, ...], where: tuple[float, ...]) -> tuple[Claim, ...]:
        a, b, spread, flat = where
        told = (
            ("every chord lies above the curve", f"least room {-worst[0]:.3g}, chord from {a:.3g} to {b:.3g}"),
            (
                "Jensen: f of the mean is at most the mean of f",
                f"E f(X) - f(E X) is at least {-worst[1]:.3g}, X uniform of width {spread:.3g}",
            ),
            ("every tangent lies below the curve", f"least room {-worst[2]:.3g}"),
            ("the second derivative is never negative", f"least f'' = {worst[3]:.4g} at x = {flat:.3g}"),
        )
        agree = Claim(
            sentence="the four tests agree", holds=len(set(held)) == 1, measured=f"{sum(held)} of 4 say convex"
        )
        return (
            *(
                Claim(sentence=sentence, holds=bool(one), measured=measured)
                for (sentence, measured), one in zip(told, held, strict=True)
            ),
            agree,
        )


def _worst_chord(f: Objective, x: Floats) -> tuple[float, float, float, float]:
    """Return by how much the curve rises above a chord, at most, and that chord: a, b, share."""
    a, b, s = x[:, None, None], x[None, :, None], SHARES
    above = f(s * a + (1 - s) * b) - s * f(a) - (1 - s) * f(b)
    above = np.where(a < b, above, -np.inf)
    i, j, k = np.unravel_index(above.argmax(), above.shape)
    return float(above[i, j, k]), float(x[i]), float(x[j]), float(SHARES[k])


def _worst_tangent(f: Objective, x: Floats) -> float:
    """Return by how much a tangent rises above the curve, at most, at the other points."""
    above = f(x)[:, None] + f.gradient(x)[0][:, None] * (x[None] - x[:, None]) - f(x)[None]
    np.fill_diagonal(above, -np.inf)
    return float(above.max())


def _worst_expectation(f: Objective, x: Floats) -> tuple[float, float]:
    """Return the largest f(E X) - E f(X) for X uniform on the points of a part of the interval, and its width."""
    worst = (-np.inf, 0.0)
    for count in (3, 9, 27, POINTS):
        parts = np.lib.stride_tricks.sliding_window_view(x, count)
        differences = f(parts.mean(axis=1)) - f(parts).mean(axis=1)
        worst = max(worst, (float(differences.max()), float(np.ptp(parts[0]))))
    return worst


def _picture(f: Objective, x: Floats, second: Floats, chord: tuple[float, float, float], told: str) -> Picture:
    a, b, s = chord
    ends = np.array([a, b])
    middle = s * a + (1 - s) * b
    tangent = f(middle) + f.gradient(middle)[0] * (x - middle)
    curve = Plot(
        title="Chord and tangent",
        x_title="x",
        y_title="f(x)",
        series=(
            Series(name="f", x=x, y=f(x)),
            Series(name="chord", x=ends, y=f(ends), kind="line and dots", role="other"),
            Series(name="tangent", x=x, y=tangent, role="third", dashed=True),
        ),
    )
    bend = Plot(
        title="Second derivative",
        x_title="x",
        y_title="f''(x)",
        series=(Series(name="f''", x=x, y=second, role="fourth"), Series(name="", x=x, y=0 * x, role="quiet")),
    )
    return Picture(alt=f"{told}.", panels=(curve, bend))
