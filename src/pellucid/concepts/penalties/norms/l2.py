"""The L2 penalty (ridge): pulls every weight towards 0 in proportion to its size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pellucid.concepts.concept import Floats
from pellucid.concepts.penalties.penalty import STRENGTH, WEIGHTS, Penalty

if TYPE_CHECKING:
    from torch import Tensor


def l2_reference(w: Floats, strength: float = 1.0) -> tuple[float, Floats]:
    """Return the L2 penalty and its gradient.

    **Formula** R = lambda sum w²; dR/dw = 2 lambda w.

    Args:
        w: the weights, any shape.
        strength: lambda, at least 0.

    Returns:
        R, at least 0, 0 only for w = 0; and dR/dw, of the shape of w.

    Example:
        >>> import numpy as np
        >>> l2_reference(np.array([3.0, -4.0, 0.0]))
        (25.0, array([ 6., -8.,  0.]))
    """
    lam = strength
    R = lam * (w**2).sum()
    dR_dw = 2 * lam * w
    return float(R), dR_dw


def l2(w: Tensor, strength: float = 1.0) -> Tensor:
    """Return the L2 penalty; see `l2_reference`."""
    return strength * w.square().sum()


L2: Final = Penalty(
    name="l2",
    aliases=("ridge", "L2", "weight_decay", "tikhonov", "squared_norm"),
    title="L2 penalty",
    summary="Adds the squares of the weights: large ones shrink most, and none becomes exactly 0.",
    formula="lambda sum w^2",
    latex=r"R = \lambda \sum_j w_j^2",
    arguments=(WEIGHTS,),
    options=(STRENGTH,),
    result="(), at least 0",
    reference=l2_reference,
    fast=l2,
    convex=True,
    sparse=False,
    when="As the first thing against overfitting, and whenever features are correlated: it shares the weight among "
    "them.",
    when_not="When only few features matter and the others should go: take the L1 penalty.",
    mistakes=(
        "Penalising the bias as well: predictions are then drawn towards 0.",
        "Features in different units: the penalty then depends on the units. Standardise first.",
        "Taking it for weight decay in Adam: there the gradient of the penalty is rescaled; AdamW decays the weights "
        "themselves.",
        "The factor: torch's weight_decay = c is the gradient c w, so it is this penalty with lambda = c / 2.",
        "Carrying alpha over from sklearn.linear_model.Ridge: it stands beside the sum of the squared errors, not "
        "their mean, so that lambda = alpha / n.",
    ),
    source="A. E. Hoerl & R. W. Kennard, Ridge regression, 1970. Without the factor 1/2; as keras.regularizers.L2.",
)
