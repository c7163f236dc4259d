"""The log-cosh loss: half the squared error near the target, absolute error far away, smooth to every order."""

from __future__ import annotations

import math
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

if TYPE_CHECKING:
    from torch import Tensor


def log_cosh_reference(logits: Floats, targets: Floats, reduction: Reduction = "mean") -> ValueAndGradient:
    """Return the log-cosh loss and its gradient.

    **Formula** with d = z - y: L = log(cosh d) = |d| + log(1 + exp(-2 |d|)) - log 2; dL/dz = tanh d.

    Args:
        logits: z, predictions, (n,) or (n, t).
        targets: y, of the same shape, any numbers.
        reduction: mean, sum or none.

    Returns:
        The loss, at least 0, best 0; and its gradient, between -1 and 1.

    Raises:
        ShapeError: the shapes differ.
        RangeError: there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> value, gradient = log_cosh_reference(np.array([0.0, 100.0]), np.zeros(2), reduction="none")
        >>> value.round(4), gradient
        (array([ 0.    , 99.3069]), array([0., 1.]))
    """
    check_same_shape("log_cosh", logits, targets)
    d = logits - targets
    L = np.abs(d) + np.log1p(np.exp(-2 * np.abs(d))) - np.log(2)  # cosh itself overflows from 711 on
    dL_dz = np.tanh(d)
    return reduced(L, dL_dz, reduction)


def log_cosh(logits: Tensor, targets: Tensor, reduction: Reduction = "mean") -> Tensor:
    """Return the log-cosh loss; see `log_cosh_reference`.

    Raises:
        ShapeError: the shapes differ.
        RangeError: there is nothing to take the mean of.
    """
    from torch.nn import functional

    check_same_shape("log_cosh", logits, targets)
    d = logits - targets
    # d + log(1 + exp(-2 d)) - log 2; log-sigmoid overflows on neither side
    return reduced_tensor(d - functional.logsigmoid(2 * d) - math.log(2), reduction)


LOG_COSH: Final = Loss(
    name="log_cosh",
    aliases=(
        "LogCosh",
        "logcosh",
    ),
    title="log-cosh loss",
    summary="Half the squared error near the target and absolute error far away, with no seam between the two.",
    formula="log(cosh(z - y))",
    latex=r"L = \log\left(\cosh(z - y)\right)",
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
    result="(), at least 0, best 0",
    reference=log_cosh_reference,
    fast=log_cosh,
    convex=True,
    symmetric=True,
    scale_invariant=False,
    gradient_bound=1.0,
    curves=(Curve(label="y = 0", target=0.0),),
    when="Numbers with outliers where second derivatives are used, as boosting does: it has one everywhere.",
    when_not="When the place of the seam matters: it is fixed near 1 in units of y. Take Huber's loss and choose "
    "delta.",
    mistakes=(
        "Leaving targets in the thousands: it is then absolute error; standardise them first.",
        "Writing log(cosh(d)) as it stands: cosh overflows from 711 on, in float32 from 90 on.",
    ),
    source="P. J. Green, Bayesian reconstructions from emission tomography data, 1990 (as a penalty). As "
    "keras.losses.LogCosh, scale 1.",
)
