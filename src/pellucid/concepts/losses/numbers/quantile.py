"""The quantile (pinball) loss: too high and too low cost differently, so that the best constant is a quantile."""

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
from pellucid.foundation.errors import RangeError

if TYPE_CHECKING:
    from torch import Tensor

LEVEL: Final = 0.9  # the prediction that nine of ten targets stay below


def quantile_reference(
    logits: Floats, targets: Floats, level: float = LEVEL, reduction: Reduction = "mean"
) -> ValueAndGradient:
    """Return the quantile loss and its gradient.

    **Formula** with tau the level: L = tau (y - z) where y >= z, else (1 - tau) (z - y);
    dL/dz = -tau where y > z, 1 - tau where y < z (at the kink y = z the sub-gradient 0).

    Args:
        logits: z, predictions, (n,) or (n, t).
        targets: y, of the same shape, any numbers.
        level: tau, between 0 and 1: the share of targets that should lie below the prediction.
        reduction: mean, sum or none.

    Returns:
        The loss in the units of y, at least 0, best 0; and its gradient.

    Raises:
        ShapeError: the shapes differ.
        RangeError: level lies outside 0 to 1, or there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> value, gradient = quantile_reference(np.array([0.0, 0.0]), np.array([1.0, -1.0]), reduction="none")
        >>> value.round(3), gradient.round(3)
        (array([0.9, 0.1]), array([-0.9,  0.1]))
    """
    check_same_shape("quantile", logits, targets)
    check_level(level)
    z, y, tau = logits, targets, level
    L = np.where(y >= z, tau * (y - z), (1 - tau) * (z - y))
    dL_dz = np.where(y > z, -tau, 0.0) + np.where(y < z, 1 - tau, 0.0)
    return reduced(L, dL_dz, reduction)


def quantile(logits: Tensor, targets: Tensor, level: float = LEVEL, reduction: Reduction = "mean") -> Tensor:
    """Return the quantile loss; see `quantile_reference`.

    Raises:
        ShapeError: the shapes differ.
        RangeError: level lies outside 0 to 1, or there is nothing to take the mean of.
    """
    from torch.nn import functional

    check_same_shape("quantile", logits, targets)
    check_level(level)
    missing = targets - logits
    return reduced_tensor(level * functional.relu(missing) + (1 - level) * functional.relu(-missing), reduction)


def check_level(level: float) -> None:
    """Refuse levels that are no share.

    Raises:
        RangeError: the level lies outside 0 to 1.

    Example:
        >>> check_level(90)
        Traceback (most recent call last):
        pellucid.foundation.errors.RangeError: quantile expected level from 0 to 1, got 90: pass a share, 0.9 for 90 %
    """
    if not 0 <= level <= 1:
        raise RangeError(f"quantile expected level from 0 to 1, got {level:g}: pass a share, 0.9 for 90 %")


QUANTILE: Final = Loss(
    name="quantile",
    aliases=(
        "pinball",
        "pinball_loss",
        "quantile_loss",
        "mean_pinball_loss",
    ),
    title="quantile loss",
    summary="Charges predictions below the target by tau and those above by 1 - tau: the best constant is the "
    "tau-quantile.",
    formula="tau (y - z) if y >= z, else (1 - tau) (z - y)",
    latex=r"L = \begin{cases} \tau\,(y - z) & y \ge z \\ (1 - \tau)\,(z - y) & y < z \end{cases}",
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
        Option(name="level", meaning="tau, the share of targets that should lie below", low=0, high=1),
        REDUCTION,
    ),
    result="(), at least 0, best 0, in the units of y",
    reference=quantile_reference,
    fast=quantile,
    convex=True,
    symmetric=False,
    scale_invariant=False,
    gradient_bound=LEVEL,
    curves=(Curve(label="y = 0", target=0.0),),
    when="When a bound is wanted rather than a middle: stock that suffices nine times of ten, or an interval from "
    "two levels.",
    when_not="For the mean take squared error; for the median absolute error, which is this loss at 0.5, doubled.",
    mistakes=(
        "Turning tau round: 0.9 punishes predictions that are too low, and so lies above nine targets of ten.",
        "Training two levels apart and expecting order: the 0.1 and the 0.9 prediction may cross for single rows.",
    ),
    source="R. Koenker & G. Bassett, Regression quantiles, 1978. As sklearn.metrics.mean_pinball_loss(alpha=level).",
)
