"""The hyperbolic tangent: a sigmoid centred on zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.activations.activation import PRE_ACTIVATIONS, Activation, ValueAndDerivative
from pellucid.concepts.concept import Floats

if TYPE_CHECKING:
    from torch import Tensor


def tanh_reference(z: Floats) -> ValueAndDerivative:
    """Return the hyperbolic tangent and its derivative.

    **Formula** a = (exp(z) - exp(-z)) / (exp(z) + exp(-z)); da/dz = 1 - a² = 1 / cosh(z)².

    Args:
        z: pre-activations, of any shape.

    Returns:
        Values and derivatives, of the shape of z: between -1 and 1; steepest at 0, 1.

    Example:
        >>> import numpy as np
        >>> tanh_reference(np.array([0.0, 1e4]))
        (array([0., 1.]), array([1., 0.]))
    """
    a = np.tanh(z)
    e = np.exp(-2 * np.abs(z))
    da_dz = 4 * e / (1 + e) ** 2  # 1 / cosh², which 1 - a² loses to rounding far out
    return a, da_dz


def hyperbolic_tangent(z: Tensor) -> Tensor:
    """Return the hyperbolic tangent; see `tanh_reference`."""
    from torch.nn import functional

    return functional.tanh(z)


TANH: Final = Activation(
    name="tanh",
    aliases=("Tanh",),
    title="hyperbolic tangent",
    summary="Squeezes any number between -1 and 1, centred on zero, with slope 1 in the middle.",
    formula="(exp(z) - exp(-z)) / (exp(z) + exp(-z))",
    latex=r"a = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}",
    arguments=(PRE_ACTIVATIONS,),
    result="as z, between -1 and 1",
    reference=tanh_reference,
    fast=hyperbolic_tangent,
    lowest=-1.0,
    highest=1.0,
    monotone=True,
    odd=True,
    convex=False,
    steepest=1.0,
    saturates="both",
    when="In the state of recurrent networks and in small hidden layers; for outputs between -1 and 1.",
    when_not="In deep networks without normalization: both sides saturate; take ReLU.",
    mistakes=(
        "Initializing with He's rule: tanh has no dead half to make up for; take Xavier's.",
        "Large inputs: beyond |z| = 2.2 less than a twentieth of the gradient comes through; standardize.",
    ),
    source="Y. LeCun et al., Efficient BackProp, 1998, on why centred outputs learn faster; without "
    "their scaling by 1.7159.",
)
