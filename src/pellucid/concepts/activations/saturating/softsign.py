"""Softsign: like tanh, but it saturates slowly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.activations.activation import PRE_ACTIVATIONS, Activation, ValueAndDerivative
from pellucid.concepts.concept import Floats

if TYPE_CHECKING:
    from torch import Tensor


def softsign_reference(z: Floats) -> ValueAndDerivative:
    """Return the softsign and its derivative.

    **Formula** a = z / (1 + |z|); da/dz = 1 / (1 + |z|)².

    Args:
        z: pre-activations, of any shape.

    Returns:
        Values and derivatives, of the shape of z: between -1 and 1.

    Example:
        >>> import numpy as np
        >>> softsign_reference(np.array([1.0]))
        (array([0.5]), array([0.25]))
    """
    a = z / (1 + np.abs(z))
    da_dz = 1 / (1 + np.abs(z)) ** 2
    return a, da_dz


def softsign(z: Tensor) -> Tensor:
    """Return the softsign; see `softsign_reference`."""
    from torch.nn import functional

    return functional.softsign(z)


SOFTSIGN: Final = Activation(
    name="softsign",
    aliases=("Softsign",),
    title="softsign",
    summary="Squeezes numbers between -1 and 1 like tanh, but comes near them only as 1/|z|.",
    formula="z / (1 + |z|)",
    latex=r"a = \frac{z}{1 + |z|}",
    arguments=(PRE_ACTIVATIONS,),
    result="as z, between -1 and 1",
    reference=softsign_reference,
    fast=softsign,
    lowest=-1.0,
    highest=1.0,
    monotone=True,
    odd=True,
    convex=False,
    steepest=1.0,
    saturates="both",
    shown=(-8.0, 8.0),
    when="In the place of tanh where units saturate: at z = 5 a thirty-sixth of the gradient is "
    "left, not a five-thousandth.",
    when_not="Where ReLU works: both sides still flatten, and most of the range has a small slope.",
    mistakes=("Mistaking it for softplus or for a smooth sign: its slope at 0 is only 1.",),
    source="J. Bergstra et al., 2009; X. Glorot & Y. Bengio, 2010.",
)
