"""Squared error: the negative log-likelihood of a normal distribution with constant variance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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

if TYPE_CHECKING:
    from torch import Tensor


def squared_error_reference(logits: Floats, targets: Floats, reduction: Reduction = "mean") -> ValueAndGradient:
    """Return the squared error and its gradient.

    **Formula** L = (z - y)²; dL/dz = 2 (z - y).

    Args:
        logits: z, predictions, (n,) or (n, t).
        targets: y, of the same shape, any numbers.
        reduction: mean, sum or none.

    Returns:
        The loss in squared units of y, at least 0, best 0; and its gradient, of the shape of the logits.

    Raises:
        ShapeError: the shapes differ.
        RangeError: there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> squared_error_reference(np.ones(2), np.full(2, 3.0))
        (4.0, array([-2., -2.]))
    """
    check_same_shape("squared_error", logits, targets)
    z, y = logits, targets
    L = (z - y) ** 2
    dL_dz = 2 * (z - y)
    return reduced(L, dL_dz, reduction)


def squared_error(logits: Tensor, targets: Tensor, reduction: Reduction = "mean") -> Tensor:
    """Return the squared error; see `squared_error_reference`.

    Raises:
        ShapeError: the shapes differ.
        RangeError: there is nothing to take the mean of.
    """
    from torch.nn import functional

    check_same_shape("squared_error", logits, targets)
    check_reduction(logits.numel(), reduction)
    return functional.mse_loss(logits, targets, reduction=reduction)


SQUARED_ERROR: Final = Loss(
    name="squared_error",
    aliases=("squared", "mse", "l2", "mean_squared_error", "MeanSquaredError", "MSELoss", "mse_loss"),
    title="squared error",
    summary="Charges the square of every error: twice as far costs four times as much.",
    formula="(z - y)^2",
    latex=r"L = (z - y)^2",
    arguments=(
        Argument(name="logits", shapes=("(n,)", "(n, t)"), meaning="z, the predictions"),
        Argument(
            name="targets",
            shapes=("(n,)", "(n, t)"),
            meaning="y, any numbers",
            differentiable=False,
        ),
    ),
    options=(REDUCTION,),
    result="(), at least 0, best 0, in squared units of y",
    reference=squared_error_reference,
    fast=squared_error,
    convex=True,
    symmetric=True,
    scale_invariant=False,
    gradient_bound=None,
    curves=(Curve(label="y = 0", target=0.0),),
    when="Numbers whose mean is wanted: it is the best prediction. The default for regression.",
    when_not="When a few targets are far off and should not pull the rest: take Huber's loss or absolute error.",
    mistakes=(
        "Leaving targets in large units: the gradient grows with them. Standardise the targets first.",
        "Predictions (n, 1) against targets (n,): plain PyTorch makes n x n differences of them and only warns.",
    ),
    source="A. M. Legendre, 1805; C. F. Gauss, 1809. Without the factor 1/2 that some texts put in front.",
)
