"""ReLU: the positive part; the default of hidden layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.activations.activation import PRE_ACTIVATIONS, Activation, ValueAndDerivative
from pellucid.concepts.concept import Floats

if TYPE_CHECKING:
    from torch import Tensor


def relu_reference(z: Floats) -> ValueAndDerivative:
    """Return the rectified linear unit and its derivative.

    **Formula** a = max(0, z); da/dz = 1 where z > 0, else 0 (at the kink z = 0 the sub-gradient 0).

    Args:
        z: pre-activations, of any shape.

    Returns:
        Values and derivatives, of the shape of z: at least 0.

    Example:
        >>> import numpy as np
        >>> relu_reference(np.array([-2.0, 0.0, 3.0]))
        (array([0., 0., 3.]), array([0., 0., 1.]))
    """
    a = np.maximum(0, z)
    da_dz = np.where(z > 0, 1.0, 0.0)
    return a, da_dz


def relu(z: Tensor) -> Tensor:
    """Return the rectified linear unit; see `relu_reference`."""
    from torch.nn import functional

    return functional.relu(z)


RELU: Final = Activation(
    name="relu",
    aliases=(
        "ReLU",
        "rectifier",
    ),
    title="rectified linear unit",
    summary="Passes what is positive and stops the rest: a gradient comes through whole or not at all.",
    formula="max(0, z)",
    latex=r"a = \max(0, z)",
    arguments=(PRE_ACTIVATIONS,),
    result="as z, at least 0",
    reference=relu_reference,
    fast=relu,
    lowest=0.0,
    highest=None,
    monotone=True,
    odd=False,
    convex=True,
    steepest=1.0,
    saturates="left",
    kinks=(0.0,),
    when="By default, in the hidden layers of dense and convolutional networks.",
    when_not="When units die - for every example z < 0, so no gradient ever moves them again: take leaky ReLU.",
    mistakes=(
        "A rate so large that one step pushes biases far below zero: those units are dead for good.",
        "Putting it behind the last layer of a regression: no negative number can then be predicted.",
        "Xavier's initialization in deep networks: half the variance is lost in each layer; take He's.",
    ),
    source="V. Nair & G. Hinton, Rectified linear units improve restricted Boltzmann machines, 2010. "
    "Sub-gradient 0 at 0, as torch has it.",
)
