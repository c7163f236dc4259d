"""Mish: each number times the hyperbolic tangent of its softplus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.activations.activation import PRE_ACTIVATIONS, Activation, ValueAndDerivative
from pellucid.concepts.concept import Floats

if TYPE_CHECKING:
    from torch import Tensor


def mish_reference(z: Floats) -> ValueAndDerivative:
    """Return the Mish and its derivative.

    **Formula** a = z tanh(p), p = log(1 + exp(z)); da/dz = tanh(p) + z (1 - tanh(p)²) σ(z).

    Args:
        z: pre-activations, of any shape.

    Returns:
        Values and derivatives, of the shape of z: at least -0.31.

    Example:
        >>> import numpy as np
        >>> mish_reference(np.array([0.0, 1e4]))
        (array([    0., 10000.]), array([0.6, 1. ]))
    """
    p = np.logaddexp(0, z)
    t = np.tanh(p)
    e = np.exp(-np.abs(z))
    sigma = np.where(z >= 0, 1 / (1 + e), e / (1 + e))
    e2 = np.exp(-2 * p)
    return z * t, t + z * 4 * e2 / (1 + e2) ** 2 * sigma


def mish(z: Tensor) -> Tensor:
    """Return the Mish; see `mish_reference`."""
    from torch.nn import functional

    return functional.mish(z)


MISH: Final = Activation(
    name="mish",
    aliases=("Mish",),
    title="Mish",
    summary="A smooth ReLU with a dip of 0.31 on the left, much like SiLU.",
    formula="z tanh(log(1 + exp(z)))",
    latex=r"a = z \tanh\left(\log(1 + e^{z})\right)",
    arguments=(PRE_ACTIVATIONS,),
    result="as z, at least -0.31",
    reference=mish_reference,
    fast=mish,
    lowest=-0.3088435,
    highest=None,
    monotone=False,
    odd=False,
    convex=False,
    steepest=1.0884982,
    saturates="left",
    shown=(-6.0, 6.0),
    when="In convolutional networks that were designed with it, such as YOLOv4, and in tabular networks (RealMLP).",
    when_not="Where cost counts: it takes an exponential, a logarithm and a tanh for each number.",
    mistakes=("Expecting a clear gain over SiLU: the two differ by less than 0.19 everywhere.",),
    source="D. Misra, Mish: a self regularized non-monotonic activation function, 2019.",
)
