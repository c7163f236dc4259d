"""The hinge loss: nothing beyond a margin of 1, linear before it; the loss of support vector machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Argument, Floats
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
from pellucid.concepts.losses.values import check_signs

if TYPE_CHECKING:
    from torch import Tensor


def hinge_reference(logits: Floats, targets: Floats, reduction: Reduction = "mean") -> ValueAndGradient:
    """Return the hinge loss and its gradient.

    **Formula** L = max(0, 1 - y z); dL/dz = -y where y z < 1, else 0 (at the kink y z = 1 the sub-gradient 0).

    Args:
        logits: z, scores, (n,) or (n, t).
        targets: y, of the same shape, -1 or 1.
        reduction: mean, sum or none.

    Returns:
        The loss, at least 0, best 0: every score is on its side by a margin of 1. And its gradient.

    Raises:
        ShapeError: the shapes differ.
        RangeError: a target is neither -1 nor 1, or there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> hinge_reference(np.array([0.5, 3.0]), np.array([1.0, -1.0]))
        (2.25, array([-0.5,  0.5]))
    """
    check_same_shape("hinge", logits, targets)
    check_signs("hinge", targets)
    z, y = logits, targets
    L = np.maximum(0, 1 - y * z)
    dL_dz = np.where(y * z < 1, -y, 0.0)
    return reduced(L, dL_dz, reduction)


def hinge(logits: Tensor, targets: Tensor, reduction: Reduction = "mean") -> Tensor:
    """Return the hinge loss; see `hinge_reference`.

    Raises:
        ShapeError: the shapes differ.
        RangeError: there is nothing to take the mean of.
    """
    from torch.nn import functional

    check_same_shape("hinge", logits, targets)
    return reduced_tensor(functional.relu(1 - targets * logits), reduction)


HINGE: Final = Loss(
    name="hinge",
    aliases=("hinge_loss", "Hinge", "svm"),
    title="hinge loss",
    summary="Asks every score to be on its side by a margin of 1, and charges the distance that is missing.",
    formula="max(0, 1 - y z)",
    latex=r"L = \max(0,\; 1 - y z)",
    arguments=(
        Argument(name="logits", shapes=("(n,)", "(n, t)"), meaning="z, the scores"),
        Argument(
            name="targets",
            shapes=("(n,)", "(n, t)"),
            values="minus or plus one",
            meaning="y, -1 or 1",
            differentiable=False,
        ),
    ),
    options=(REDUCTION,),
    result="(), at least 0, best 0",
    reference=hinge_reference,
    fast=hinge,
    convex=True,
    symmetric=False,
    scale_invariant=False,
    gradient_bound=1.0,
    curves=(Curve(label="y = 1", target=1.0), Curve(label="y = -1", target=-1.0)),
    when="Two classes -1 and 1 where only the side counts and no probability is needed: a support vector machine.",
    when_not="When probabilities are wanted: exp(-L) is no likelihood that sums to 1; take binary cross-entropy.",
    mistakes=(
        "Targets of 0 and 1: the zeros then cost 1 whatever the score is, and teach nothing. "
        "The NumPy form refuses them.",
        "Taking torch.nn.HingeEmbeddingLoss for it: that one judges distances of pairs; torch has no plain hinge.",
        "Leaving out the penalty on the weights: without it the margin of 1 means nothing, any scale reaches it.",
    ),
    source="C. Cortes & V. Vapnik, Support-vector networks, 1995. Not squared, margin 1, as "
    "sklearn.metrics.hinge_loss and keras.losses.Hinge, which turns targets 0 and 1 into -1 and 1 itself.",
)
