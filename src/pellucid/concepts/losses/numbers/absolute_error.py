"""Absolute error: the negative log-likelihood of a Laplace distribution; its best constant is the median."""

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

if TYPE_CHECKING:
    from torch import Tensor


def absolute_error_reference(logits: Floats, targets: Floats, reduction: Reduction = "mean") -> ValueAndGradient:
    """Return the absolute error and its gradient.

    **Formula** L = |z - y|; dL/dz = sign(z - y) (at the kink z = y the sub-gradient 0).

    Args:
        logits: z, predictions, (n,) or (n, t).
        targets: y, of the same shape, any numbers.
        reduction: mean, sum or none.

    Returns:
        The loss in the units of y, at least 0, best 0; and its gradient, of the shape of the logits.

    Raises:
        ShapeError: the shapes differ.
        RangeError: there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> absolute_error_reference(np.ones(2), np.full(2, 3.0))
        (2.0, array([-0.5, -0.5]))
    """
    check_same_shape("absolute_error", logits, targets)
    z, y = logits, targets
    L = np.abs(z - y)
    dL_dz = np.sign(z - y)
    return reduced(L, dL_dz, reduction)


def absolute_error(logits: Tensor, targets: Tensor, reduction: Reduction = "mean") -> Tensor:
    """Return the absolute error; see `absolute_error_reference`.

    Raises:
        ShapeError: the shapes differ.
        RangeError: there is nothing to take the mean of.
    """
    from torch.nn import functional

    check_same_shape("absolute_error", logits, targets)
    check_reduction(logits.numel(), reduction)
    return functional.l1_loss(logits, targets, reduction=reduction)


ABSOLUTE_ERROR: Final = Loss(
    name="absolute_error",
    aliases=("absolute", "mae", "l1", "mean_absolute_error", "MeanAbsoluteError", "L1Loss", "l1_loss"),
    title="absolute error",
    summary="Charges the size of every error: twice as far costs twice as much, and the best constant is the median.",
    formula="|z - y|",
    latex=r"L = \left|z - y\right|",
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
    result="(), at least 0, best 0, in the units of y",
    reference=absolute_error_reference,
    fast=absolute_error,
    convex=True,
    symmetric=True,
    scale_invariant=False,
    gradient_bound=1.0,
    curves=(Curve(label="y = 0", target=0.0),),
    when="Numbers with gross outliers, or when the typical (median) value is wanted rather than the mean.",
    when_not="When the mean is wanted, as for totals: take squared error. For calm last steps take Huber's loss.",
    mistakes=(
        "Expecting it to settle: the gradient has the same size near the optimum as far from it, so that the "
        "learning rate must fall.",
        "Using it on skewed amounts that will be added up: medians do not add up to the total.",
    ),
    source="R. J. Boscovich, 1757; P. S. Laplace, 1774. The sub-gradient 0 is taken where z = y.",
)
