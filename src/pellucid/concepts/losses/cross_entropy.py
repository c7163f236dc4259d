"""Cross-entropy from logits: log-softmax and negative log-likelihood of one class out of k."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from torch.nn import functional

from pellucid.concepts.losses.loss import Floats, Loss, ValueAndGradient
from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor

IGNORE_INDEX: Final = -100  # torch's own default: a target that can be no class


def cross_entropy_reference(
    logits: Floats,
    targets: NDArray[np.int64],
    class_weights: Floats | None = None,
    label_smoothing: float = 0.0,
    ignore_index: int = IGNORE_INDEX,
) -> ValueAndGradient:
    """Return the weighted mean cross-entropy and its gradient.

    **Formula** with p = softmax(z), class weights w, smoothing s and q_ic = (1 - s) [c = y_i] + s / k:
    L = sum_i sum_c w_c q_ic (-log p_ic) / W, W = sum_i w_(y_i);
    dL/dz_ic = (p_ic sum_j w_j q_ij - w_c q_ic) / W.

    Args:
        logits: z, (n, k), any numbers.
        targets: y, (n,) class indices 0…k-1.
        class_weights: w, (k,), at least 0; None: all 1.
        label_smoothing: s, 0…1.
        ignore_index: rows with this target do not count.

    Returns:
        The loss in nats, at least 0, best 0 without smoothing; log k is guessing. And its gradient, (n, k).

    Raises:
        ShapeError: logits are not (n, k), or targets not (n,).

    Example:
        >>> import numpy as np
        >>> value, _ = cross_entropy_reference(np.array([[1.0, 2], [1, 3], [1, 3]]), np.array([0, 1, 1]))
        >>> round(value, 4)
        0.5224
    """
    check_class_shapes(logits, targets)
    z, s, k = logits, label_smoothing, logits.shape[1]
    w = np.ones(k) if class_weights is None else class_weights
    counted = (targets != ignore_index)[:, None]  # (n, 1)
    y = np.where(counted[:, 0], targets, 0)
    q = ((1 - s) * (np.arange(k) == y[:, None]) + s / k) * counted  # (n, k)
    highest = z.max(axis=1, keepdims=True)  # taken out so that exp cannot overflow; softmax does not change
    log_p = z - highest - np.log(np.exp(z - highest).sum(axis=1, keepdims=True))
    W = (w[y] * counted[:, 0]).sum()
    value = (w * q * -log_p).sum() / W
    gradient = (np.exp(log_p) * (w * q).sum(axis=1, keepdims=True) - w * q) / W
    return float(value), gradient


def cross_entropy(
    logits: Tensor,
    targets: Tensor,
    class_weights: Tensor | None = None,
    label_smoothing: float = 0.0,
    ignore_index: int = IGNORE_INDEX,
) -> Tensor:
    """Return the weighted mean cross-entropy; see `cross_entropy_reference`.

    Raises:
        ShapeError: logits are not (n, k), or targets not (n,).
    """
    check_class_shapes(logits, targets)
    return functional.cross_entropy(
        logits, targets, weight=class_weights, label_smoothing=label_smoothing, ignore_index=ignore_index
    )


def check_class_shapes(logits: Floats | Tensor, targets: NDArray[np.int64] | Tensor) -> None:
    """Refuse everything but logits (n, k) with targets (n,).

    Raises:
        ShapeError: it is something else; the sentence says how to mend it.
    """
    if logits.ndim == len(("n", "k")) and targets.shape == logits.shape[:1]:
        return
    given, expected = tuple(targets.shape), tuple(logits.shape)
    if logits.ndim != len(("n", "k")):
        raise ShapeError(
            f"cross_entropy expected logits of shape (n, k), got {expected}: pass one row of k logits for each example"
        )
    remedy = "pass one class index for each row of logits"
    if given == (expected[0], 1):
        remedy = "pass targets[:, 0]"
    elif given == expected:
        remedy = "pass targets.argmax(1), the index of the class instead of one-hot rows"
    raise ShapeError(f"cross_entropy expected targets of shape (n,) = {expected[:1]}, got {given}: {remedy}")


CROSS_ENTROPY: Final = Loss(
    name="cross_entropy",
    aliases=("ce", "softmax", "log_softmax_nll", "categorical_cross_entropy"),
    title="cross-entropy",
    formula="-w_y log p_y, p = softmax(z)",
    latex=r"-w_y \log p_y,\quad p_c = \frac{e^{z_c}}{\sum_j e^{z_j}}",
    logits="(n, k)",
    targets="(n,), class indices 0…k-1",
    target_values="class indices",
    convex=True,
    reference=cross_entropy_reference,
    fast=cross_entropy,
    when="One class out of k; with class weights when rare classes must count as much as common ones.",
    mistake="A softmax as last layer: this loss applies it itself, and two of them flatten the gradient.",
    source="I. J. Good, Rational decisions, 1952; label smoothing: C. Szegedy et al., 2016. Natural logarithm, mean "
    "weighted by the true class's weight, smoothing as in torch.nn.CrossEntropyLoss.",
)
