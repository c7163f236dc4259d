"""The elastic net: L1 and L2 together, so that correlated features are dropped or kept together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats, Option
from pellucid.concepts.penalties.penalty import STRENGTH, WEIGHTS, Penalty

if TYPE_CHECKING:
    from torch import Tensor

SHARE: Final = 0.5  # scikit-learn's own default of l1_ratio


def elastic_net_reference(w: Floats, strength: float = 1.0, share: float = SHARE) -> tuple[float, Floats]:
    """Return the elastic net penalty and its gradient.

    **Formula** R = lambda (rho sum |w| + (1 - rho)/2 sum w²); dR/dw = lambda (rho sign(w) + (1 - rho) w)
    (at the kink w = 0 the sub-gradient 0).

    Args:
        w: the weights, any shape.
        strength: lambda, at least 0.
        share: rho, from 0 (all L2) to 1 (all L1).

    Returns:
        R, at least 0, 0 only for w = 0; and dR/dw, of the shape of w.

    Example:
        >>> import numpy as np
        >>> elastic_net_reference(np.array([3.0, -4.0, 0.0]))
        (9.75, array([ 2. , -2.5,  0. ]))
    """
    lam, rho = strength, share
    R = lam * (rho * np.abs(w).sum() + (1 - rho) / 2 * (w**2).sum())
    dR_dw = lam * (rho * np.sign(w) + (1 - rho) * w)
    return float(R), dR_dw


def elastic_net(w: Tensor, strength: float = 1.0, share: float = SHARE) -> Tensor:
    """Return the elastic net penalty; see `elastic_net_reference`."""
    return strength * (share * w.abs().sum() + (1 - share) / 2 * w.square().sum())


ELASTIC_NET: Final = Penalty(
    name="elastic_net",
    aliases=("ElasticNet", "L1L2", "l1_l2"),
    title="elastic net penalty",
    summary="Mixes L1 and L2: weak weights end at exactly 0, and correlated features share what is left.",
    formula="lambda (rho sum |w| + (1 - rho) / 2 sum w^2)",
    latex=r"R = \lambda \left(\rho \sum_j \left|w_j\right| + \frac{1 - \rho}{2} \sum_j w_j^2\right)",
    arguments=(WEIGHTS,),
    options=(STRENGTH, Option(name="share", meaning="rho, the share of L1; 0 is all L2", low=0, high=1)),
    result="(), at least 0",
    reference=elastic_net_reference,
    fast=elastic_net,
    convex=True,
    sparse=True,
    when="Many features, few that matter, and groups of correlated ones among them.",
    when_not="When the two strengths cannot be chosen on validation: one of L1 and L2 alone is easier to tune.",
    mistakes=(
        "Comparing strengths with ridge: the L2 half carries a factor 1/2 here and none there.",
        "Tuning lambda with rho fixed at a guess: they act together, search both.",
    ),
    source="H. Zou & T. Hastie, Regularization and variable selection via the elastic net, 2005. Written as "
    "sklearn.linear_model.ElasticNet(alpha, l1_ratio), whose cost is half the mean squared error; "
    "keras.regularizers.L1L2 has no factor 1/2.",
)
