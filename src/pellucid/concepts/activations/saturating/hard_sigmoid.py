"""The hard sigmoid: three straight pieces in the place of an exponential."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.activations.activation import PRE_ACTIVATIONS, Activation, ValueAndDerivative
from pellucid.concepts.concept import Floats

if TYPE_CHECKING:
    from torch import Tensor

END: Final = 3.0  # of the bent piece, on either side


def hard_sigmoid_reference(z: Floats) -> ValueAndDerivative:
    """Return the hard sigmoid and its derivative.

    **Formula** a = min(max(z / 6 + 1/2, 0), 1); da/dz = 1/6 where -3 < z < 3, else 0 (at the kinks -3 and 3 too).

    Args:
        z: pre-activations, of any shape.

    Returns:
        Values and derivatives, of the shape of z: from 0 to 1.

    Example:
        >>> import numpy as np
        >>> hard_sigmoid_reference(np.array([0.0, 3.0]))
        (array([0.5, 1. ]), array([0.16666667, 0.        ]))
    """
    a = np.minimum(np.maximum(z / 6 + 0.5, 0), 1)
    da_dz = np.where((z > -END) & (z < END), 1 / 6, 0.0)
    return a, da_dz


def hard_sigmoid(z: Tensor) -> Tensor:
    """Return the hard sigmoid; see `hard_sigmoid_reference`."""
    from torch.nn import functional

    return functional.hardsigmoid(z)


HARD_SIGMOID: Final = Activation(
    name="hard_sigmoid",
    aliases=(
        "hardsigmoid",
        "Hardsigmoid",
    ),
    title="hard sigmoid",
    summary="A sigmoid of three straight pieces: no exponential to compute, and exactly 0 and 1 outside.",
    formula="min(max(z / 6 + 1/2, 0), 1)",
    latex=r"a = \min\left(\max\left(\frac{z}{6} + \frac{1}{2}, 0\right), 1\right)",
    arguments=(PRE_ACTIVATIONS,),
    result="as z, from 0 to 1",
    reference=hard_sigmoid_reference,
    fast=hard_sigmoid,
    lowest=0.0,
    highest=1.0,
    monotone=True,
    odd=False,
    convex=False,
    steepest=1 / 6,
    saturates="both",
    kinks=(-3.0, 3.0),
    shown=(-5.0, 5.0),
    when="In gates of networks for phones and other small chips, where an exponential is dear.",
    when_not="For probabilities at an output: exactly 0 or 1 makes the logarithm in the loss infinite.",
    mistakes=("Porting weights from Keras before version 3: its slope there was 1/5, not 1/6.",),
    source="M. Courbariaux et al., BinaryConnect, 2015, with slope 1/2; "
    "slope 1/6 as torch and Keras 3 have it (A. Howard et al., MobileNetV3, 2019).",
)
