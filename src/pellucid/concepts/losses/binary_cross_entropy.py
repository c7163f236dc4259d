"""Binary cross-entropy from logits: the negative log-likelihood of yes or no, for one label or several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from torch.nn import functional

from pellucid.concepts.losses.loss import Floats, Loss, ValueAndGradient, check_same_shape

if TYPE_CHECKING:
    from torch import Tensor


def binary_cross_entropy_reference(
    logits: Floats, targets: Floats, pos_weight: Floats | float = 1.0
) -> ValueAndGradient:
    """Return the mean binary cross-entropy and its gradient.

    **Formula** with p = 1 / (1 + exp(-z)) and w = pos_weight: L = mean of -[w y log p + (1 - y) log(1 - p)];
    dL/dz = [(1 - y) p - w y (1 - p)] / N over the N elements.

    Args:
        logits: z, (n,) or (n, k), any numbers.
        targets: y, of the same shape, 0 or 1 (or between, when smoothed).
        pos_weight: w, weight of the positives, above 0; one number or (k,). Negatives over positives balances them.

    Returns:
        The loss in nats, at least 0, best 0; log 2 = 0.693 is guessing. And its gradient, of the shape of the logits.

    Raises:
        ShapeError: the shapes differ.

    Example:
        >>> import numpy as np
        >>> value, gradient = binary_cross_entropy_reference(np.zeros(1), np.ones(1), pos_weight=9.0)
        >>> round(value, 4), gradient
        (6.2383, array([-4.5]))
    """
    check_same_shape("binary_cross_entropy", logits, targets)
    z, y, w = logits, targets, pos_weight
    N = z.size
    log_p = -np.logaddexp(0, -z)  # log p = -log(1 + exp(-z)), which neither overflows nor loses digits
    log_not_p = -np.logaddexp(0, z)
    value = -(w * y * log_p + (1 - y) * log_not_p).sum() / N
    gradient = ((1 - y) * np.exp(log_p) - w * y * np.exp(log_not_p)) / N
    return float(value), gradient


def binary_cross_entropy(logits: Tensor, targets: Tensor, pos_weight: Tensor | None = None) -> Tensor:
    """Return the mean binary cross-entropy; see `binary_cross_entropy_reference`.

    Raises:
        ShapeError: the shapes differ.
    """
    check_same_shape("binary_cross_entropy", logits, targets)
    return functional.binary_cross_entropy_with_logits(logits, targets, pos_weight=pos_weight)


BINARY_CROSS_ENTROPY: Final = Loss(
    name="binary_cross_entropy",
    aliases=("bce", "bce_with_logits", "logistic", "log_loss"),
    title="binary cross-entropy",
    formula="-[w y log p + (1 - y) log(1 - p)], p = 1 / (1 + exp(-z))",
    latex=r"-\left[w\,y \log p + (1-y) \log(1-p)\right],\quad p = \frac{1}{1+e^{-z}}",
    logits="(n,) or (n, k)",
    targets="the shape of the logits, 0 or 1",
    target_values="zero or one",
    convex=True,
    reference=binary_cross_entropy_reference,
    fast=binary_cross_entropy,
    when="Yes or no, and several labels of which any number may hold: one logit each.",
    mistake="A sigmoid as last layer: this loss applies it itself, and two of them flatten the gradient.",
    source="D. R. Cox, The regression analysis of binary sequences, 1958. From logits, natural logarithm, mean over "
    "examples and labels, pos_weight as in torch.nn.BCEWithLogitsLoss.",
)
