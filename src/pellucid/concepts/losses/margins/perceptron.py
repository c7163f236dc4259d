"""The perceptron loss: nothing on the right side, linear on the wrong one; its descent is Rosenblatt's rule."""

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


def perceptron_reference(logits: Floats, targets: Floats, reduction: Reduction = "mean") -> ValueAndGradient:
    """Return the perceptron loss and its gradient.

    **Formula** L = max(0, -y z); dL/dz = -y where y z <= 0, else 0 (at the kink z = 0 the sub-gradient -y).

    Args:
        logits: z, scores, (n,) or (n, t).
        targets: y, of the same shape, -1 or 1.
        reduction: mean, sum or none.

    Returns:
        The loss, at least 0, best 0: every score is on its side, by whatever little. And its gradient.

    Raises:
        ShapeError: the shapes differ.
        RangeError: a target is neither -1 nor 1, or there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> perceptron_reference(np.array([0.5, 3.0, 0.0]), np.array([1.0, -1.0, 1.0]), reduction="sum")
        (3.0, array([ 0.,  1., -1.]))
    """
    check_same_shape("perceptron", logits, targets)
    check_signs("perceptron", targets)
    z, y = logits, targets
    L = np.maximum(0, -y * z)
    dL_dz = np.where(y * z <= 0, -y, 0.0)
    return reduced(L, dL_dz, reduction)


def perceptron(logits: Tensor, targets: Tensor, reduction: Reduction = "mean") -> Tensor:
    """Return the perceptron loss; see `perceptron_reference`.

    Raises:
        ShapeError: the shapes differ.
        RangeError: there is nothing to take the mean of.
    """
    check_same_shape("perceptron", logits, targets)
    score = targets * logits
    # not relu(-score), whose gradient at 0 is 0: weights that start at 0 would never leave it
    return reduced_tensor((-score).where(score <= 0, 0), reduction)


PERCEPTRON: Final = Loss(
    name="perceptron",
    aliases=(
        "perceptron_loss",
        "perceptron_criterion",
    ),
    title="perceptron loss",
    summary="Charges a score on the wrong side its distance from 0; one step of descent on one example is "
    "Rosenblatt's rule.",
    formula="max(0, -y z)",
    latex=r"L = \max(0,\; -y z)",
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
    reference=perceptron_reference,
    fast=perceptron,
    convex=True,
    symmetric=False,
    scale_invariant=False,
    gradient_bound=1.0,
    curves=(
        Curve(label="y = 1", target=1.0),
        Curve(label="y = -1", target=-1.0),
    ),
    when="To understand the perceptron: descent with rate 1 on one example at a time is its update w + y x on y z <= "
    "0.",
    when_not="For anything that must generalise: it is content with a score of 0.001. The hinge asks for a margin.",
    mistakes=(
        "Data that no line separates: descent one by one never settles. Average the weights, or take the hinge with "
        "a penalty.",
        "Building it as relu(-y z): the gradient at z = 0 is then 0, and weights that start at 0 stay there.",
    ),
    source="F. Rosenblatt, The perceptron, 1958. With the sub-gradient -y at 0, so that a step is taken on y z <= 0, "
    "as in his rule; sklearn.linear_model.SGDClassifier(loss='perceptron') is the same.",
)
