"""The exponential loss of boosting: each mistake weighs e times more for every unit it lies deeper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

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


def exponential_reference(logits: Floats, targets: Floats, reduction: Reduction = "mean") -> ValueAndGradient:
    """Return the exponential loss and its gradient.

    **Formula** L = exp(-y z); dL/dz = -y exp(-y z).

    Args:
        logits: z, scores, (n,) or (n, t).
        targets: y, of the same shape, -1 or 1.
        reduction: mean, sum or none.

    Returns:
        The loss, above 0, best towards 0; 1 is guessing. And its gradient. Infinite beyond y z = -709.

    Raises:
        ShapeError: the shapes differ.
        RangeError: a target is neither -1 nor 1, or there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> value, gradient = exponential_reference(np.array([0.0, 2.0]), np.array([1.0, -1.0]), reduction="none")
        >>> value.round(4), gradient.round(4)
        (array([1.    , 7.3891]), array([-1.    ,  7.3891]))
    """
    check_same_shape("exponential", logits, targets)
    check_signs("exponential", targets)
    z, y = logits, targets
    L = np.exp(-y * z)
    dL_dz = -y * np.exp(-y * z)
    return reduced(L, dL_dz, reduction)


def exponential(logits: Tensor, targets: Tensor, reduction: Reduction = "mean") -> Tensor:
    """Return the exponential loss; see `exponential_reference`.

    Raises:
        ShapeError: the shapes differ.
        RangeError: there is nothing to take the mean of.
    """
    check_same_shape("exponential", logits, targets)
    return reduced_tensor((-targets * logits).exp(), reduction)


def within_reach(rng: np.random.Generator) -> tuple[tuple[Floats, Floats], dict[str, Any]]:
    """Return scores up to 20 in size with targets: exp(710) is more than a float64 holds."""
    shape = tuple(rng.integers(1, 5, rng.integers(1, 3)))
    return (rng.uniform(-20, 20, shape), rng.choice([-1.0, 1.0], shape)), {}


EXPONENTIAL: Final = Loss(
    name="exponential",
    aliases=(
        "exponential_loss",
        "exp_loss",
        "adaboost",
    ),
    title="exponential loss",
    summary="Charges exp(-y z): a mistake weighs e times more for every unit that it lies deeper.",
    formula="exp(-y z)",
    latex=r"L = e^{-y z}",
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
    result="(), above 0, best towards 0; 1 is guessing",
    reference=exponential_reference,
    fast=exponential,
    sample=within_reach,
    convex=True,
    symmetric=False,
    scale_invariant=False,
    gradient_bound=None,
    curves=(
        Curve(label="y = 1", target=1.0),
        Curve(label="y = -1", target=-1.0),
    ),
    shown=(-2.0, 2.0),
    when="To understand AdaBoost: its weights of the examples are exactly this loss, and each round is one descent "
    "step on it.",
    when_not="When labels are noisy, or in a network: one deep mistake outweighs everything. Take the soft margin "
    "loss.",
    mistakes=(
        "Letting scores run free: from 89 on the wrong side on it is infinite in float32, and the gradient as well.",
        "Reading 1 / (1 + exp(-z)) as the probability: this loss fits half the log-odds, so it is 1 / (1 + exp(-2 z)).",
    ),
    source="Y. Freund & R. E. Schapire, 1997; as a loss: J. Friedman, T. Hastie & R. Tibshirani, Additive logistic "
    "regression, 2000.",
)
