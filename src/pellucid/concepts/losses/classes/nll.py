"""Negative log-likelihood of log-probabilities: the second half of cross-entropy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats, Option
from pellucid.concepts.losses.classes.indices import (
    IGNORE_INDEX,
    check_class_shapes,
    check_class_weights,
    check_indices,
    reduced_by_weight,
)
from pellucid.concepts.losses.loss import REDUCTION, Curve, Loss, Path, Reduction, ValueAndGradient, check_reduction

if TYPE_CHECKING:
    from torch import Tensor


def nll_reference(
    log_probabilities: Floats,
    targets: NDArray[Any],
    class_weights: Floats | None = None,
    ignore_index: int = IGNORE_INDEX,
    reduction: Reduction = "mean",
) -> ValueAndGradient:
    """Return the negative log-likelihood and its gradient.

    **Formula** with class weights w: L_i = -w_(y_i) l_(i, y_i); dL_i/dl_ic = -w_c [c = y_i].
    The mean is sum_i L_i / W with W = sum_i w_(y_i).

    Args:
        log_probabilities: l, (n, k), at most 0, each row's exponentials summing to 1: a log-softmax.
        targets: y, (n,) class indices 0…k-1.
        class_weights: w, (k,), at least 0; None: all 1.
        ignore_index: rows with this target do not count.
        reduction: mean (weighted), sum, or none: one loss for each row.

    Returns:
        The loss in nats, at least 0, best 0; and its gradient, (n, k).

    Raises:
        ShapeError: log_probabilities are not (n, k), targets not (n,), or class_weights not (k,).
        RangeError: a target is none of the classes, or no row counts, so that there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> value, _ = nll_reference(np.log([[0.5, 0.5], [0.1, 0.9]]), np.array([0, 1]))
        >>> round(value, 4)
        0.3993
    """
    check_class_shapes("nll", log_probabilities, targets, "log_probabilities")
    check_class_weights("nll", class_weights, log_probabilities.shape[1])
    check_indices("nll", targets, log_probabilities.shape[1], ignore_index)
    (n, k), row = log_probabilities.shape, np.arange(len(targets))
    w = np.ones(k) if class_weights is None else class_weights
    counted = targets != ignore_index
    y = np.where(counted, targets, 0)
    W = float((w[y] * counted).sum())
    L = -w[y] * log_probabilities[row, y] * counted
    dL_dl = np.zeros((n, k))
    dL_dl[row, y] = -w[y] * counted
    return reduced_by_weight(L, dL_dl, W, reduction)


def nll(
    log_probabilities: Tensor,
    targets: Tensor,
    class_weights: Tensor | None = None,
    ignore_index: int = IGNORE_INDEX,
    reduction: Reduction = "mean",
) -> Tensor:
    """Return the negative log-likelihood; see `nll_reference`. The mean is nan where all rows are ignored.

    Raises:
        ShapeError: log_probabilities are not (n, k), targets not (n,), or class_weights not (k,).
        RangeError: there is nothing to take the mean of.
    """
    from torch.nn import functional

    check_class_shapes("nll", log_probabilities, targets, "log_probabilities")
    check_class_weights("nll", class_weights, log_probabilities.shape[1])
    check_reduction(targets.shape[0], reduction)
    return functional.nll_loss(
        log_probabilities, targets, weight=class_weights, ignore_index=ignore_index, reduction=reduction
    )


def first_of_two(target: float, p: Floats) -> tuple[Floats, Floats]:
    """Return loss and slope as the probability of the first of two classes moves."""
    value, gradient = nll_reference(
        np.log(np.stack([p, 1 - p], axis=1)), np.full(len(p), int(target)), reduction="none"
    )
    return value, gradient[:, 0] / p - gradient[:, 1] / (1 - p)  # dl/dp = 1/p and -1/(1-p)


NLL: Final = Loss(
    name="nll",
    aliases=("NLLLoss", "nll_loss", "negative_log_likelihood"),
    title="negative log-likelihood",
    summary="Picks the log-probability of the true class and turns its sign; with log-softmax before it, "
    "cross-entropy.",
    formula="-w_y l_y",
    latex=r"L = -w_y\, l_y",
    arguments=(
        Argument(name="log_probabilities", shapes=("(n, k)",), values="log distributions", meaning="l, a log-softmax"),
        Argument(name="targets", shapes=("(n,)",), values="class indices", meaning="y, 0…k-1", differentiable=False),
    ),
    options=(
        Option(name="class_weights", meaning="w, (k,), what each true class counts"),
        Option(name="ignore_index", meaning="rows with this target do not count"),
        REDUCTION,
    ),
    result="(), at least 0, best 0, in nats; log k is guessing",
    reference=nll_reference,
    fast=nll,
    convex=True,
    symmetric=False,
    scale_invariant=False,
    gradient_bound=1.0,
    curves=(Curve(label="first class true", target=0.0), Curve(label="second class true", target=1.0)),
    shown=(0.02, 0.98),
    path=Path(moved="probability of the first of two", curve=first_of_two),
    when="Networks that end in a log-softmax, because their log-probabilities are also used elsewhere.",
    when_not="From logits: take cross-entropy, which does both steps at once.",
    mistakes=(
        "Giving it logits: nothing complains, the loss becomes negative (logits [[1,2],[1,3],[1,3]] give -2.3333) and "
        "falls for ever.",
        "Giving it probabilities instead of their logarithms: the loss lies between -1 and 0 and hardly moves.",
        "Taking log(softmax(z)) in two steps: it is -inf where softmax underflows. Use log_softmax.",
    ),
    source="R. A. Fisher, On the mathematical foundations of theoretical statistics, 1922. Weighted mean as in "
    "torch.nn.NLLLoss.",
)
