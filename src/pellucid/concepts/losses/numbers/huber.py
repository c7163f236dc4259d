"""Huber's loss: squared near the target, linear beyond delta, so that one outlier pulls no harder than delta."""

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

DELTA: Final = 1.0  # in units of the target: one standard deviation where targets are standardised


def huber_reference(
    logits: Floats, targets: Floats, delta: float = DELTA, reduction: Reduction = "mean"
) -> ValueAndGradient:
    """Return the Huber loss and its gradient.

    **Formula** with d = z - y: L = d²/2 where |d| <= delta, else delta (|d| - delta/2);
    dL/dz = d where |d| <= delta, else delta sign(d).

    Args:
        logits: z, predictions, (n,) or (n, t).
        targets: y, of the same shape, any numbers.
        delta: where the parabola turns into a line, above 0, in units of y.
        reduction: mean, sum or none.

    Returns:
        The loss in squared units of y, at least 0, best 0; and its gradient, of the shape of the logits.

    Raises:
        ShapeError: the shapes differ.
        RangeError: delta is not above 0, or there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> huber_reference(np.array([0.5, 3.0]), np.zeros(2))
        (1.3125, array([0.25, 0.5 ]))
    """
    check_same_shape("huber", logits, targets)
    check_positive("huber", "delta", delta)
    d = logits - targets
    L = np.where(np.abs(d) <= delta, d**2 / 2, delta * (np.abs(d) - delta / 2))
    dL_dz = np.where(np.abs(d) <= delta, d, delta * np.sign(d))
    return reduced(L, dL_dz, reduction)


def huber(logits: Tensor, targets: Tensor, delta: float = DELTA, reduction: Reduction = "mean") -> Tensor:
    """Return the Huber loss; see `huber_reference`.

    Raises:
        ShapeError: the shapes differ.
        RangeError: there is nothing to take the mean of.
    """
    from torch.nn import functional

    check_same_shape("huber", logits, targets)
    check_reduction(logits.numel(), reduction)
    return functional.huber_loss(logits, targets, delta=delta, reduction=reduction)


HUBER: Final = Loss(
    name="huber",
    aliases=("huber_loss", "HuberLoss"),
    title="Huber loss",
    summary="Squared near the target and linear beyond delta, so that one outlier pulls no harder than delta.",
    formula="(z - y)^2 / 2 if |z - y| <= delta, else delta (|z - y| - delta / 2)",
    latex=r"L = \begin{cases} \frac{1}{2} (z-y)^2 & |z-y| \le \delta \\"
    r" \delta(|z-y| - \frac{\delta}{2}) & \text{otherwise} \end{cases}",
    arguments=(
        Argument(name="logits", shapes=("(n,)", "(n, t)"), meaning="z, the predictions"),
        Argument(name="targets", shapes=("(n,)", "(n, t)"), meaning="y, any numbers", differentiable=False),
    ),
    options=(Option(name="delta", meaning="where the parabola turns into a line, in units of y", low=1e-3), REDUCTION),
    result="(), at least 0, best 0, in squared units of y",
    reference=huber_reference,
    fast=huber,
    convex=True,
    symmetric=True,
    scale_invariant=False,
    gradient_bound=DELTA,
    curves=(Curve(label="y = 0", target=0.0),),
    when="Numbers with some outliers: as smooth as squared error near the target, as calm as absolute error far away.",
    when_not="When the mean itself is wanted (squared error) or the median (absolute error): Huber gives neither.",
    mistakes=("Leaving delta at 1 while the targets are in the thousands: it is then absolute error in disguise.",),
    source="P. J. Huber, Robust estimation of a location parameter, 1964. As torch.nn.HuberLoss and "
    "keras.losses.Huber; with delta = 1 it equals smooth L1.",
)
