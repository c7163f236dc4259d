"""The squared hinge loss: the hinge without its kink; far on the wrong side it is as harsh as squared error."""

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


def squared_hinge_reference(logits: Floats, targets: Floats, reduction: Reduction = "mean") -> ValueAndGradient:
    """Return the squared hinge loss and its gradient.

    **Formula** with h = max(0, 1 - y z): L = h²; dL/dz = -2 y h.

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
        >>> squared_hinge_reference(np.array([0.5, 3.0]), np.array([1.0, -1.0]))
        (8.125, array([-0.5,  4. ]))
    """
    check_same_shape("squared_hinge", logits, targets)
    check_signs("squared_hinge", targets)
    z, y = logits, targets
    h = np.maximum(0, 1 - y * z)
    L = h**2
    dL_dz = -2 * y * h
    return reduced(L, dL_dz, reduction)


def squared_hinge(logits: Tensor, targets: Tensor, reduction: Reduction = "mean") -> Tensor:
    """Return the squared hinge loss; see `squared_hinge_reference`.

    Raises:
        ShapeError: the shapes differ.
        RangeError: there is nothing to take the mean of.
    """
    from torch.nn import functional

    check_same_shape("squared_hinge", logits, targets)
    return reduced_tensor(functional.relu(1 - targets * logits) ** 2, reduction)


SQUARED_HINGE: Final = Loss(
    name="squared_hinge",
    aliases=(
        "SquaredHinge",
        "l2_svm",
    ),
    title="squared hinge loss",
    summary="Asks every score to be on its side by a margin of 1, and charges the square of what is missing.",
    formula="max(0, 1 - y z)^2",
    latex=r"L = \max(0,\; 1 - y z)^2",
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
    reference=squared_hinge_reference,
    fast=squared_hinge,
    convex=True,
    symmetric=False,
    scale_invariant=False,
    gradient_bound=None,
    curves=(
        Curve(label="y = 1", target=1.0),
        Curve(label="y = -1", target=-1.0),
    ),
    when="A support vector machine trained by gradients: it is smooth, and second-order methods work on it.",
    when_not="When labels are noisy: a single point far on the wrong side outweighs hundreds. Take the hinge itself.",
    mistakes=(
        "Targets of 0 and 1: the zeros then cost 1 whatever the score is, and teach nothing. "
        "The NumPy form refuses them.",
        "Keeping the learning rate of the hinge: the gradient grows with the distance and may blow up from a bad "
        "start.",
    ),
    source="Y. Tang, Deep learning using linear support vector machines, 2013 (L2-SVM). Margin 1, as "
    "keras.losses.SquaredHinge and sklearn.svm.LinearSVC.",
)
