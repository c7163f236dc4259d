"""ELU: ReLU whose left side bends smoothly to a negative level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.activations.activation import PRE_ACTIVATIONS, Activation, ValueAndDerivative
from pellucid.concepts.concept import Floats, Option

if TYPE_CHECKING:
    from torch import Tensor

ALPHA: Final = 1.0  # the only value without a kink at 0


def elu_reference(z: Floats, alpha: float = ALPHA) -> ValueAndDerivative:
    """Return the exponential linear unit and its derivative.

    **Formula** a = z where z > 0, else α (exp(z) - 1); da/dz = 1 where z > 0, else α exp(z).

    Args:
        z: pre-activations, of any shape.
        alpha: α, the depth of the left side, above 0.

    Returns:
        Values and derivatives, of the shape of z: above -α.

    Example:
        >>> import numpy as np
        >>> elu_reference(np.array([0.0, 3.0]))
        (array([0., 3.]), array([1., 1.]))
    """
    left = np.minimum(z, 0)  # exp of a large z would overflow
    a = np.where(z > 0, z, alpha * np.expm1(left))
    da_dz = np.where(z > 0, 1.0, alpha * np.exp(left))
    return a, da_dz


def elu(z: Tensor, alpha: float = ALPHA) -> Tensor:
    """Return the exponential linear unit; see `elu_reference`."""
    from torch.nn import functional

    return functional.elu(z, alpha)


ELU: Final = Activation(
    name="elu",
    aliases=("ELU",),
    title="exponential linear unit",
    summary="Linear on the right, bending to -α on the left: mean outputs nearer zero than ReLU's.",
    formula="z if z > 0, else α (exp(z) - 1)",
    latex=r"a = \begin{cases} z & z > 0 \\ \alpha (e^{z} - 1) & z \le 0 \end{cases}",
    arguments=(PRE_ACTIVATIONS,),
    options=(Option(name="alpha", meaning="α, the depth of the left side, above 0", low=1e-3),),
    result="as z, above -α",
    reference=elu_reference,
    fast=elu,
    lowest=-1.0,
    highest=None,
    monotone=True,
    odd=False,
    convex=True,
    steepest=1.0,
    saturates="left",
    when="Deep networks without batch normalization, where outputs centred on zero help.",
    when_not="Where speed counts: the exponential costs more than ReLU's comparison.",
    mistakes=(
        "An α other than 1: the function then has a kink at 0.",
        "Expecting that units cannot die: far to the left its slope vanishes too, only gradually.",
    ),
    source="D.-A. Clevert, T. Unterthiner & S. Hochreiter, Fast and accurate deep network learning by exponential "
    "linear units, 2016.",
)
