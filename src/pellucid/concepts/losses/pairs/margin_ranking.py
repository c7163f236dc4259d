"""The margin ranking loss: of two scores, the one that should be higher must be so by a margin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Argument, Floats, Option
from pellucid.concepts.losses.loss import (
    REDUCTION,
    Curve,
    Loss,
    Path,
    Reduction,
    ValueAndGradient,
    check_reduction,
    check_same_shape,
    reduced,
)
from pellucid.concepts.losses.values import check_signs

if TYPE_CHECKING:
    from torch import Tensor

MARGIN: Final = 0.0  # torch's own default: any lead is enough


def margin_ranking_reference(
    first: Floats, second: Floats, targets: Floats, margin: float = MARGIN, reduction: Reduction = "mean"
) -> ValueAndGradient:
    """Return the margin ranking loss and its gradients by both scores.

    **Formula** with h = margin - y (x1 - x2): L = max(0, h);
    dL/dx1 = -y and dL/dx2 = y where h >= 0, else 0 (at the kink h = 0 the sub-gradient -y, as torch: equal scores
    must come apart).

    Args:
        first: x1, scores, (n,) or (n, t).
        second: x2, of the same shape.
        targets: y, of the same shape, 1 where x1 should be higher, -1 where x2.
        margin: how far, at least 0.
        reduction: mean, sum or none.

    Returns:
        The loss, at least 0, best 0; and its gradients by x1 and by x2.

    Raises:
        ShapeError: the shapes differ.
        RangeError: a target is neither -1 nor 1, or there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> x1, x2, y = np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 2.0]), np.array([1.0, 1.0, -1.0])
        >>> value, (by_x1, by_x2) = margin_ranking_reference(x1, x2, y, reduction="none")
        >>> value, by_x1
        (array([1., 0., 1.]), array([-1., -1.,  1.]))
    """
    check_same_shape("margin_ranking", first, second, "second")
    check_same_shape("margin_ranking", first, targets)
    check_signs("margin_ranking", targets)
    x1, x2, y = first, second, targets
    h = margin - y * (x1 - x2)
    L = np.where(h > 0, h, 0.0)
    dL_dx1 = np.where(h >= 0, -y, 0.0)
    dL_dx2 = np.where(h >= 0, y, 0.0)
    value, by_x1 = reduced(L, dL_dx1, reduction)
    return value, (by_x1, reduced(L, dL_dx2, reduction)[1])


def margin_ranking(
    first: Tensor, second: Tensor, targets: Tensor, margin: float = MARGIN, reduction: Reduction = "mean"
) -> Tensor:
    """Return the margin ranking loss; see `margin_ranking_reference`.

    Raises:
        ShapeError: the shapes differ.
        RangeError: there is nothing to take the mean of.
    """
    from torch.nn import functional

    check_same_shape("margin_ranking", first, second, "second")
    check_same_shape("margin_ranking", first, targets)
    check_reduction(targets.numel(), reduction)
    return functional.margin_ranking_loss(first, second, targets, margin=margin, reduction=reduction)


def lead(target: float, difference: Floats) -> tuple[Floats, Floats]:
    """Return loss and slope by the lead x1 - x2 of the first score; the second one stays at 0."""
    value, (by_first, _) = margin_ranking_reference(
        difference, np.zeros_like(difference), np.full_like(difference, target), reduction="none"
    )
    return value, by_first


MARGIN_RANKING: Final = Loss(
    name="margin_ranking",
    aliases=("MarginRankingLoss", "margin_ranking_loss", "pairwise_hinge"),
    title="margin ranking loss",
    summary="Looks only at the order of two scores, and charges what is missing to the right order with its margin.",
    formula="max(0, margin - y (x1 - x2))",
    latex=r"L = \max(0,\; \mathrm{margin} - y (x_1 - x_2))",
    arguments=(
        Argument(name="first", shapes=("(n,)", "(n, t)"), meaning="x1, one score of each pair"),
        Argument(name="second", shapes=("(n,)", "(n, t)"), meaning="x2, the other"),
        Argument(
            name="targets",
            shapes=("(n,)", "(n, t)"),
            values="minus or plus one",
            meaning="y, 1 where x1 should be higher, -1 where x2",
            differentiable=False,
        ),
    ),
    options=(Option(name="margin", meaning="by how much the higher one should lead", low=0), REDUCTION),
    result="(), at least 0, best 0",
    reference=margin_ranking_reference,
    fast=margin_ranking,
    convex=True,
    symmetric=False,
    scale_invariant=False,
    gradient_bound=1.0,
    curves=(Curve(label="x1 should be higher", target=1.0), Curve(label="x2 should be higher", target=-1.0)),
    path=Path(moved="x1 - x2", curve=lead),
    when="Ranking from comparisons: which of two answers, pages or moves is better, when no score is known.",
    when_not="When the scores themselves are known: take squared or absolute error.",
    mistakes=(
        "A margin of 0: all scores equal is then a perfect answer, and a network finds it. Give it 1.",
        "Scores (n, 1) against targets (1, n), in old versions of torch also (n,): torch makes n x n comparisons of "
        "them without an error. Refused here.",
    ),
    source="R. Herbrich, T. Graepel & K. Obermayer, Large margin rank boundaries, 2000. As torch.nn.MarginRankingLoss.",
)
