"""The multi-class margin loss: the true class's score should be above every other one by a margin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats, Option
from pellucid.concepts.losses.classes.indices import check_class_shapes, check_indices
from pellucid.concepts.losses.loss import (
    REDUCTION,
    Curve,
    Loss,
    Path,
    Reduction,
    ValueAndGradient,
    reduced,
    reduced_tensor,
)

if TYPE_CHECKING:
    from torch import Tensor

MARGIN: Final = 1.0  # torch's own default; any other one only rescales the weights


def multi_margin_reference(
    logits: Floats, targets: NDArray[Any], margin: float = MARGIN, reduction: Reduction = "mean"
) -> ValueAndGradient:
    """Return the multi-class margin loss and its gradient.

    **Formula** with h_ic = max(0, margin - z_(i, y_i) + z_ic) for c other than y_i: L_i = sum_c h_ic / k;
    dL_i/dz_ic = [h_ic > 0] / k, and for c = y_i minus the sum of these (at the kink h = 0 the sub-gradient 0).

    Args:
        logits: z, scores, (n, k).
        targets: y, (n,) class indices 0…k-1.
        margin: above 0.
        reduction: mean, sum, or none: one loss for each row.

    Returns:
        The loss, at least 0, best 0: every true score leads by the margin. And its gradient, (n, k).

    Raises:
        ShapeError: logits are not (n, k), or targets not (n,).
        RangeError: a target is none of the classes, or there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> multi_margin_reference(np.array([[0.5, 1.0, 0.0, -2.0]]), np.array([1]))
        (0.125, array([[ 0.25, -0.25,  0.  ,  0.  ]]))
    """
    check_class_shapes("multi_margin", logits, targets)
    check_indices("multi_margin", targets, logits.shape[1])
    z, k, row = logits, logits.shape[1], np.arange(len(targets))
    true = z[row, targets][:, None]  # (n, 1)
    h = np.maximum(0, margin - true + z) * (np.arange(k) != targets[:, None])
    L = h.sum(axis=1) / k
    dL_dz = (h > 0) / k
    dL_dz[row, targets] = -(h > 0).sum(axis=1) / k
    return reduced(L, dL_dz, reduction)


def multi_margin(logits: Tensor, targets: Tensor, margin: float = MARGIN, reduction: Reduction = "mean") -> Tensor:
    """Return the multi-class margin loss; see `multi_margin_reference`.

    Raises:
        ShapeError: logits are not (n, k), or targets not (n,).
        RangeError: there is nothing to take the mean of.
    """
    from torch.nn import functional

    check_class_shapes("multi_margin", logits, targets)
    # torch's own sum over no rows is memory that was never written (2.13), so the single losses are summed here
    return reduced_tensor(functional.multi_margin_loss(logits, targets, margin=margin, reduction="none"), reduction)


def first_of_three(target: float, z: Floats) -> tuple[Floats, Floats]:
    """Return loss and slope as the score of the first of three classes moves; the others stay at 0 and -1."""
    scores = np.stack([z, np.zeros_like(z), np.full_like(z, -1)], axis=1)
    value, gradient = multi_margin_reference(scores, np.full(len(z), int(target)), reduction="none")
    return value, gradient[:, 0]


MULTI_MARGIN: Final = Loss(
    name="multi_margin",
    aliases=("MultiMarginLoss", "multi_margin_loss", "multiclass_hinge"),
    title="multi-class margin loss",
    summary="Asks the true class's score to lead every other one by a margin, and charges each lead that is missing.",
    formula="sum_{c != y} max(0, margin - z_y + z_c) / k",
    latex=r"L = \frac{1}{k} \sum_{c \ne y} \max(0,\; \mathrm{margin} - z_y + z_c)",
    arguments=(
        Argument(name="logits", shapes=("(n, k)",), meaning="z, the scores"),
        Argument(name="targets", shapes=("(n,)",), values="class indices", meaning="y, 0…k-1", differentiable=False),
    ),
    options=(Option(name="margin", meaning="by how much the true score should lead", low=1e-3), REDUCTION),
    result="(), at least 0, best 0",
    reference=multi_margin_reference,
    fast=multi_margin,
    convex=True,
    symmetric=False,
    scale_invariant=False,
    gradient_bound=1.0,
    curves=(Curve(label="first class true", target=0.0), Curve(label="second class true", target=1.0)),
    path=Path(moved="first score, others 0 and -1", curve=first_of_three),
    when="A support vector machine for k classes: only the order of the scores counts.",
    when_not="When probabilities are wanted: take cross-entropy.",
    mistakes=(
        "Expecting the size of the hinge: the sum over the other classes is divided by k, so two classes give half "
        "of it.",
        "Taking it for Crammer and Singer's loss: theirs charges only the worst of the other classes, not their sum.",
    ),
    source="J. Weston & C. Watkins, Support vector machines for multi-class pattern recognition, 1999. The sum over "
    "the other classes divided by k, p = 1, as torch.nn.MultiMarginLoss; "
    "K. Crammer & Y. Singer, 2001, take the maximum.",
)
