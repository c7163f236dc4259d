"""Cross-entropy from logits: log-softmax and negative log-likelihood of one class out of k."""

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


def cross_entropy_reference(
    logits: Floats,
    targets: NDArray[Any],
    class_weights: Floats | None = None,
    label_smoothing: float = 0.0,
    ignore_index: int = IGNORE_INDEX,
    reduction: Reduction = "mean",
) -> ValueAndGradient:
    """Return the cross-entropy and its gradient.

    **Formula** with p = softmax(z), class weights w, smoothing s and q_ic = (1 - s) [c = y_i] + s / k:
    L_i = sum_c w_c q_ic (-log p_ic); dL_i/dz_ic = p_ic sum_j w_j q_ij - w_c q_ic.
    The mean is sum_i L_i / W with W = sum_i w_(y_i); for targets that are distributions, W = n.

    Args:
        logits: z, (n, k), any numbers.
        targets: y, (n,) class indices 0…k-1; or (n, k), one-hot rows or distributions, in the place of [c = y_i].
        class_weights: w, (k,), at least 0; None: all 1.
        label_smoothing: s, 0…1.
        ignore_index: rows with this target do not count.
        reduction: mean (weighted), sum, or none: one loss for each row.

    Returns:
        The loss in nats, at least 0, best 0 without smoothing; log k is guessing. And its gradient, (n, k).

    Raises:
        ShapeError: logits are not (n, k), targets neither (n,) nor (n, k), or class_weights not (k,).
        RangeError: a target is none of the classes, or no row counts, so that there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> value, _ = cross_entropy_reference(np.array([[1.0, 2], [1, 3], [1, 3]]), np.array([0, 1, 1]))
        >>> round(value, 4)
        0.5224
    """
    check_class_shapes("cross_entropy", logits, targets, distributions=True)
    check_class_weights("cross_entropy", class_weights, logits.shape[1])
    if targets.ndim == 1:
        check_indices("cross_entropy", targets, logits.shape[1], ignore_index)
    z, s, (n, k) = logits, label_smoothing, logits.shape
    w = np.ones(k) if class_weights is None else class_weights
    if targets.ndim == 1:
        counted = targets != ignore_index  # (n,)
        y = np.where(counted, targets, 0)
        q = ((1 - s) * (np.arange(k) == y[:, None]) + s / k) * counted[:, None]  # (n, k)
        W = float((w[y] * counted).sum())
    else:
        q = (1 - s) * targets + s / k
        W = float(n)
    highest = z.max(axis=1, keepdims=True)  # taken out so that exp cannot overflow; softmax does not change
    log_p = z - highest - np.log(np.exp(z - highest).sum(axis=1, keepdims=True))
    L = (w * q * -log_p).sum(axis=1)
    dL_dz = np.exp(log_p) * (w * q).sum(axis=1, keepdims=True) - w * q
    return reduced_by_weight(L, dL_dz, W, reduction)


def cross_entropy(
    logits: Tensor,
    targets: Tensor,
    class_weights: Tensor | None = None,
    label_smoothing: float = 0.0,
    ignore_index: int = IGNORE_INDEX,
    reduction: Reduction = "mean",
) -> Tensor:
    """Return the cross-entropy; see `cross_entropy_reference`. The mean is nan where all rows are ignored.

    Raises:
        ShapeError: logits are not (n, k), targets neither (n,) nor (n, k), or class_weights not (k,).
        RangeError: there is nothing to take the mean of.
    """
    from torch.nn import functional

    check_class_shapes("cross_entropy", logits, targets, distributions=True)
    check_class_weights("cross_entropy", class_weights, logits.shape[1])
    check_reduction(logits.shape[0], reduction)
    return functional.cross_entropy(
        logits,
        targets if targets.ndim == 1 else targets.to(logits.dtype),
        weight=class_weights,
        label_smoothing=label_smoothing,
        ignore_index=ignore_index,
        reduction=reduction,
    )


def first_of_three(target: float, z: Floats) -> tuple[Floats, Floats]:
    """Return loss and slope as the logit of the first of three classes moves; the other two stay at 0."""
    logits = np.stack([z, np.zeros_like(z), np.zeros_like(z)], axis=1)
    value, gradient = cross_entropy_reference(logits, np.full(len(z), int(target)), reduction="none")
    return value, gradient[:, 0]


CROSS_ENTROPY: Final = Loss(
    name="cross_entropy",
    aliases=(
        "ce",
        "softmax",
        "log_softmax_nll",
        "categorical_cross_entropy",
        "CrossEntropyLoss",
        "CategoricalCrossentropy",
        "SparseCategoricalCrossentropy",
    ),
    title="cross-entropy",
    summary="Charges the surprise, in nats, of the true class under the softmax of the logits.",
    formula="-sum_c w_c q_c log p_c, p = softmax(z), q_c = (1 - s) [c = y] + s / k; where s = 0: -w_y log p_y",
    latex=r"L = -\sum_c w_c\, q_c \log p_c,\quad p_c = \frac{e^{z_c}}{\sum_j e^{z_j}},\quad "
    r"q_c = (1-s)\,[c = y] + \frac{s}{k}\quad (s = 0:\; L = -w_y \log p_y)",
    arguments=(
        Argument(name="logits", shapes=("(n, k)",), meaning="z, one for each class"),
        Argument(
            name="targets",
            shapes=("(n,)",),
            values="class indices",
            meaning="y, 0…k-1; one-hot rows or distributions (n, k) are taken too",
            differentiable=False,
        ),
    ),
    options=(
        Option(name="class_weights", meaning="w, (k,), what each true class counts"),
        Option(name="label_smoothing", meaning="s, the share of the target spread over all classes", low=0, high=1),
        Option(name="ignore_index", meaning="rows with this target do not count"),
        REDUCTION,
    ),
    result="(), at least 0, best 0, in nats; log k is guessing",
    reference=cross_entropy_reference,
    fast=cross_entropy,
    convex=True,
    symmetric=False,
    scale_invariant=False,
    gradient_bound=1.0,
    curves=(Curve(label="first class true", target=0.0), Curve(label="second class true", target=1.0)),
    shown=(-5.0, 5.0),
    path=Path(moved="logit of the first of three classes", curve=first_of_three),
    when="One class out of k; with class weights when rare classes must count as much as common ones.",
    when_not="When several labels may hold at once: take binary cross-entropy, one logit for each label.",
    mistakes=(
        "A softmax as last layer: this loss applies it itself, and two of them flatten the gradient.",
        "Expecting the mean over rows where class weights are given: it is divided by the weights of the true classes.",
        "One-hot rows as integers: torch's own loss refuses them; here they are taken.",
    ),
    source="I. J. Good, Rational decisions, 1952; label smoothing: C. Szegedy et al., 2016. Natural logarithm, mean "
    "weighted by the true class's weight, smoothing as in torch.nn.CrossEntropyLoss.",
)
