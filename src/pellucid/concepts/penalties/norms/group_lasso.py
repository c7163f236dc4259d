"""The group lasso: the lengths of whole rows of weights, so that a feature goes with all its weights or stays."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.penalties.penalty import STRENGTH, WEIGHTS, Penalty

if TYPE_CHECKING:
    from torch import Tensor


def group_lasso_reference(w: Floats, strength: float = 1.0) -> tuple[float, Floats]:
    """Return the group lasso penalty and its gradient.

    **Formula** with g_j the j-th row of w (one feature's weights; of (d,) weights, each by itself) and m its
    length: R = lambda sum_j sqrt(m) |g_j|; dR/dg_j = lambda sqrt(m) g_j / |g_j|
    (at the kink g_j = 0 the sub-gradient 0).

    Args:
        w: the weights, (d,) or (d, o): one row for each group.
        strength: lambda, at least 0.

    Returns:
        R, at least 0, 0 only for w = 0; and dR/dw, of the shape of w.

    Example:
        >>> import numpy as np
        >>> value, gradient = group_lasso_reference(np.array([[3.0, -4.0], [0.0, 0.0]]))  # sqrt(2) times 5
        >>> round(value, 4), gradient.round(4)
        (7.0711, array([[ 0.8485, -1.1314],
               [ 0.    ,  0.    ]]))
    """
    lam, g = strength, w.reshape(len(w), -1)
    size, m = np.sqrt((g**2).sum(axis=1, keepdims=True)), g.shape[1]
    R = lam * np.sqrt(m) * size.sum()
    dR_dw = (lam * np.sqrt(m) * g / np.where(size > 0, size, 1)).reshape(w.shape)
    return float(R), dR_dw


def group_lasso(w: Tensor, strength: float = 1.0) -> Tensor:
    """Return the group lasso penalty; see `group_lasso_reference`."""
    groups = w.reshape(len(w), -1)
    lengths: Tensor = groups.norm(dim=1)
    return strength * math.sqrt(groups.shape[1]) * lengths.sum()


def rows_and_zeros(rng: np.random.Generator) -> tuple[tuple[Floats], dict[str, Any]]:
    """Return random weights of which some rows are zero: the squares of weights below 1e-162 would underflow."""
    d, o = rng.integers(1, 5, 2)
    w = rng.normal(scale=10.0 ** rng.integers(-3, 4), size=(d, o)) * rng.choice([0.0, 1.0], (d, 1))
    return (w if rng.random() < 1 / 2 else w[:, 0],), {}


GROUP_LASSO: Final = Penalty(
    name="group_lasso",
    aliases=("GroupLasso", "l21", "l1_l2_norm"),
    title="group lasso penalty",
    summary="Adds the lengths of the rows of weights: a whole feature, with all its weights, ends at 0 or stays.",
    formula="lambda sum_j sqrt(m) |g_j|, g_j the m weights of feature j",
    latex=r"R = \lambda \sum_j \sqrt{m} \left\| g_j \right\|",
    arguments=(WEIGHTS,),
    options=(STRENGTH,),
    result="(), at least 0",
    reference=group_lasso_reference,
    fast=group_lasso,
    sample=rows_and_zeros,
    convex=True,
    sparse=True,
    grouped=True,
    when="A first layer whose inputs should be dropped whole: one-hot groups, or features of a network with many "
    "units.",
    when_not="When single weights should go rather than features: take the L1 penalty.",
    mistakes=(
        "Rows and columns mixed up: torch stores a Linear layer as (out, in), so pass weight.T to drop inputs.",
        "Waiting for exact zeros under plain gradient descent: as with L1, they need a proximal step.",
    ),
    source="M. Yuan & Y. Lin, Model selection and estimation in regression with grouped variables, 2006. Groups are "
    "rows, weighted by the root of their size.",
)
