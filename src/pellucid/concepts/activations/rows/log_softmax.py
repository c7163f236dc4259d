"""Log-softmax: logarithms of probabilities, without computing the probabilities first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.activations.activation import ROWS, Activation, ValueAndDerivative
from pellucid.concepts.concept import Floats
from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor


def log_softmax_reference(z: Floats) -> ValueAndDerivative:
    """Return the log-softmax of each row, and its Jacobian.

    **Formula** a_i = z_i - log Σ_j exp(z_j); ∂a_i/∂z_j = δ_ij - p_j, p the softmax.

    Args:
        z: logits, (…, k).

    Returns:
        Values, of the shape of z; and the Jacobian, (…, k, k), row i the gradient of output i.

    Raises:
        ShapeError: z is a single number.

    Example:
        >>> import numpy as np
        >>> log_softmax_reference(np.array([0.0, 1e4]))[0]
        array([-10000.,      0.])
    """
    if np.ndim(z) == 0:
        raise ShapeError("log_softmax expected z of shape (…, k), got (): pass a row of logits")
    shifted = z - z.max(axis=-1, keepdims=True, initial=-np.inf)  # changes nothing, and exp cannot overflow
    e = np.exp(shifted)
    total = e.sum(axis=-1, keepdims=True)
    p = e / total
    one = np.eye(z.shape[-1])
    return shifted - np.log(np.maximum(total, 1)), one - p[..., None, :]


def log_softmax(z: Tensor) -> Tensor:
    """Return the log-softmax of each row; see `log_softmax_reference`.

    Raises:
        ShapeError: z is a single number.
    """
    from torch.nn import functional

    if z.ndim == 0:
        raise ShapeError("log_softmax expected z of shape (…, k), got (): pass a row of logits")
    return functional.log_softmax(z, dim=-1)


LOG_SOFTMAX: Final = Activation(
    name="log_softmax",
    aliases=("LogSoftmax", "logsoftmax"),
    title="log-softmax",
    summary="The logarithm of softmax, computed so that no probability is rounded to 0 first.",
    formula="z_i - log sum_j exp(z_j)",
    latex=r"a_i = z_i - \log \sum_j e^{z_j}",
    arguments=(ROWS,),
    result="as z, at most 0; their exponentials sum to 1 in each row",
    reference=log_softmax_reference,
    fast=log_softmax,
    lowest=None,
    highest=0.0,
    monotone=True,
    odd=False,
    convex=False,
    elementwise=False,
    steepest=1.0,
    saturates="right",
    shown=(-6.0, 6.0),
    when="Before a negative log-likelihood, and wherever logarithms of probabilities are wanted.",
    when_not="Where probabilities themselves are shown; take softmax.",
    mistakes=(
        "Writing log(softmax(z)): a class 800 below the largest has probability 0, and its logarithm is -infinity.",
        "Feeding it to cross-entropy, which applies it itself (a second time changes nothing, but costs).",
    ),
    source="The log-sum-exp identity; as torch.nn.functional.log_softmax over the last axis.",
)
