"""The sigmoid: from any number to a probability."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.activations.activation import PRE_ACTIVATIONS, Activation, ValueAndDerivative
from pellucid.concepts.concept import Floats

if TYPE_CHECKING:
    from torch import Tensor


def sigmoid_reference(z: Floats) -> ValueAndDerivative:
    """Return the sigmoid and its derivative.

    **Formula** a = 1 / (1 + exp(-z)) = exp(z) / (1 + exp(z)), whichever does not overflow; da/dz = a (1 - a).

    Args:
        z: pre-activations, of any shape.

    Returns:
        Values and derivatives, of the shape of z: above 0 and below 1; steepest at 0, 1/4.

    Example:
        >>> import numpy as np
        >>> sigmoid_reference(np.array([0.0, 1e4]))
        (array([0.5, 1. ]), array([0.25, 0.  ]))
    """
    e = np.exp(-np.abs(z))
    a = np.where(z >= 0, 1 / (1 + e), e / (1 + e))
    da_dz = e / (1 + e) ** 2  # a (1 - a), without the difference that cancels
    return a, da_dz


def sigmoid(z: Tensor) -> Tensor:
    """Return the sigmoid; see `sigmoid_reference`."""
    from torch.nn import functional

    return functional.sigmoid(z)


SIGMOID: Final = Activation(
    name="sigmoid",
    aliases=(
        "logistic",
        "Sigmoid",
        "expit",
    ),
    title="sigmoid",
    summary="Squeezes any number between 0 and 1; the inverse of the log-odds.",
    formula="1 / (1 + exp(-z))",
    latex=r"a = \frac{1}{1 + e^{-z}}",
    arguments=(PRE_ACTIVATIONS,),
    result="as z, between 0 and 1",
    reference=sigmoid_reference,
    fast=sigmoid,
    lowest=0.0,
    highest=1.0,
    monotone=True,
    odd=False,
    convex=False,
    steepest=0.25,
    saturates="both",
    shown=(-8.0, 8.0),
    when="At the output, for one probability of two classes or of each of several labels; inside "
    "gates of LSTM and GRU.",
    when_not="In hidden layers: its slope is at most 1/4, so five layers let less than a thousandth of "
    "the gradient through.",
    mistakes=(
        "Applying it before a loss with logits: the probability is then squeezed once more, between 0.5 and 0.73.",
        "Using it for classes that exclude each other: the outputs do not sum to 1; take softmax.",
    ),
    source="P. F. Verhulst, 1845; the logistic function.",
)
