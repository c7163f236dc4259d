"""Softplus: the smooth version of ReLU, always positive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.activations.activation import PRE_ACTIVATIONS, Activation, ValueAndDerivative
from pellucid.concepts.concept import Floats, Option

if TYPE_CHECKING:
    from torch import Tensor

BETA: Final = 1.0
EXACT: Final = 40.0  # beyond, torch returns z; at its own default, 20, the derivative would be wrong by 2e-9


def softplus_reference(z: Floats, beta: float = BETA) -> ValueAndDerivative:
    """Return the softplus and its derivative.

    **Formula** a = log(1 + exp(β z)) / β; da/dz = σ(β z) = 1 / (1 + exp(-β z)).

    Args:
        z: pre-activations, of any shape.
        beta: β, how sharply it bends; ReLU in the limit, above 0.

    Returns:
        Values and derivatives, of the shape of z: above 0.

    Example:
        >>> import numpy as np
        >>> softplus_reference(np.array([0.0]))[0].round(4)
        array([0.6931])
    """
    a = np.logaddexp(0, beta * z) / beta
    e = np.exp(-np.abs(beta * z))
    da_dz = np.where(z >= 0, 1 / (1 + e), e / (1 + e))
    return a, da_dz


def softplus(z: Tensor, beta: float = BETA) -> Tensor:
    """Return the softplus; see `softplus_reference`."""
    from torch.nn import functional

    return functional.softplus(z, beta, threshold=EXACT)


SOFTPLUS: Final = Activation(
    name="softplus",
    aliases=(
        "Softplus",
        "smooth_relu",
    ),
    title="softplus",
    summary="A smooth ReLU that is always positive; its derivative is the sigmoid.",
    formula="log(1 + exp(β z)) / β",
    latex=r"a = \frac{1}{\beta} \log\left(1 + e^{\beta z}\right)",
    arguments=(PRE_ACTIVATIONS,),
    options=(Option(name="beta", meaning="β, how sharply it bends; ReLU in the limit, above 0", low=1e-3),),
    result="as z, above 0",
    reference=softplus_reference,
    fast=softplus,
    lowest=0.0,
    highest=None,
    monotone=True,
    odd=False,
    convex=True,
    steepest=1.0,
    saturates="left",
    when="For outputs that must be positive: a standard deviation, a rate, a dispersion.",
    when_not="In hidden layers: ReLU learns at least as well and costs less.",
    mistakes=(
        "Computing log(1 + exp(z)) as written: exp overflows beyond 709.",
        "Dividing by it without a floor: far to the left it is 0 in floating point.",
    ),
    source="C. Dugas et al., Incorporating second-order functional knowledge for better option pricing, 2001.",
)
