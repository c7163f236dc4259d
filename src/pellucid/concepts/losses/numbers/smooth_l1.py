"""Smooth L1: Huber's loss divided by its threshold, so that the far slope is always 1."""

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
from pellucid.concepts.losses.values import check_positive

if TYPE_CHECKING:
    from torch import Tensor

BETA: Final = 1.0  # torch's own default, in units of the target


def smooth_l1_reference(
    logits: Floats, targets: Floats, beta: float = BETA, reduction: Reduction = "mean"
) -> ValueAndGradient:
    """Return the smooth L1 loss and its gradient.

    **Formula** with d = z - y: L = d²/(2 beta) where |d| < beta, else |d| - beta/2;
    dL/dz = d / beta where |d| < beta, else sign(d).

    Args:
        logits: z, predictions, (n,) or (n, t).
        targets: y, of the same shape, any numbers.
        beta: where the parabola turns into a line, above 0, in units of y.
        reduction: mean, sum or none.

    Returns:
        The loss in the units of y, at least 0, best 0; and its gradient, between -1 and 1.

    Raises:
        ShapeError: the shapes differ.
        RangeError: beta is not above 0, or there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> smooth_l1_reference(np.array([0.5, 3.0]), np.zeros(2), beta=2.0)
        (1.03125, array([0.125, 0.5  ]))
    """
    check_same_shape("smooth_l1", logits, targets)
    check_positive("smooth_l1", "beta", beta)
    d = logits - targets
    L = np.where(np.abs(d) < beta, d**2 / (2 * beta), np.abs(d) - beta / 2)
    dL_dz = np.where(np.abs(d) < beta, d / beta, np.sign(d))
    return reduced(L, dL_dz, reduction)


def smooth_l1(logits: Tensor, targets: Tensor, beta: float = BETA, reduction: Reduction = "mean") -> Tensor:
    """Return the smooth L1 loss; see `smooth_l1_reference`.

    Raises:
        ShapeError: the shapes differ.
        RangeError: there is nothing to take the mean of.
    """
    from torch.nn import functional

    check_same_shape("smooth_l1", logits, targets)
    check_reduction(logits.numel(), reduction)
    return functional.smooth_l1_loss(logits, targets, beta=beta, reduction=reduction)


SMOOTH_L1: Final = Loss(
    name="smooth_l1",
    aliases=(
        "SmoothL1Loss",
        "smooth_l1_loss",
    ),
    title="smooth L1 loss",
    summary="Absolute error with its kink rounded off within beta: far away its slope is always 1.",
    formula="d^2 / (2 beta) if |d| < beta, else |d| - beta / 2, with d = z - y",
    latex=r"L = \begin{cases} \frac{d^2}{2\beta} & |d| < \beta \\ |d| - \frac{\beta}{2} & |d| \ge \beta "
    r"\end{cases},\quad d = z - y",
    arguments=(
        Argument(name="logits", shapes=("(n,)", "(n, t)"), meaning="z, the predictions"),
        Argument(
            name="targets",
            shapes=("(n,)", "(n, t)"),
            meaning="y, any numbers",
            differentiable=False,
        ),
    ),
    options=(
        Option(name="beta", meaning="where the parabola turns into a line, in units of y", low=1e-3),
        REDUCTION,
    ),
    result="(), at least 0, best 0, in the units of y",
    reference=smooth_l1_reference,
    fast=smooth_l1,
    convex=True,
    symmetric=True,
    scale_invariant=False,
    gradient_bound=1.0,
    curves=(Curve(label="y = 0", target=0.0),),
    when="Corners of boxes and other numbers with outliers, where absolute error is wanted with a calm end.",
    when_not="When beta should set how hard outliers pull: here they always pull with 1. Take Huber's loss.",
    mistakes=(
        "Taking it for Huber's loss at beta other than 1: smooth L1 is Huber divided by beta, so the learning rate "
        "differs.",
        "A beta far above the errors: it is then squared error divided by 2 beta, and outliers pull again.",
    ),
    source="R. Girshick, Fast R-CNN, 2015. As torch.nn.SmoothL1Loss; huber(delta) = delta * smooth_l1(beta=delta).",
)
