"""The record of an activation: a function of the pre-activations z, its derivative, and where it dies or saturates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Differentiable, Floats
from pellucid.drawing.records import Picture, Plot, Series

ValueAndDerivative = tuple[Any, ...]
"""a = f(z), and da/dz: of the shape of z for a function of each element, (…, k, k) for one of whole rows (softmax);
then, where there is one, da/dparameter."""

POINTS: Final = 401
JUMP: Final = 0.1  # between neighbouring points of a picture; no smooth derivative changes so fast
SHOWN_CLASSES: Final = 3  # of a row in a picture
SATURATED: Final = 0.05
"""A twentieth of the identity's slope: five such layers in a row let less than a millionth of the gradient through."""
PRE_ACTIVATIONS: Final = Argument(
    name="z", shapes=("(n,)", "(n, d)"), meaning="pre-activations, one or many axes; each number is treated by itself"
)
ROWS: Final = Argument(name="z", shapes=("(k,)", "(n, k)"), meaning="logits; each row (k,) is treated by itself")


@dataclass(frozen=True, kw_only=True)
class Activation(Differentiable):
    """One activation function."""

    family: ClassVar[str] = "activations"

    lowest: float | None
    """Greatest lower bound of the output; None: there is none."""
    highest: float | None
    """Least upper bound of the output; None: there is none."""
    monotone: bool
    """Whether a larger z never gives a smaller output."""
    odd: bool
    """Whether f(-z) = -f(z): the outputs are centred on zero."""
    convex: bool
    elementwise: bool = True
    """False: an output depends on its whole row (softmax)."""
    steepest: float
    """Least upper bound of |da/dz| over all z, at the default options."""
    saturates: Literal["left", "right", "both", "neither"]
    """On which side the derivative goes to zero, so that no gradient comes through."""
    kinks: tuple[float, ...] = ()
    """Where there is no derivative; the reference's docstring says which sub-gradient is taken."""
    shown: tuple[float, float] = (-4.0, 4.0)
    """The pre-activations that the picture shows."""

    def gradients_of(
        self, upstream: Floats, inputs: tuple[NDArray[Any], ...], options: dict[str, Any]
    ) -> tuple[Floats, ...]:
        """Return the gradient by z, and by the parameter where the activation learns one."""
        _, derivative, *by_parameters = self.reference(*inputs, **options)
        by_z = upstream * derivative if self.elementwise else np.einsum("...i,...ij->...j", upstream, derivative)
        # a parameter has the last axes of z: what it does to the rows adds up
        summed = (
            (upstream * one).sum(axis=tuple(range(one.ndim - parameter.ndim)))
            for one, parameter in zip(by_parameters, inputs[1:], strict=True)
        )
        return (by_z, *map(np.asarray, summed))

    def picture(self) -> Picture:
        """Return the function and its derivative, and mark where hardly any gradient comes through."""
        z = np.linspace(*self.shown, POINTS)
        value, slope = self.curve(z)
        dead = np.where(np.abs(slope) < SATURATED, 0.0, np.nan)
        part = float(np.mean(np.abs(slope) < SATURATED))
        moved = "z" if self.elementwise else f"the first of {SHOWN_CLASSES} logits, the others being 0,"
        return Picture(
            alt=f"{self.title} and its derivative for {moved} from {self.shown[0]:g} to {self.shown[1]:g}, with the "
            f"identity beside it. The steepest slope is {self.steepest:.4g}; in {part:.0%} of the range it is below "
            f"{SATURATED:g}.",
            panels=(
                Plot(
                    title="value",
                    x_title="z",
                    series=(
                        Series(name="f(z)", x=z, y=value),
                        Series(name="identity", x=z, y=z, role="quiet", dashed=True),
                    ),
                    y_range=_range(value),
                ),
                Plot(
                    title="derivative",
                    x_title="z",
                    series=(
                        Series(name="f'(z)", x=z, y=_broken(slope), role="other"),
                        Series(name=f"|f'(z)| below {SATURATED:g}: hardly a gradient", x=z, y=dead, role="mark"),
                    ),
                    y_range=_range(np.append(slope, [0.0, 1.0])),
                ),
            ),
        )

    def curve(self, z: Floats) -> tuple[Floats, Floats]:
        """Return values and derivatives at z (n,): of a row, the first element, the others being 0."""
        if self.elementwise:
            value, slope = self.reference(z)[:2]
            return value, slope
        value, jacobian = self.reference(np.stack([z, *[np.zeros_like(z)] * (SHOWN_CLASSES - 1)], axis=-1))
        return value[:, 0], jacobian[:, 0, 0]


def _range(values: Floats) -> tuple[float, float]:
    """Return an axis range with a little air."""
    low, high = float(values.min()), float(values.max())
    air = (high - low) / 15
    return low - air, high + air


def _broken(slope: Floats) -> Floats:
    """Return the derivative with a gap where it jumps, so that no line is drawn across a kink."""
    jumps = np.flatnonzero(np.abs(np.diff(slope)) > JUMP)
    broken = slope.copy()
    broken[jumps] = np.nan
    return broken
