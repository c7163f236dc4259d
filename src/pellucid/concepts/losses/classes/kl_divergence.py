"""Kullback-Leibler divergence as a loss: how far predicted log-probabilities are from a whole target distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Argument, Floats
from pellucid.concepts.losses.loss import (
    REDUCTION,
    Curve,
    Loss,
    Path,
    Reduction,
    ValueAndGradient,
    check_same_shape,
    reduced,
    reduced_tensor,
)
from pellucid.foundation.errors import RangeError, ShapeError

if TYPE_CHECKING:
    from torch import Tensor

SUM_TOLERANCE: Final = 1e-3  # of the sum of a row: wide enough for float32


def kl_divergence_reference(
    log_probabilities: Floats, targets: Floats, reduction: Reduction = "mean"
) -> ValueAndGradient:
    """Return the Kullback-Leibler divergence of the targets from the prediction, and its gradient.

    **Formula** with l = log q: L_i = sum_c p_ic (log p_ic - log q_ic), 0 log 0 = 0; dL_i/dl_ic = -p_ic.
    The mean is over the n rows, which torch calls "batchmean".

    Args:
        log_probabilities: log q, (n, k), the prediction, a log-softmax.
        targets: p, (n, k), rows at least 0 that sum to 1.
        reduction: mean, sum, or none: one loss for each row.

    Returns:
        The loss in nats, at least 0, best 0: the distributions are equal. And its gradient, (n, k).

    Raises:
        ShapeError: the shapes differ, or are not (n, k).
        RangeError: log_probabilities are probabilities, targets are no distributions, or there is nothing to take
            the mean of.

    Example:
        >>> import numpy as np
        >>> value, gradient = kl_divergence_reference(np.log([[0.5, 0.5]]), np.array([[1.0, 0.0]]))
        >>> round(value, 4), gradient
        (0.6931, array([[-1., -0.]]))
    """
    _check_rows(log_probabilities, targets)
    _check_values(log_probabilities, targets)
    log_q, p = log_probabilities, targets
    log_p = np.log(np.where(p > 0, p, 1))  # 0 log 0 = 0
    L = (p * (log_p - log_q)).sum(axis=1)
    dL_dl = -p
    return reduced(L, dL_dl, reduction)


def kl_divergence(log_probabilities: Tensor, targets: Tensor, reduction: Reduction = "mean") -> Tensor:
    """Return the Kullback-Leibler divergence; see `kl_divergence_reference`.

    Raises:
        ShapeError: the shapes differ, or are not (n, k).
        RangeError: there is nothing to take the mean of.
    """
    from torch.nn import functional

    _check_rows(log_probabilities, targets)
    return reduced_tensor(functional.kl_div(log_probabilities, targets, reduction="none").sum(dim=1), reduction)


def _check_rows(log_probabilities: Floats | Tensor, targets: Floats | Tensor) -> None:
    """Refuse everything but two arrays (n, k)."""
    if log_probabilities.ndim != len(("n", "k")):
        raise ShapeError(
            f"kl_divergence expected log_probabilities of shape (n, k), got {tuple(log_probabilities.shape)}: "
            "pass one row for each example"
        )
    check_same_shape("kl_divergence", log_probabilities, targets, axes="(n, k)")


def _check_values(log_probabilities: Floats, targets: Floats) -> None:
    """Refuse probabilities in the place of their logarithms, and targets that are no distributions."""
    given, wanted = (
        (one >= 0).all(axis=1) & (np.abs(one.sum(axis=1) - 1) <= SUM_TOLERANCE) for one in (log_probabilities, targets)
    )
    if given.any():
        raise RangeError(
            f"kl_divergence expected log_probabilities, got probabilities, {log_probabilities[given][0]}: "
            "pass their logarithms, a log-softmax"
        )
    if not wanted.all():
        raise RangeError(
            f"kl_divergence expected targets in rows at least 0 that sum to 1, got {targets[~wanted][0]}: "
            "pass probabilities, not their logarithms"
        )


def first_of_two(target: float, q: Floats) -> tuple[Floats, Floats]:
    """Return loss and slope as the predicted probability q of the first of two classes moves; its target is given."""
    p = np.tile([target, 1 - target], (len(q), 1))
    value, gradient = kl_divergence_reference(np.log(np.stack([q, 1 - q], axis=1)), p, reduction="none")
    return value, gradient[:, 0] / q - gradient[:, 1] / (1 - q)  # dl/dq = 1/q and -1/(1-q)


KL_DIVERGENCE: Final = Loss(
    name="kl_divergence",
    aliases=("kl", "KLDivLoss", "kl_div", "KLDivergence", "kullback_leibler"),
    title="Kullback-Leibler divergence",
    summary="Charges the extra nats that a message costs when it is coded for the prediction instead of the target.",
    formula="sum_c p_c (log p_c - log q_c)",
    latex=r"L = \sum_c p_c \left(\log p_c - \log q_c\right)",
    arguments=(
        Argument(
            name="log_probabilities", shapes=("(n, k)",), values="log distributions", meaning="log q, the prediction"
        ),
        Argument(
            name="targets", shapes=("(n, k)",), values="distributions", meaning="p, the target", differentiable=False
        ),
    ),
    options=(REDUCTION,),
    result="(), at least 0, best 0, in nats",
    reference=kl_divergence_reference,
    fast=kl_divergence,
    convex=True,
    symmetric=False,
    scale_invariant=False,
    gradient_bound=1.0,
    curves=(Curve(label="target 0.5", target=0.5), Curve(label="target 0.2", target=0.2)),
    shown=(0.01, 0.99),
    path=Path(moved="q, predicted for the first of two", curve=first_of_two),
    when="Targets that are whole distributions: a larger network's answers (distillation), several raters' votes.",
    when_not="Targets that are single classes: take cross-entropy, which is the same number for them.",
    mistakes=(
        "torch's reduction='mean' divides by n k, not by n, and so is k times too small: its 'batchmean' is the mean "
        "meant here.",
        "Giving it probabilities: the first argument is the prediction's logarithm, the second is no logarithm.",
        "Exchanging the two: KL(P, Q) is not KL(Q, P). Here the target comes second and weighs the logarithms.",
    ),
    source="S. Kullback & R. A. Leibler, On information and sufficiency, 1951. KL(target, prediction) with targets as "
    "probabilities (torch.nn.KLDivLoss, log_target=False), mean over the rows.",
)
