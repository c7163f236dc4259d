"""SiLU, also called swish: each number times its own sigmoid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.activations.activation import PRE_ACTIVATIONS, Activation, ValueAndDerivative
from pellucid.concepts.concept import Floats

if TYPE_CHECKING:
    from torch import Tensor


def silu_reference(z: Floats) -> ValueAndDerivative:
    """Return the sigmoid linear unit and its derivative.

    **Formula** a = z σ(z), σ(z) = 1 / (1 + exp(-z)); da/dz = σ(z) + z σ(z) (1 - σ(z)).

    Args:
        z: pre-activations, of any shape.

    Returns:
        Values and derivatives, of the shape of z: at least -0.28.

    Example:
        >>> import numpy as np
        >>> silu_reference(np.array([0.0, 1e4]))
        (array([    0., 10000.]), array([0.5, 1. ]))
    """
    e = np.exp(-np.abs(z))
    sigma = np.where(z >= 0, 1 / (1 + e), e / (1 + e))
    slope = e / (1 + e) ** 2  # σ (1 - σ)
    return z * sigma, sigma + z * slope


def silu(z: Tensor) -> Tensor:
    """Return the sigmoid linear unit; see `silu_reference`."""
    from torch.nn import functional

    return functional.silu(z)


SILU: Final = Activation(
    name="silu",
    aliases=(
        "swish",
        "SiLU",
    ),
    title="sigmoid linear unit",
    summary="Weighs each number by its own sigmoid: a smooth ReLU with a dip of 0.28 on the left.",
    formula="z σ(z)",
    latex=r"a = z \, \sigma(z) = \frac{z}{1 + e^{-z}}",
    arguments=(PRE_ACTIVATIONS,),
    result="as z, at least -0.28",
    reference=silu_reference,
    fast=silu,
    lowest=-0.2784646,
    highest=None,
    monotone=False,
    odd=False,
    convex=False,
    steepest=1.0998394,
    saturates="left",
    shown=(-6.0, 6.0),
    when="In convolutional networks such as EfficientNet, and in the gated layers of language models (SwiGLU).",
    when_not="On small chips: hard swish is nearly the same without the exponential.",
    mistakes=("Assuming that a larger input gives a larger output: left of -1.28 it falls.",),
    source="S. Elfwing, E. Uchibe & K. Doya, 2018; P. Ramachandran et al., 2017, with β = 1.",
)
