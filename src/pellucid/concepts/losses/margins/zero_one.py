"""The zero-one loss: 1 for a wrong side, 0 for the right one: what is wanted, and what no gradient can minimise."""

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


def zero_one_reference(logits: Floats, targets: Floats, reduction: Reduction = "mean") -> ValueAndGradient:
    """Return the zero-one loss and its gradient.

    **Formula** L = 1 where y z <= 0, else 0; dL/dz = 0 (at the jump z = 0, where it has none, 0 as well).

    Args:
        logits: z, scores, (n,) or (n, t).
        targets: y, of the same shape, -1 or 1.
        reduction: mean, sum or none.

    Returns:
        The loss, 0 or 1, best 0; its mean is the share of wrong sides. And its gradient: 0 everywhere.

    Raises:
        ShapeError: the shapes differ.
        RangeError: a target is neither -1 nor 1, or there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> zero_one_reference(np.array([2.0, 0.1, -3.0, 0.0]), np.array([1.0, -1.0, -1.0, 1.0]))
        (0.5, array([0., 0., 0., 0.]))
    """
    check_same_shape("zero_one", logits, targets)
    check_signs("zero_one", targets)
    z, y = logits, targets
    L = (y * z <= 0).astype(float)
    dL_dz = np.zeros_like(z)
    return reduced(L, dL_dz, reduction)


def zero_one(logits: Tensor, targets: Tensor, reduction: Reduction = "mean") -> Tensor:
    """Return the zero-one loss; see `zero_one_reference`.

    Raises:
        ShapeError: the shapes differ.
        RangeError: there is nothing to take the mean of.
    """
    check_same_shape("zero_one", logits, targets)
    wrong = (targets * logits <= 0).to(logits.dtype)
    return reduced_tensor(wrong + 0 * logits, reduction)  # 0 * logits: the gradient is 0 rather than missing


ZERO_ONE: Final = Loss(
    name="zero_one",
    aliases=(
        "zero_one_loss",
        "0-1",
        "misclassification",
        "error_rate",
    ),
    title="zero-one loss",
    summary="Charges 1 for a score on the wrong side and nothing for the right one, however far.",
    formula="1 if y z <= 0, else 0",
    latex=r"L = \begin{cases} 1 & y z \le 0 \\ 0 & y z > 0 \end{cases}",
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
    result="(), 0 to 1, best 0: the share of wrong sides",
    reference=zero_one_reference,
    fast=zero_one,
    convex=False,
    symmetric=False,
    scale_invariant=True,
    gradient_bound=0.0,
    curves=(
        Curve(label="y = 1", target=1.0),
        Curve(label="y = -1", target=-1.0),
    ),
    when="To judge a classifier: it counts mistakes, as one minus the accuracy. The other margin losses stand in for "
    "it in training.",
    when_not="Never to train by gradients: its slope is 0 wherever there is one, so no weight ever moves. Take hinge "
    "or binary cross-entropy.",
    mistakes=(
        "Training on it: the gradient is exactly 0, and the loss stays where it began without any error message.",
        "Calling a score of exactly 0 right: it is on neither side, and counts as wrong here.",
    ),
    source="Classical; as a loss: V. Vapnik, The nature of statistical learning theory, 1995. A score of 0 counts as "
    "wrong, as in the perceptron's rule.",
)
