"""The triplet margin loss: an anchor should lie nearer to its like than to the unlike, by a margin."""

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
    reduced,
)
from pellucid.concepts.losses.pairs.rows import check_rows

if TYPE_CHECKING:
    from torch import Tensor

MARGIN: Final = 1.0  # torch's own default
EPSILON: Final = 1e-6  # torch's own, added to each difference: the distance of equal points has a slope


def triplet_margin_reference(
    anchors: Floats, positives: Floats, negatives: Floats, margin: float = MARGIN, reduction: Reduction = "mean"
) -> ValueAndGradient:
    """Return the triplet margin loss and its gradients by all three points.

    **Formula** with u = a - p + 1e-6, v = a - q + 1e-6 and h = |u| - |v| + margin: L = max(0, h);
    where h >= 0: dL/da = u/|u| - v/|v|, dL/dp = -u/|u|, dL/dq = v/|v|; else 0 (at the kink h = 0 as torch).

    Args:
        anchors: a, (n, d).
        positives: p, (n, d), of the anchor's kind.
        negatives: q, (n, d), of another kind.
        margin: by how much the negative should be farther, above 0.
        reduction: mean, sum, or none: one loss for each row.

    Returns:
        The loss, at least 0, best 0; and its gradients by a, p and q, each (n, d).

    Raises:
        ShapeError: the points are not all (n, d).
        RangeError: there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> a, p, q = np.zeros((1, 2)), np.array([[3.0, 4.0]]), np.array([[0.0, 2.0]])
        >>> round(triplet_margin_reference(a, p, q)[0], 4)
        4.0
    """
    check_rows("triplet_margin", anchors=anchors, positives=positives, negatives=negatives)
    u, v = anchors - positives + EPSILON, anchors - negatives + EPSILON
    U, V = np.sqrt((u**2).sum(axis=1, keepdims=True)), np.sqrt((v**2).sum(axis=1, keepdims=True))
    h = U - V + margin  # (n, 1)
    L = np.maximum(0, h)[:, 0]
    dL_dh = np.where(h >= 0, 1.0, 0.0)
    by_each = (dL_dh * (u / U - v / V), dL_dh * -u / U, dL_dh * v / V)
    return reduced(L, np.zeros_like(L), reduction)[0], tuple(reduced(L, one, reduction)[1] for one in by_each)


def triplet_margin(
    anchors: Tensor, positives: Tensor, negatives: Tensor, margin: float = MARGIN, reduction: Reduction = "mean"
) -> Tensor:
    """Return the triplet margin loss; see `triplet_margin_reference`.

    Raises:
        ShapeError: the points are not all (n, d).
        RangeError: there is nothing to take the mean of.
    """
    from torch.nn import functional

    check_rows("triplet_margin", anchors=anchors, positives=positives, negatives=negatives)
    check_reduction(anchors.shape[0], reduction)
    return functional.triplet_margin_loss(anchors, positives, negatives, margin=margin, reduction=reduction)


def farther(target: float, distance: Floats) -> tuple[Floats, Floats]:
    """Return loss and slope by the distance of the negative; the positive's distance is the target."""
    zero = np.zeros((len(distance), 1))
    value, (_, _, by_negative) = triplet_margin_reference(
        zero, zero - target, zero - distance[:, None], reduction="none"
    )
    return value, -by_negative[:, 0]


TRIPLET_MARGIN: Final = Loss(
    name="triplet_margin",
    aliases=("TripletMarginLoss", "triplet_margin_loss", "triplet"),
    title="triplet margin loss",
    summary="Asks the unlike point to be farther from the anchor than the like one, by a margin; beyond it, nothing.",
    formula="max(0, |a - p| - |a - q| + margin)",
    latex=r"L = \max(0,\; \left\| a - p \right\| - \left\| a - q \right\| + \mathrm{margin})",
    arguments=(
        Argument(name="anchors", shapes=("(n, d)",), meaning="a"),
        Argument(name="positives", shapes=("(n, d)",), meaning="p, like the anchor"),
        Argument(name="negatives", shapes=("(n, d)",), meaning="q, unlike the anchor"),
    ),
    options=(Option(name="margin", meaning="by how much the negative should be farther", low=1e-3), REDUCTION),
    result="(), at least 0, best 0",
    reference=triplet_margin_reference,
    fast=triplet_margin,
    convex=False,
    symmetric=False,
    scale_invariant=False,
    gradient_bound=2.0,
    curves=(Curve(label="positive at 0.5", target=0.5), Curve(label="positive at 1.5", target=1.5)),
    shown=(0.01, 4.0),
    path=Path(moved="distance of the negative", curve=farther),
    when="Embeddings in which near means alike: faces, products, signatures, with kinds unknown at training time.",
    when_not="When the kinds are few and fixed: take cross-entropy, which needs no choice of triplets.",
    mistakes=(
        "Random negatives: soon nearly all triplets cost nothing and teach nothing. Choose hard ones within the batch.",
        "Only the hardest negatives from the start: all points collapse into one, where the loss is the margin.",
        "A margin without scale: embeddings that may grow reach any margin; normalise them.",
    ),
    source="F. Schroff, D. Kalenichenko & J. Philbin, FaceNet, 2015, with distances not squared, as "
    "torch.nn.TripletMarginLoss (p = 2, no swap), with its 1e-6 in each difference.",
)
