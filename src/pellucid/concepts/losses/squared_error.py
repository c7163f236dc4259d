"""Squared error: the negative log-likelihood of a normal distribution with constant variance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from torch.nn import functional

from pellucid.concepts.losses.loss import Floats, Loss, ValueAndGradient, check_same_shape

if TYPE_CHECKING:
    from torch import Tensor


def squared_error_reference(logits: Floats, targets: Floats) -> ValueAndGradient:
    """Return the mean squared error and its gradient.

    **Formula** L = mean (z - y)²; dL/dz = 2 (z - y) / N over the N elements.

    Args:
        logits: z, predictions, (n,) or (n, t).
        targets: y, of the same shape, any numbers.

    Returns:
        The loss in squared units of y, at least 0, best 0; and its gradient, of the shape of the logits.

    Raises:
        ShapeError: the shapes differ.

    Example:
        >>> import numpy as np
        >>> squared_error_reference(np.ones(2), np.full(2, 3.0))
        (4.0, array([-2., -2.]))
    """
    check_same_shape("squared_error", logits, targets)
    z, y = logits, targets
    N = z.size
    value = ((z - y) ** 2).sum() / N
    gradient = 2 * (z - y) / N
    return float(value), gradient


def squared_error(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the mean squared error; see `squared_error_reference`.

    Raises:
        ShapeError: the shapes differ.
    """
    check_same_shape("squared_error", logits, targets)
    return functional.mse_loss(logits, targets)


SQUARED_ERROR: Final = Loss(
    name="squared_error",
    aliases=("squared", "mse", "l2", "mean_squared_error"),
    title="squared error",
    formula="(z - y)^2",
    latex=r"(z - y)^2",
    logits="(n,) or (n, t)",
    targets="the shape of the logits, any numbers",
    target_values="numbers",
    convex=True,
    reference=squared_error_reference,
    fast=squared_error,
    when="Numbers whose errors are about symmetric: the prediction is then the mean. The default for regression.",
    mistake="Leaving targets in large units: the gradient grows with them. Standardise the targets first.",
    source="A. M. Legendre, 1805; C. F. Gauss, 1809. Without the factor 1/2 that some texts put in front.",
)
