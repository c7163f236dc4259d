"""The identity: no activation at all, and why linear layers collapse into one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.activations.activation import PRE_ACTIVATIONS, Activation, ValueAndDerivative
from pellucid.concepts.concept import Floats

if TYPE_CHECKING:
    from torch import Tensor


def identity_reference(z: Floats) -> ValueAndDerivative:
    """Return the identity and its derivative.

    **Formula** a = z; da/dz = 1. Two linear layers: W₂ (W₁ x + b₁) + b₂ = (W₂ W₁) x + (W₂ b₁ + b₂), again one.

    Args:
        z: pre-activations, of any shape.

    Returns:
        Values and derivatives, of the shape of z.

    Example:
        >>> import numpy as np
        >>> identity_reference(np.array([-2.0, 3.0]))
        (array([-2.,  3.]), array([1., 1.]))
    """
    a = np.array(z)
    da_dz = np.ones_like(a)
    return a, da_dz


def identity(z: Tensor) -> Tensor:
    """Return the identity; see `identity_reference`."""
    return z.clone()


IDENTITY: Final = Activation(
    name="identity",
    aliases=(
        "linear",
        "Identity",
    ),
    title="identity",
    summary="Returns what it gets: any number of linear layers with it between them are one linear layer.",
    formula="z",
    latex=r"a = z",
    arguments=(PRE_ACTIVATIONS,),
    result="as z",
    reference=identity_reference,
    fast=identity,
    lowest=None,
    highest=None,
    monotone=True,
    odd=True,
    convex=True,
    steepest=1.0,
    saturates="neither",
    when="Behind the last layer, where numbers or logits are wanted.",
    when_not="Between layers: W2 (W1 x) = (W2 W1) x, so depth adds nothing but cost; take ReLU.",
    mistakes=("Forgetting the activations and wondering why a deep network is no better than logistic regression.",),
    source="Elementary.",
)
