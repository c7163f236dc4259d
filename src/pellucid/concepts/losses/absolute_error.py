"""Absolute error: the negative log-likelihood of a Laplace distribution; its best constant is the median."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from torch.nn import functional

from pellucid.concepts.losses.loss import Floats, Loss, ValueAndGradient, check_same_shape

if TYPE_CHECKING:
    from torch import Tensor


def absolute_error_reference(logits: Floats, targets: Floats) -> ValueAndGradient:
    """Return the mean absolute error and its gradient.

    **Formula** L = mean |z - y|; dL/dz = sign(z - y) / N over the N elements, 0 where z = y.

    Args:
        logits: z, predictions, (n,) or (n, t).
        targets: y, of the same shape, any numbers.

    Returns:
        The loss in the units of y, at least 0, best 0; and its gradient, of the shape of the logits.

    Raises:
        ShapeError: the shapes differ.

    Example:
        >>> import numpy as np
        >>> absolute_error_reference(np.ones(2), np.full(2, 3.0))
        (2.0, array([-0.5, -0.5]))
    """
    check_same_shape("absolute_error", logits, targets)
    z, y = logits, targets
    N = z.size
    value = np.abs(z - y).sum() / N
    gradient = np.sign(z - y) / N
    return float(value), gradient


def absolute_error(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the mean absolute error; see `absolute_error_reference`.

    Raises:
        ShapeError: the shapes differ.
    """
    check_same_shape("absolute_error", logits, targets)
    return functional.l1_loss(logits, targets)


ABSOLUTE_ERROR: Final = Loss(
    name="absolute_error",
    aliases=("absolute", "mae", "l1", "mean_absolute_error"),
    title="absolute error",
    formula="|z - y|",
    latex=r"\lvert z - y \rvert",
    logits="(n,) or (n, t)",
    targets="the shape of the logits, any numbers",
    target_values="numbers",
    convex=True,
    reference=absolute_error_reference,
    fast=absolute_error,
    when="Numbers with gross outliers, or when the typical (median) value is wanted rather than the mean.",
    mistake="Expecting it to settle: the gradient has the same size near the optimum as far from it, so that the "
    "learning rate must fall.",
    source="R. J. Boscovich, 1757; P. S. Laplace, 1774. The subgradient 0 is taken where z = y.",
)
