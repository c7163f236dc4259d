"""SELU: ELU with the two constants that keep mean 0 and variance 1 from layer to layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.activations.activation import PRE_ACTIVATIONS, Activation, ValueAndDerivative
from pellucid.concepts.concept import Floats

if TYPE_CHECKING:
    from torch import Tensor

SCALE: Final = 1.0507009873554804934193349852946  # λ and α: mean 0 and variance 1 are their fixed point
ALPHA: Final = 1.6732632423543772848170429916717


def selu_reference(z: Floats) -> ValueAndDerivative:
    """Return the scaled exponential linear unit and its derivative.

    **Formula** a = λ z where z > 0, else λ α (exp(z) - 1); da/dz = λ where z > 0, else λ α exp(z)
    (at the kink z = 0 the sub-gradient λ α).

    Args:
        z: pre-activations, of any shape.

    Returns:
        Values and derivatives, of the shape of z: above -λ α = -1.758.

    Example:
        >>> import numpy as np
        >>> selu_reference(np.array([1.0]))[0].round(4)
        array([1.0507])
    """
    left = np.minimum(z, 0)  # exp of a large z would overflow
    a = np.where(z > 0, SCALE * z, SCALE * ALPHA * np.expm1(left))
    da_dz = np.where(z > 0, SCALE, SCALE * ALPHA * np.exp(left))
    return a, da_dz


def selu(z: Tensor) -> Tensor:
    """Return the scaled exponential linear unit; see `selu_reference`."""
    from torch.nn import functional

    return functional.selu(z)


SELU: Final = Activation(
    name="selu",
    aliases=("SELU",),
    title="scaled exponential linear unit",
    summary="ELU with two constants that draw the outputs of each layer to mean 0 and variance 1.",
    formula="λ z if z > 0, else λ α (exp(z) - 1), λ = 1.0507, α = 1.6733",
    latex=r"a = \lambda \begin{cases} z & z > 0 \\ \alpha (e^{z} - 1) & z \le 0 \end{cases},"
    r"\quad \lambda = 1.0507,\ \alpha = 1.6733",
    arguments=(PRE_ACTIVATIONS,),
    result="as z, above -1.758",
    reference=selu_reference,
    fast=selu,
    lowest=-SCALE * ALPHA,
    highest=None,
    monotone=True,
    odd=False,
    convex=False,
    steepest=SCALE * ALPHA,
    saturates="left",
    kinks=(0.0,),
    when="Deep dense networks on standardized tables, with LeCun's initialization and no normalization layers.",
    when_not="With batch normalization, residual paths or He's initialization: the fixed point is then lost.",
    mistakes=(
        "Ordinary dropout: it spoils mean and variance; take alpha dropout.",
        "Inputs that are not standardized: the theory starts at mean 0 and variance 1.",
    ),
    source="G. Klambauer et al., Self-normalizing neural networks, 2017.",
)
