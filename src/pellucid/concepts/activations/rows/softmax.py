"""Softmax: from k logits to k probabilities that sum to 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.activations.activation import ROWS, Activation, ValueAndDerivative
from pellucid.concepts.concept import Floats
from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor


def softmax_reference(z: Floats) -> ValueAndDerivative:
    """Return the softmax of each row, and its Jacobian.

    **Formula** p_i = exp(z_i) / Σ_j exp(z_j); ∂p_i/∂z_j = p_i (δ_ij - p_j).

    Args:
        z: logits, (…, k).

    Returns:
        Values, of the shape of z; and the Jacobian, (…, k, k), row i the gradient of output i.

    Raises:
        ShapeError: z is a single number.

    Example:
        >>> import numpy as np
        >>> p, jacobian = softmax_reference(np.array([[1e4, 1e4, -1e4]]))
        >>> p
        array([[0.5, 0.5, 0. ]])
    """
    if np.ndim(z) == 0:
        raise ShapeError("softmax expected z of shape (…, k), got (): pass a row of logits")
    shifted = z - z.max(axis=-1, keepdims=True, initial=-np.inf)  # changes nothing, and exp cannot overflow
    e = np.exp(shifted)
    total = e.sum(axis=-1, keepdims=True)
    p = e / total
    one = np.eye(z.shape[-1])
    return p, p[..., :, None] * (one - p[..., None, :])


def softmax(z: Tensor) -> Tensor:
    """Return the softmax of each row; see `softmax_reference`.

    Raises:
        ShapeError: z is a single number.
    """
    from torch.nn import functional

    if z.ndim == 0:
        raise ShapeError("softmax expected z of shape (…, k), got (): pass a row of logits")
    return functional.softmax(z, dim=-1)


SOFTMAX: Final = Activation(
    name="softmax",
    aliases=("Softmax", "softargmax", "normalized_exponential"),
    title="softmax",
    summary="Turns the k logits of a row into k probabilities: positive, summing to 1, the largest "
    "logit the likeliest.",
    formula="exp(z_i) / sum_j exp(z_j)",
    latex=r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}",
    arguments=(ROWS,),
    result="as z, from 0 to 1; each row sums to 1",
    reference=softmax_reference,
    fast=softmax,
    lowest=0.0,
    highest=1.0,
    monotone=True,
    odd=False,
    convex=False,
    elementwise=False,
    steepest=0.25,
    saturates="both",
    shown=(-6.0, 6.0),
    when="Behind the last layer, for one of k classes; inside attention, to weigh positions.",
    when_not="For several labels at once, which need not sum to 1: take a sigmoid for each.",
    mistakes=(
        "Applying it before cross-entropy, which contains it: gradients shrink and learning crawls.",
        "The wrong axis: probabilities must sum to 1 over classes, not over examples.",
        "Computing exp(z) as written: it overflows beyond 709; subtract the largest logit first.",
    ),
    source="L. Boltzmann, 1868; J. Bridle, 1990, for networks. Over the last axis.",
)
