"""Hard swish: SiLU of straight pieces and one parabola."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.activations.activation import PRE_ACTIVATIONS, Activation, ValueAndDerivative
from pellucid.concepts.concept import Floats

if TYPE_CHECKING:
    from torch import Tensor

END: Final = 3.0  # of the bent piece, on either side


def hard_swish_reference(z: Floats) -> ValueAndDerivative:
    """Return the hard swish and its derivative.

    **Formula** a = z min(max(z / 6 + 1/2, 0), 1); da/dz = 0 where z <= -3, 1 where z >= 3, else z / 3 + 1/2.

    Args:
        z: pre-activations, of any shape.

    Returns:
        Values and derivatives, of the shape of z: at least -3/8.

    Example:
        >>> import numpy as np
        >>> hard_swish_reference(np.array([-1.5, 4.0]))
        (array([-0.375,  4.   ]), array([0., 1.]))
    """
    a = z * np.minimum(np.maximum(z / 6 + 0.5, 0), 1)
    da_dz = np.where(z <= -END, 0.0, np.where(z >= END, 1.0, z / 3 + 0.5))
    return a, da_dz


def hard_swish(z: Tensor) -> Tensor:
    """Return the hard swish; see `hard_swish_reference`."""
    from torch.nn import functional

    return functional.hardswish(z)


HARD_SWISH: Final = Activation(
    name="hard_swish",
    aliases=(
        "hardswish",
        "Hardswish",
        "hard_silu",
    ),
    title="hard swish",
    summary="SiLU with the hard sigmoid: a parabola between -3 and 3, nothing to the left, the identity to the right.",
    formula="z min(max(z / 6 + 1/2, 0), 1)",
    latex=r"a = z \min\left(\max\left(\frac{z}{6} + \frac{1}{2}, 0\right), 1\right)",
    arguments=(PRE_ACTIVATIONS,),
    result="as z, at least -3/8",
    reference=hard_swish_reference,
    fast=hard_swish,
    lowest=-0.375,
    highest=None,
    monotone=False,
    odd=False,
    convex=False,
    steepest=1.5,
    saturates="left",
    kinks=(-3.0, 3.0),
    when="In the deeper half of networks for phones, such as MobileNetV3.",
    when_not="On large machines: SiLU costs hardly more there, and has no kinks.",
    mistakes=("Assuming a slope of at most 1: just below z = 3 it is 1.5.",),
    source="A. Howard et al., Searching for MobileNetV3, 2019.",
)
