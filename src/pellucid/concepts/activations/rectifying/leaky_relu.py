"""Leaky ReLU: a small slope on the left, so that no unit dies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.activations.activation import PRE_ACTIVATIONS, Activation, ValueAndDerivative
from pellucid.concepts.concept import Floats, Option

if TYPE_CHECKING:
    from torch import Tensor

SLOPE: Final = 0.01  # of A. Maas et al., and torch; the layer of Keras takes 0.3, its function 0.2


def leaky_relu_reference(z: Floats, negative_slope: float = SLOPE) -> ValueAndDerivative:
    """Return the leaky ReLU and its derivative.

    **Formula** a = z where z > 0, else s z; da/dz = 1 where z > 0, else s (at the kink z = 0 the sub-gradient s).

    Args:
        z: pre-activations, of any shape.
        negative_slope: s, the slope of the left side, from 0 to 1.

    Returns:
        Values and derivatives, of the shape of z: any number.

    Example:
        >>> import numpy as np
        >>> leaky_relu_reference(np.array([-2.0, 0.0, 3.0]))
        (array([-0.02,  0.  ,  3.  ]), array([0.01, 0.01, 1.  ]))
    """
    s = negative_slope
    a = np.where(z > 0, z, s * z)
    da_dz = np.where(z > 0, 1.0, s)
    return a, da_dz


def leaky_relu(z: Tensor, negative_slope: float = SLOPE) -> Tensor:
    """Return the leaky ReLU; see `leaky_relu_reference`."""
    from torch.nn import functional

    return functional.leaky_relu(z, negative_slope)


LEAKY_RELU: Final = Activation(
    name="leaky_relu",
    aliases=(
        "LeakyReLU",
        "lrelu",
    ),
    title="leaky ReLU",
    summary="ReLU with a small slope on the left: a unit that is never active still gets a gradient.",
    formula="z if z > 0, else s z",
    latex=r"a = \begin{cases} z & z > 0 \\ s z & z \le 0 \end{cases}",
    arguments=(PRE_ACTIVATIONS,),
    options=(Option(name="negative_slope", meaning="s, the slope of the left side, from 0 to 1", low=0, high=1),),
    result="as z",
    reference=leaky_relu_reference,
    fast=leaky_relu,
    lowest=None,
    highest=None,
    monotone=True,
    odd=False,
    convex=True,
    steepest=1.0,
    saturates="neither",
    kinks=(0.0,),
    when="When ReLU units die, and in the discriminators of GANs, with a slope of 0.2.",
    when_not="Where ReLU works: nothing is gained, and the exact zeros that make a layer sparse are lost.",
    mistakes=(
        "Comparing libraries at their defaults: torch has slope 0.01, the layer of Keras 0.3, its function 0.2.",
        "A slope of 1: that is the identity, and the layers collapse into one.",
    ),
    source="A. Maas, A. Hannun & A. Ng, Rectifier nonlinearities improve neural network acoustic models, 2013.",
)
