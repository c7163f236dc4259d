"""The record of an activation: a function of the pre-activations z, its derivative, and where it dies or saturates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Differentiable, Floats
from pellucid.drawing.records import Picture, Plot, Series

ValueAndDerivative = tuple[Any, ...]
"""a = f(z), and da/dz: of the shape of z for a function of each element, (…, k, k) for one of whole rows (softmax);
then, where there is one, da/dparameter."""

POINTS = 401


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

    def value_of(self, inputs: tuple[NDArray[Any], ...], options: dict[str, Any]) -> Floats:
        """Return f(z)."""
        return np.asarray(self.reference(*inputs, **options)[0])

    def gradients_of(
        self, upstream: Floats, inputs: tuple[NDArray[Any], ...], options: dict[str, Any]
    ) -> tuple[Floats, ...]:
        """Return the gradient by z, and by the parameter where the activation learns one."""
        _, derivative, *by_parameters = self.reference(*inputs, **options)
        if self.elementwise:
            by_z = upstream * derivative
        else:
            by_z = np.einsum("...i,...ij->...j", upstream, derivative)
        return (by_z, *(np.asarray((upstream * one).sum()) for one in by_parameters))

    def picture(self) -> Picture:
        """Return the function and its derivative, and shade where hardly any gradient comes through."""
        z = np.linspace(*self.shown, POINTS)
        value, slope = self.reference(z)[:2]
        dead = np.where(np.abs(slope) < SATURATED, 0.0, np.nan)
        return Picture(
            alt=f"{self.title} and its derivative for z from {self.shown[0]:g} to {self.shown[1]:g}. {self.summary}",
            panels=(
                Plot(title="value", x_title="z", series=(Series(name="f(z)", x=z, y=value),)),
                Plot(
                    title="derivative",
                    x_title="z",
                    series=(
                        Series(name="f'(z)", x=z, y=slope, role="other"),
                        Series(name=f"|f'(z)| below {SATURATED:g}: hardly a gradient", x=z, y=dead, role="mark"),
                    ),
                ),
            ),
        )


SATURATED = 0.05
"""A twentieth of the identity's slope: five such layers in a row let less than a millionth of the gradient through."""
