"""Huber's loss: squared near the target, linear beyond delta, so that one outlier pulls no harder than delta."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from torch.nn import functional

from pellucid.concepts.losses.loss import Floats, Loss, ValueAndGradient, check_same_shape

if TYPE_CHECKING:
    from torch import Tensor

DELTA: Final = 1.0  # in units of the target: one standard deviation where targets are standardised


def huber_reference(logits: Floats, targets: Floats, delta: float = DELTA) -> ValueAndGradient:
    """Return the mean Huber loss and its gradient.

    **Formula** with d = z - y: L = mean of d²/2 where |d| <= delta, else delta (|d| - delta/2);
    dL/dz = d / N where |d| <= delta, else delta sign(d) / N, over the N elements.

    Args:
        logits: z, predictions, (n,) or (n, t).
        targets: y, of the same shape, any numbers.
        delta: where the parabola turns into a line, above 0, in units of y.

    Returns:
        The loss, at least 0, best 0; and its gradient, of the shape of the logits.

    Raises:
        ShapeError: the shapes differ.

    Example:
        >>> import numpy as np
        >>> huber_reference(np.array([0.5, 3.0]), np.zeros(2))
        (1.3125, array([0.25, 0.5 ]))
    """
    check_same_shape("huber", logits, targets)
    d = logits - targets
    N = d.size
    value = np.where(np.abs(d) <= delta, d**2 / 2, delta * (np.abs(d) - delta / 2)).sum() / N
    gradient = np.where(np.abs(d) <= delta, d, delta * np.sign(d)) / N
    return float(value), gradient


def huber(logits: Tensor, targets: Tensor, delta: float = DELTA) -> Tensor:
    """Return the mean Huber loss; see `huber_reference`.

    Raises:
        ShapeError: the shapes differ.
    """
    check_same_shape("huber", logits, targets)
    return functional.huber_loss(logits, targets, delta=delta)


HUBER: Final = Loss(
    name="huber",
    aliases=("smooth_l1", "huber_loss"),
    title="Huber loss",
    formula="(z - y)^2 / 2 if |z - y| <= delta, else delta (|z - y| - delta / 2)",
    latex=r"\begin{cases} \tfrac12 (z-y)^2 & \lvert z-y \rvert \le \delta \\"
    r" \delta(\lvert z-y \rvert - \tfrac{\delta}{2}) & \text{otherwise} \end{cases}",
    logits="(n,) or (n, t)",
    targets="the shape of the logits, any numbers",
    target_values="numbers",
    convex=True,
    reference=huber_reference,
    fast=huber,
    when="Numbers with some outliers: as smooth as squared error near the target, as calm as absolute error far away.",
    mistake="Leaving delta at 1 while the targets are in the thousands: it is then absolute error in disguise.",
    source="P. J. Huber, Robust estimation of a location parameter, 1964. With delta = 1 it equals smooth L1.",
)
