"""Binary cross-entropy from probabilities: for networks that end in a sigmoid and cannot be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Argument, Floats
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
from pellucid.foundation.errors import RangeError

if TYPE_CHECKING:
    from torch import Tensor

LEAST_LOG: Final = -100.0  # torch's own: the loss stays finite where p is exactly 0 or 1
LEAST_VARIANCE: Final = 1e-12  # torch's own: so does the gradient


def bce_of_probabilities_reference(
    probabilities: Floats, targets: Floats, reduction: Reduction = "mean"
) -> ValueAndGradient:
    """Return the binary cross-entropy of probabilities and its gradient.

    **Formula** L = -[y max(log p, -100) + (1 - y) max(log(1 - p), -100)];
    dL/dp = (p - y) / max(p (1 - p), 1e-12). Both bounds are torch's: an impossible event costs 100, not infinity.

    Args:
        probabilities: p, (n,) or (n, k), from 0 to 1.
        targets: y, of the same shape, 0 or 1.
        reduction: mean, sum or none.

    Returns:
        The loss in nats, 0…100, best 0; log 2 = 0.693 is guessing. And its gradient.

    Raises:
        ShapeError: the shapes differ.
        RangeError: a probability or a target lies outside [0, 1], or there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> value, gradient = bce_of_probabilities_reference(np.array([0.5, 0.0]), np.ones(2), reduction="none")
        >>> value.round(4), gradient
        (array([  0.6931, 100.    ]), array([-2.e+00, -1.e+12]))
    """
    check_same_shape("bce_of_probabilities", probabilities, targets)
    check_shares("bce_of_probabilities", targets)
    _check_range(probabilities)
    p, y = probabilities, targets
    with np.errstate(divide="ignore"):  # log 0 = -inf is what the bound is for
        log_p, log_not_p = np.maximum(np.log(p), LEAST_LOG), np.maximum(np.log1p(-p), LEAST_LOG)
    L = -(y * log_p + (1 - y) * log_not_p)
    dL_dp = (p - y) / np.maximum(p * (1 - p), LEAST_VARIANCE)
    return reduced(L, dL_dp, reduction)


def bce_of_probabilities(probabilities: Tensor, targets: Tensor, reduction: Reduction = "mean") -> Tensor:
    """Return the binary cross-entropy of probabilities; see `bce_of_probabilities_reference`.

    Raises:
        ShapeError: the shapes differ.
        RangeError: a probability lies outside [0, 1], or there is nothing to take the mean of.
    """
    from torch.nn import functional

    check_same_shape("bce_of_probabilities", probabilities, targets)
    _check_range(probabilities)
    check_reduction(probabilities.numel(), reduction)
    return functional.binary_cross_entropy(probabilities, targets, reduction=reduction)


def _check_range(probabilities: Floats | Tensor) -> None:
    """Refuse what is no probability; not a number is none either."""
    outside = ~((probabilities >= 0) & (probabilities <= 1))
    if outside.any():
        raise RangeError(
            f"bce_of_probabilities expected probabilities from 0 to 1, got {probabilities[outside][0].item():g}: "
            "put a sigmoid before it, or give the logits to binary_cross_entropy"
        )


BCE_OF_PROBABILITIES: Final = Loss(
    name="bce_of_probabilities",
    aliases=("BCELoss", "bce_loss", "bce_from_probabilities"),
    title="binary cross-entropy of probabilities",
    summary="Charges the surprise, in nats, of each true yes or no under the probability that was given to it.",
    formula="-[y max(log p, -100) + (1 - y) max(log(1 - p), -100)]",
    latex=r"L = -\left[y \max(\log p, -100) + (1-y) \max(\log(1-p), -100)\right]",
    arguments=(
        Argument(name="probabilities", shapes=("(n,)", "(n, k)"), values="probabilities", meaning="p, of yes"),
        Argument(
            name="targets", shapes=("(n,)", "(n, k)"), values="zero or one", meaning="y, 0 or 1", differentiable=False
        ),
    ),
    options=(REDUCTION,),
    result="(), 0 to 100, best 0, in nats; log 2 = 0.693 is guessing",
    reference=bce_of_probabilities_reference,
    fast=bce_of_probabilities,
    convex=True,
    symmetric=False,
    scale_invariant=False,
    gradient_bound=None,
    curves=(Curve(label="y = 1", target=1.0), Curve(label="y = 0", target=0.0)),
    shown=(0.02, 0.98),
    when="Networks that end in a sigmoid and cannot be changed, and probabilities that come from elsewhere.",
    when_not="From logits: take binary cross-entropy, which loses no digits where the sigmoid is 0 or 1.",
    mistakes=(
        "Giving it logits: values outside [0, 1] are refused here, but logits that happen to lie inside are not.",
        "In float32 a sigmoid is exactly 1 from z = 17 on: a sure mistake then costs 100 whatever z is, and the "
        "gradient through the sigmoid is 0.",
    ),
    source="D. R. Cox, The regression analysis of binary sequences, 1958. Logarithms bounded at -100 and the "
    "gradient's denominator at 1e-12, as torch.nn.BCELoss and torch.nn.functional.binary_cross_entropy; "
    "keras.losses.BinaryCrossentropy clips p at 1e-7 instead.",
)
