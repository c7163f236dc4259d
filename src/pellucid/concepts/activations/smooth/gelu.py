"""GELU: each number times the probability that a normal one is smaller; the activation of transformers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from pellucid.concepts.activations.activation import PRE_ACTIVATIONS, Activation, ValueAndDerivative
from pellucid.concepts.concept import Floats, Option

if TYPE_CHECKING:
    from torch import Tensor

ROOT: Final = math.sqrt(2 / math.pi)
CUBIC: Final = 0.044715  # of the paper: fits Φ within 0.0002


def gelu_reference(z: Floats, approximate: Literal["none", "tanh"] = "none") -> ValueAndDerivative:
    """Return the Gaussian error linear unit and its derivative.

    **Formula** a = z Φ(z), Φ(z) = erfc(-z / √2) / 2; da/dz = Φ(z) + z exp(-z²/2) / √(2π).
    With approximate="tanh": Φ(z) ≈ (1 + tanh(u)) / 2, u = √(2/π) (z + 0.044715 z³).

    Args:
        z: pre-activations, of any shape.
        approximate: the exact Φ, or the approximation by tanh.

    Returns:
        Values and derivatives, of the shape of z: at least -0.17.

    Example:
        >>> import numpy as np
        >>> gelu_reference(np.array([0.0, 1e4]))
        (array([    0., 10000.]), array([0.5, 1. ]))
    """
    if approximate == "tanh":
        u = ROOT * (z + CUBIC * z**3)
        a = z * (1 + np.tanh(u)) / 2
        e = np.exp(-2 * np.abs(u))
        sech2 = 4 * e / (1 + e) ** 2
        return a, (1 + np.tanh(u)) / 2 + z * sech2 * ROOT * (1 + 3 * CUBIC * z**2) / 2
    phi = np.vectorize(math.erfc, otypes=[float])(-z / math.sqrt(2)) / 2
    da_dz = phi + z * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return z * phi, da_dz


def gelu(z: Tensor, approximate: Literal["none", "tanh"] = "none") -> Tensor:
    """Return the Gaussian error linear unit; see `gelu_reference`."""
    from torch.nn import functional

    return functional.gelu(z, approximate=approximate)


GELU: Final = Activation(
    name="gelu",
    aliases=("GELU",),
    title="Gaussian error linear unit",
    summary="Weighs each number by the probability that a standard normal one is smaller: a smooth ReLU with a dip.",
    formula="z Φ(z)",
    latex=r"a = z \, \Phi(z)",
    arguments=(PRE_ACTIVATIONS,),
    options=(
        Option(name="approximate", meaning="the exact Φ, or the approximation by tanh", choices=("none", "tanh")),
    ),
    result="as z, at least -0.17",
    reference=gelu_reference,
    fast=gelu,
    lowest=-0.1699712,
    highest=None,
    monotone=False,
    odd=False,
    convex=False,
    steepest=1.1289043,
    saturates="left",
    when="In transformers, for text and pictures.",
    when_not="In small networks, or where speed counts: ReLU is as good there and much cheaper.",
    mistakes=("Loading weights trained with one variant into the other: GPT-2 has tanh, BERT the exact Φ.",),
    source="D. Hendrycks & K. Gimpel, Gaussian error linear units, 2016; exact by default, as torch has it.",
)
