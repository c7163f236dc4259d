"""The record of an information measure: of one distribution, or of two. In nats; divide by log 2 for bits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from pellucid.concepts.concept import Argument, Differentiable, Floats
from pellucid.drawing.records import ROLES, Field, Picture, Plot, Series
from pellucid.foundation.errors import RangeError, ShapeError

if TYPE_CHECKING:
    from torch import Tensor

P: Final = Argument(name="p", shapes=("(k,)",), values="distributions", meaning="P, probabilities of k outcomes")
Q: Final = Argument(name="q", shapes=("(k,)",), values="distributions", meaning="Q, of the same outcomes")
SUM_TOLERANCE: Final = 1e-3  # of probabilities: wide enough for float32 and for finite differences
SHOWN: Final = (0.005, 0.995)
"""Probabilities that pictures show: at 0 and 1 many measures are infinite."""
FINE, COARSE = 397, 67


@dataclass(frozen=True, kw_only=True)
class Line:
    """One curve of a measure's picture."""

    label: str
    at: Callable[[float], float]


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What the picture of a measure shows: curves over one probability, and for two distributions a plane."""

    moved: str
    """`probability of the first of two outcomes`."""
    lines: tuple[Line, ...]
    plane: Callable[[float, float], float] | None = None
    """The measure between (p, 1 - p) and (q, 1 - q)."""


@dataclass(frozen=True, kw_only=True)
class Measure(Differentiable):
    """One measure: `reference(p, …) -> (value in nats, gradient)`."""

    family: ClassVar[str] = "information"

    symmetric: bool
    """Whether exchanging two distributions, or two outcomes, changes nothing."""
    drawn: Drawn

    def picture(self) -> Picture:
        """Return the measure over the probability of one of two outcomes, and over those of two distributions."""
        x = np.linspace(*SHOWN, FINE)
        curves = tuple(
            Series(name=line.label, x=x, y=np.array([line.at(one) for one in x]), role=role)
            for line, role in zip(self.drawn.lines, ROLES, strict=False)
        )
        panels = [Plot(title="in nats", x_title=self.drawn.moved, series=curves)]
        if self.drawn.plane is not None:
            side = np.linspace(*SHOWN, COARSE)
            values = np.array([[self.drawn.plane(p, q) for p in side] for q in side])
            equal = Series(name="P = Q", x=np.array(SHOWN), y=np.array(SHOWN), role="quiet", dashed=True)
            field = Field(x=side, y=side, values=values)
            panels.append(
                Plot(title="both moved", x_title="p of P", y_title="q of Q", field=field, series=(equal,), square=True)
            )
        highest = ", ".join(f"{one.name} reaches {one.y.max():.3f} at {x[one.y.argmax()]:.3g}" for one in curves)
        return Picture(
            alt=f"{self.title} in nats; horizontal axis: {self.drawn.moved}. Highest values: {highest}. {self.summary}",
            panels=tuple(panels),
        )


def binary(p: float) -> Floats:
    """Return the distribution of two outcomes.

    Example:
        >>> binary(0.25)
        array([0.25, 0.75])
    """
    return np.array([p, 1 - p])


def check_distributions(function: str, axes: tuple[str, ...] = ("k",), **distributions: Floats | Tensor) -> None:
    """Refuse what is no distribution over these axes, and distributions of different shapes.

    Raises:
        ShapeError: the axes are others, or the shapes differ.
        RangeError: a probability is negative, or their sum is not 1.

    Example:
        >>> check_distributions("entropy", p=np.array([0.5, 0.6]))
        Traceback (most recent call last):
        pellucid.foundation.errors.RangeError: entropy expected p to sum to 1, got 1.1: divide it by its sum
    """
    first = next(iter(distributions.values()))
    for name, given in distributions.items():
        if given.ndim != len(axes) or given.shape != first.shape:
            wanted = f"({', '.join(axes)}{',' if len(axes) == 1 else ''})"
            size = f" = {tuple(first.shape)}" if first.ndim == len(axes) else ""
            raise ShapeError(
                f"{function} expected {name} of shape {wanted}{size}, got {tuple(given.shape)}: pass one probability "
                "for each outcome"
            )
        if not (given >= 0).all():  # not a number is not at least 0 either
            raise RangeError(f"{function} expected {name} at least 0, got {given.min().item():g}: pass probabilities")
        total = given.sum().item()
        if not abs(total - 1) <= SUM_TOLERANCE:
            raise RangeError(f"{function} expected {name} to sum to 1, got {total:g}: divide it by its sum")
