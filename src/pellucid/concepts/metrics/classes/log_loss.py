"""Log loss: the mean of -log of the probability that was given to the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.metrics.inputs import (
    PLAIN_OR_CLASSES,
    Integers,
    argument,
    check_classes,
    check_pair,
    check_probabilities,
    check_table,
)
from pellucid.concepts.metrics.metric import Metric
from pellucid.drawing.records import Picture, Plot, Series
from pellucid.foundation.errors import RangeError

if TYPE_CHECKING:
    from torch import Tensor

SUM_TOLERANCE: Final = 1e-4  # of a row: float32 rounds the sum of a thousand classes by less


def log_loss_reference(probabilities: Floats, targets: Integers) -> float:
    """Return the mean of -log of the probability given to the truth: sure mistakes cost most.

    **Formula** (1/n) sum of -log p(y), where p(y) is the probability given to the true class, kept within eps and 1 -
    eps with eps = 2.2e-16 (1.2e-7 in float32), so that a sure miss costs 36 nats (16) and not infinity.

    Args:
        probabilities: p of class 1, (n,); or p of each class, (n, k), rows sum to 1.
        targets: y, true classes, (n,): 0 or 1, or 0 … k - 1.

    Returns:
        In nats, at least 0, best 0; always saying the shares of the classes gives their entropy.

    Raises:
        ShapeError: the shapes do not fit.
        RangeError: there is no row, a probability lies outside 0 to 1, rows do not sum to 1, or a target is no class.

    Example:
        >>> import numpy as np
        >>> round(log_loss_reference(np.array([0.9, 0.2]), np.array([1, 0])), 4)
        0.1643
        >>> round(log_loss_reference(np.array([[0.1, 0.9], [0.5, 0.5]]), np.array([1, 0])), 4)
        0.3993
    """
    _check(probabilities, targets)
    p = probabilities
    eps = np.finfo(p.dtype).eps
    p_y = np.where(targets == 1, p, 1 - p) if p.ndim == 1 else p[np.arange(len(p)), targets.astype(int)]
    return float(np.mean(-np.log(np.clip(p_y, eps, 1 - eps))))


def log_loss(probabilities: Tensor, targets: Tensor) -> Tensor:
    """Return the same on tensors; see `log_loss_reference`.

    Raises:
        ShapeError: the shapes do not fit.
        RangeError: there is no row, a probability lies outside 0 to 1, rows do not sum to 1, or a target is no class.
    """
    import torch

    _check(probabilities, targets)
    p = probabilities
    eps = torch.finfo(p.dtype).eps
    plain = p.ndim == 1
    of_truth = torch.where(targets == 1, p, 1 - p) if plain else p.gather(1, targets.long()[:, None])[:, 0]
    return -of_truth.clamp(eps, 1 - eps).log().mean()


def _drawn() -> Picture:
    p = np.linspace(0.005, 1, 200)
    one = np.ones(1, dtype=np.int64)
    log = np.array([log_loss_reference(np.array([at]), one) for at in p])
    return Picture(
        alt="Cost of one row over the probability that was given to its truth: log loss is 0.69 at one half, 2.3 at "
        "0.1 and 4.6 at 0.01; the Brier score never exceeds 1.",
        panels=(
            Plot(
                title="cost of one row",
                x_title="probability given to the truth",
                series=(
                    Series(name="log loss", x=p, y=log),
                    Series(name="Brier score", x=p, y=(1 - p) ** 2, role="other"),
                ),
            ),
            Plot(
                title="expected cost when the truth happens in 30 of 100",
                x_title="stated probability",
                series=(
                    Series(name="log loss", x=p[:-1], y=-0.3 * np.log(p[:-1]) - 0.7 * np.log(1 - p[:-1])),
                    Series(name="honest", x=np.array([0.3, 0.3]), y=np.array([0, 3]), role="quiet"),
                ),
                y_range=(0, 3),
            ),
        ),
    )


def _check(probabilities: Any, targets: Any) -> None:
    """Refuse what does not fit together, and labels that were passed as probabilities."""
    if "float" not in str(probabilities.dtype):
        raise RangeError(
            f"log_loss expected probabilities as floating-point numbers, got {probabilities.dtype}: "
            "pass probabilities, not the predicted classes"
        )
    if len(probabilities.shape) == 1:
        check_pair("log_loss", probabilities, targets, "probabilities")
        check_classes("log_loss", targets, "targets", most=1)
    else:
        check_table("log_loss", probabilities, targets, "probabilities")
    check_probabilities("log_loss", probabilities)
    if len(probabilities.shape) > 1 and (wrong := abs(probabilities.sum(1) - 1) > SUM_TOLERANCE).any():
        total = probabilities.sum(1)[wrong][0].item()
        raise RangeError(
            f"log_loss expected probabilities whose rows sum to 1, got {total:g}: pass logits through the softmax first"
        )


LOG_LOSS: Final = Metric(
    name="log_loss",
    aliases=(
        "logloss",
        "log loss",
        "negative_log_likelihood",
        "BinaryCrossentropy",
        "CategoricalCrossentropy",
        "SparseCategoricalCrossentropy",
    ),
    title="log loss",
    summary="The mean of -log of the probability given to the truth: sure mistakes cost most.",
    formula="(1/n) sum of -log p(y)",
    latex=r"-\frac{1}{n}\sum_{i=1}^{n}\log p_i(y_i)",
    arguments=(
        argument("probabilities", "p, of class 1, or one for each class", "probabilities", PLAIN_OR_CLASSES),
        argument("targets", "y, the true class", "class indices", ("(n,)", "(n,)")),
    ),
    result="nats, at least 0, best 0",
    reference=log_loss_reference,
    fast=log_loss,
    greater_is_better=False,
    best=0.0,
    worst=None,
    drawn=_drawn,
    when="The probabilities themselves are used. It is least, on average, for the true ones: a proper score.",
    when_not="When labels may be wrong: one sure answer against a wrong label can outweigh a thousand "
    "rows. Take the Brier score.",
    mistakes=(
        "Passing logits: it wants probabilities; the cross-entropy loss wants logits.",
        (
            "Comparing it over tasks: 0.3 is bad where positives are 1 in 100 (their entropy is 0.056) "
            "and good for ten classes."
        ),
    ),
    source="I. J. Good, Rational decisions, 1952; clipped at eps and not renormalized, as sklearn.metrics.log_loss.",
)
