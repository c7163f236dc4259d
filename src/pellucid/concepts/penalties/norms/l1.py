"""The L1 penalty (lasso): pulls every weight towards 0 with the same force, and so makes many exactly 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.penalties.penalty import STRENGTH, WEIGHTS, Penalty

if TYPE_CHECKING:
    from torch import Tensor


def l1_reference(w: Floats, strength: float = 1.0) -> tuple[float, Floats]:
    """Return the L1 penalty and its gradient.

    **Formula** R = lambda sum |w|; dR/dw = lambda sign(w) (at the kink w = 0 the sub-gradient 0).

    Args:
        w: the weights, any shape.
        strength: lambda, at least 0.

    Returns:
        R, at least 0, 0 only for w = 0; and dR/dw, of the shape of w.

    Example:
        >>> import numpy as np
        >>> l1_reference(np.array([3.0, -4.0, 0.0]))
        (7.0, array([ 1., -1.,  0.]))
    """
    lam = strength
    R = lam * np.abs(w).sum()
    dR_dw = lam * np.sign(w)
    return float(R), dR_dw


def l1(w: Tensor, strength: float = 1.0) -> Tensor:
    """Return the L1 penalty; see `l1_reference`."""
    return strength * w.abs().sum()


L1: Final = Penalty(
    name="l1",
    aliases=("lasso", "L1", "absolute_norm"),
    title="L1 penalty",
    summary="Adds the sizes of the weights: the force on each is the same, so the weak ones end at exactly 0.",
    formula="lambda sum |w|",
    latex=r"R = \lambda \sum_j \left|w_j\right|",
    arguments=(WEIGHTS,),
    options=(STRENGTH,),
    result="(), at least 0",
    reference=l1_reference,
    fast=l1,
    convex=True,
    sparse=True,
    when="When few of many features matter and the fit should say which.",
    when_not="When features are strongly correlated: it picks one of them by chance. Take the elastic net.",
    mistakes=(
        "Waiting for exact zeros under plain gradient descent: it jumps around 0. Soft thresholding (a proximal "
        "step) reaches 0.",
        "Reading the features that were dropped as useless: a correlated twin may have taken their place.",
        "Carrying alpha over from sklearn.linear_model.Lasso: its cost is half the mean squared error, so that beside "
        "the whole one lambda = 2 alpha.",
    ),
    source="R. Tibshirani, Regression shrinkage and selection via the lasso, 1996. Sub-gradient 0 at 0, as "
    "torch.Tensor.abs and keras.regularizers.L1.",
)
