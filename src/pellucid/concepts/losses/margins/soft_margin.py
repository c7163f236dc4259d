"""The soft margin loss: binary cross-entropy for classes -1 and 1; never quite zero."""

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
    check_same_shape,
    reduced,
    reduced_tensor,
)
from pellucid.concepts.losses.values import check_signs

if TYPE_CHECKING:
    from torch import Tensor


def soft_margin_reference(logits: Floats, targets: Floats, reduction: Reduction = "mean") -> ValueAndGradient:
    """Return the soft margin loss and its gradient.

    **Formula** L = log(1 + exp(-y z)); dL/dz = -y / (1 + exp(y z)).

    Args:
        logits: z, scores, (n,) or (n, t).
        targets: y, of the same shape, -1 or 1.
        reduction: mean, sum or none.

    Returns:
        The loss in nats, above 0, best towards 0; log 2 = 0.693 is guessing. And its gradient.

    Raises:
        ShapeError: the shapes differ.
        RangeError: a target is neither -1 nor 1, or there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> value, gradient = soft_margin_reference(np.array([0.0, 0.3]), np.array([1.0, -1.0]), reduction="none")
        >>> value.round(4), gradient.round(4)
        (array([0.6931, 0.8544]), array([-0.5   ,  0.5744]))
    """
    check_same_shape("soft_margin", logits, targets)
    check_signs("soft_margin", targets)
    z, y = logits, targets
    L = np.logaddexp(0, -y * z)  # log(exp(0) + exp(-y z)), which cannot overflow
    dL_dz = -y * np.exp(-np.logaddexp(0, y * z))
    return reduced(L, dL_dz, reduction)


def soft_margin(logits: Tensor, targets: Tensor, reduction: Reduction = "mean") -> Tensor:
    """Return the soft margin loss; see `soft_margin_reference`.

    Raises:
        ShapeError: the shapes differ.
        RangeError: there is nothing to take the mean of.
    """
    from torch.nn import functional

    check_same_shape("soft_margin", logits, targets)
    # functional.soft_margin_loss overflows to infinity from y z = -710 on, float32 from -89 on
    return reduced_tensor(-functional.logsigmoid(targets * logits), reduction)


SOFT_MARGIN: Final = Loss(
    name="soft_margin",
    aliases=(
        "SoftMarginLoss",
        "soft_margin_loss",
        "logistic_margin",
    ),
    title="soft margin loss",
    summary="A smooth hinge: linear far on the wrong side, and ever smaller, but never 0, on the right one.",
    formula="log(1 + exp(-y z))",
    latex=r"L = \log\left(1 + e^{-y z}\right)",
    arguments=(
        Argument(name="logits", shapes=("(n,)", "(n, t)"), meaning="z, the scores"),
        Argument(
            name="targets",
            shapes=("(n,)", "(n, t)"),
            values="minus or plus one",
            meaning="y, -1 or 1",
            differentiable=False,
        ),
    ),
    options=(REDUCTION,),
    result="(), above 0, best towards 0, in nats",
    reference=soft_margin_reference,
    fast=soft_margin,
    convex=True,
    symmetric=False,
    scale_invariant=False,
    gradient_bound=1.0,
    curves=(
        Curve(label="y = 1", target=1.0),
        Curve(label="y = -1", target=-1.0),
    ),
    shown=(-5.0, 5.0),
    when="Two classes written -1 and 1 where probabilities are wanted: 1 / (1 + exp(-z)) is the probability of 1.",
    when_not="With targets 0 and 1: take binary cross-entropy, which is the same loss for that way of writing.",
    mistakes=(
        "Targets of 0 and 1: the zeros cost log 2 whatever the score is, and teach nothing. "
        "The NumPy form refuses them.",
        "Waiting for 0: on separable data it falls for ever while the weights grow; stop early or add a penalty.",
    ),
    source="J. Friedman, T. Hastie & R. Tibshirani, Additive logistic regression, 2000. Element by element, as "
    "torch.nn.SoftMarginLoss.",
)
