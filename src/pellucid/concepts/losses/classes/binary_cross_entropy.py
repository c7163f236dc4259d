"""Binary cross-entropy from logits: the negative log-likelihood of yes or no, for one label or several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Argument, Floats, Option
from pellucid.concepts.losses.loss import (
    REDUCTION,
    Curve,
    Loss,
    Reduction,
    ValueAndGradient,
    check_reduction,
    check_same_shape,
    reduced,
)
from pellucid.concepts.losses.values import check_shares
from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor


def binary_cross_entropy_reference(
    logits: Floats, targets: Floats, pos_weight: Floats | float | None = None, reduction: Reduction = "mean"
) -> ValueAndGradient:
    """Return the binary cross-entropy and its gradient.

    **Formula** with p = 1 / (1 + exp(-z)) and w = pos_weight: L = -[w y log p + (1 - y) log(1 - p)];
    dL/dz = (1 - y) p - w y (1 - p).

    Args:
        logits: z, (n,) or (n, k), any numbers.
        targets: y, of the same shape, 0 or 1 (or between, when smoothed).
        pos_weight: w, weight of the positives, above 0; one number or (k,). Negatives over positives balances them
            (900 / 100 = 9); None: 1.
        reduction: mean, sum or none.

    Returns:
        The loss in nats, at least 0, best 0; log 2 = 0.693 is guessing. And its gradient, of the shape of the logits.

    Raises:
        ShapeError: the shapes differ, or pos_weight is neither one number nor (k,).
        RangeError: a target lies outside [0, 1], or there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> value, gradient = binary_cross_entropy_reference(np.zeros(1), np.ones(1), pos_weight=9.0)
        >>> round(value, 4), gradient
        (6.2383, array([-4.5]))
    """
    check_same_shape("binary_cross_entropy", logits, targets)
    check_shares("binary_cross_entropy", targets)
    check_pos_weight(logits, pos_weight)
    z, y = logits, targets
    w = 1.0 if pos_weight is None else pos_weight
    log_p = -np.logaddexp(0, -z)  # log p = -log(1 + exp(-z)), which neither overflows nor loses digits
    log_not_p = -np.logaddexp(0, z)
    L = -(w * y * log_p + (1 - y) * log_not_p)
    dL_dz = (1 - y) * np.exp(log_p) - w * y * np.exp(log_not_p)
    return reduced(L, dL_dz, reduction)


def binary_cross_entropy(
    logits: Tensor, targets: Tensor, pos_weight: Tensor | float | None = None, reduction: Reduction = "mean"
) -> Tensor:
    """Return the binary cross-entropy; see `binary_cross_entropy_reference`.

    Raises:
        ShapeError: the shapes differ, or pos_weight is neither one number nor (k,).
        RangeError: there is nothing to take the mean of.
    """
    from torch.nn import functional

    check_same_shape("binary_cross_entropy", logits, targets)
    check_reduction(logits.numel(), reduction)
    check_pos_weight(logits, pos_weight)
    weight = logits.new_tensor(pos_weight) if isinstance(pos_weight, float | int) else pos_weight
    return functional.binary_cross_entropy_with_logits(logits, targets, pos_weight=weight, reduction=reduction)


def check_pos_weight(logits: Floats | Tensor, pos_weight: Floats | Tensor | float | None) -> None:
    """Refuse weights that are neither one number nor one for each label: (n, 1) would silently broadcast.

    Raises:
        ShapeError: they are something else.
    """
    given = tuple(getattr(pos_weight, "shape", ()))
    if given not in ((), (1,)) and (logits.ndim == 1 or given != tuple(logits.shape[-1:])):
        raise ShapeError(
            f"binary_cross_entropy expected pos_weight of shape () or (k,), got {given} with logits "
            f"{tuple(logits.shape)}: pass one number, or one for each column of the logits"
        )


BINARY_CROSS_ENTROPY: Final = Loss(
    name="binary_cross_entropy",
    aliases=(
        "bce",
        "bce_with_logits",
        "BCEWithLogitsLoss",
        "binary_cross_entropy_with_logits",
        "logistic",
        "log_loss",
        "multilabel",
    ),
    title="binary cross-entropy",
    summary="Charges the surprise, in nats, of each true yes or no under the probability that the logit gives it.",
    formula="-[w y log p + (1 - y) log(1 - p)], p = 1 / (1 + exp(-z))",
    latex=r"L = -\left[w\,y \log p + (1-y) \log(1-p)\right],\quad p = \frac{1}{1+e^{-z}}",
    arguments=(
        Argument(name="logits", shapes=("(n,)", "(n, k)"), meaning="z, log-odds of yes"),
        Argument(
            name="targets",
            shapes=("(n,)", "(n, k)"),
            values="zero or one",
            meaning="y, 0 or 1",
            differentiable=False,
        ),
    ),
    options=(
        Option(name="pos_weight", meaning="w, weight of the positives, one or (k,); negatives / positives balances"),
        REDUCTION,
    ),
    result="(), at least 0, best 0, in nats; log 2 = 0.693 is guessing",
    reference=binary_cross_entropy_reference,
    fast=binary_cross_entropy,
    convex=True,
    symmetric=False,
    scale_invariant=False,
    gradient_bound=1.0,
    curves=(Curve(label="y = 1", target=1.0), Curve(label="y = 0", target=0.0)),
    shown=(-5.0, 5.0),
    when="Yes or no, and several labels of which any number may hold: one logit each.",
    when_not="When exactly one of k classes holds: take cross-entropy, whose probabilities sum to 1.",
    mistakes=(
        "A sigmoid as last layer: this loss applies it itself, and two of them flatten the gradient.",
        "Mixing it up with torch.nn.functional.binary_cross_entropy, which takes probabilities, as "
        "keras.losses.BinaryCrossentropy does unless from_logits=True.",
        "Reading probabilities off a network trained with pos_weight: they are shifted towards the positives.",
    ),
    source="D. R. Cox, The regression analysis of binary sequences, 1958. From logits, natural logarithm, mean over "
    "examples and labels, pos_weight as in torch.nn.BCEWithLogitsLoss.",
)
