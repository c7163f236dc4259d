"""Focal loss: binary cross-entropy that turns away from what is already known."""

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
    check_same_shape,
    reduced,
    reduced_tensor,
)
from pellucid.concepts.losses.values import check_shares

if TYPE_CHECKING:
    from torch import Tensor

GAMMA: Final = 2.0  # best in the paper, table 1b
ALPHA: Final = 0.25  # best beside gamma = 2: less than 1/2, as the focus alone already favours the rare class


def focal_reference(
    logits: Floats, targets: Floats, gamma: float = GAMMA, alpha: float = ALPHA, reduction: Reduction = "mean"
) -> ValueAndGradient:
    """Return the focal loss and its gradient.

    **Formula** with s = 2 y - 1, p = 1 / (1 + exp(-s z)) the probability of the truth, a = alpha where y = 1, else
    1 - alpha: L = -a (1 - p)^gamma log p; dL/dz = s a (1 - p)^gamma (gamma p log p - (1 - p)).

    Args:
        logits: z, (n,) or (n, k), any numbers.
        targets: y, of the same shape, 0 or 1.
        gamma: at least 0; 0 is binary cross-entropy, weighted.
        alpha: weight of the positives, 0…1.
        reduction: mean, sum or none.

    Returns:
        The loss, at least 0, best 0; and its gradient, of the shape of the logits.

    Raises:
        ShapeError: the shapes differ.
        RangeError: a target is neither 0 nor 1, or there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> value, _ = focal_reference(np.array([0.0, 1.0]), np.ones(2), reduction="none")
        >>> value.round(6)
        array([0.043322, 0.005665])
    """
    check_same_shape("focal", logits, targets)
    check_shares("focal", targets, between=False)
    z, y = logits, targets
    s = 2 * y - 1
    log_p = -np.logaddexp(0, -s * z)
    log_not_p = -np.logaddexp(0, s * z)
    p, not_p = np.exp(log_p), np.exp(log_not_p)
    a = np.where(y == 1, alpha, 1 - alpha)
    L = -a * not_p**gamma * log_p
    dL_dz = s * a * not_p**gamma * (gamma * p * log_p - not_p)
    return reduced(L, dL_dz, reduction)


def focal(
    logits: Tensor, targets: Tensor, gamma: float = GAMMA, alpha: float = ALPHA, reduction: Reduction = "mean"
) -> Tensor:
    """Return the focal loss; see `focal_reference`.

    Raises:
        ShapeError: the shapes differ.
        RangeError: there is nothing to take the mean of.
    """
    from torch.nn import functional

    check_same_shape("focal", logits, targets)
    signed = (2 * targets - 1) * logits
    # (1 - p)^gamma as an exponential: as a power, its gradient at 1 - p = 0 is nan for gamma < 1
    focus = (gamma * functional.logsigmoid(-signed)).exp()
    weights = alpha * targets + (1 - alpha) * (1 - targets)
    return reduced_tensor(-weights * focus * functional.logsigmoid(signed), reduction)


FOCAL: Final = Loss(
    name="focal",
    aliases=("focal_loss", "BinaryFocalCrossentropy", "sigmoid_focal_loss"),
    title="focal loss",
    summary="Binary cross-entropy times (1 - p)^gamma: examples that are already well known hardly count any more.",
    formula="-a (1 - p)^gamma log p, p = 1 / (1 + exp(-(2 y - 1) z)), a = alpha if y = 1, else 1 - alpha",
    latex=r"L = -a\,(1-p)^{\gamma} \log p,\quad p = \frac{1}{1+e^{-(2y-1)z}},\quad "
    r"a = \begin{cases} \alpha & y = 1 \\ 1-\alpha & y = 0 \end{cases}",
    arguments=(
        Argument(name="logits", shapes=("(n,)", "(n, k)"), meaning="z, log-odds of yes"),
        Argument(
            name="targets", shapes=("(n,)", "(n, k)"), values="zero or one", meaning="y, 0 or 1", differentiable=False
        ),
    ),
    options=(
        Option(name="gamma", meaning="how much easy examples are turned down; 0 not at all", low=0),
        Option(name="alpha", meaning="weight of the positives; that of the negatives is 1 - alpha", low=0, high=1),
        REDUCTION,
    ),
    result="(), at least 0, best 0",
    reference=focal_reference,
    fast=focal,
    convex=False,
    symmetric=False,
    scale_invariant=False,
    gradient_bound=0.846738,  # at z = 2.79, y = 0, found numerically
    curves=(Curve(label="y = 1", target=1.0), Curve(label="y = 0", target=0.0)),
    shown=(-5.0, 5.0),
    when="Very many easy negatives that together would drown the few hard examples: detection of objects in pictures.",
    when_not="When probabilities must be calibrated, or classes are merely unequal: take binary cross-entropy with "
    "pos_weight.",
    mistakes=(
        "Turning alpha up for the rare class as if it were pos_weight: with gamma = 2 the paper's best is 0.25.",
        "Noisy labels: the wrong ones are the hard ones, and all that is left counts for them.",
        "Starting with a bias of 0: set it to the log-odds of the rare class, or the first steps are all negatives.",
    ),
    source="T.-Y. Lin, P. Goyal, R. Girshick, K. He & P. Dollár, Focal loss for dense object detection, 2017. Binary, "
    "alpha-balanced, from logits, as torchvision.ops.sigmoid_focal_loss, but with the mean as default; "
    "keras.losses.BinaryFocalCrossentropy leaves alpha out unless apply_class_balancing=True.",
)
