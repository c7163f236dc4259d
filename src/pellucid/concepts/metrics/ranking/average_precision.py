"""Average precision: the area under the precision-recall curve, as a sum of steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.metrics.inputs import BINARY_TARGETS, SCORES, Integers, check_positives, check_scores
from pellucid.concepts.metrics.metric import Metric
from pellucid.concepts.metrics.ranking.precision_recall_curve import (
    precision_recall_curve,
    precision_recall_curve_reference,
)
from pellucid.drawing.records import Frame, Picture, Plot, Series

if TYPE_CHECKING:
    from torch import Tensor


def average_precision_reference(scores: Floats, targets: Integers) -> float:
    """Return the mean of the precision at each positive found, going down the list of scores.

    **Formula** AP = sum over thresholds of (R_i - R_{i-1}) P_i, recall R rising from R_0 = 0; not interpolated.

    Args:
        scores: s, (n,), any numbers that rise with the belief in class 1.
        targets: y, 1 where truly positive, else 0, (n,).

    Returns:
        From 0 to 1, best 1; guessing gives about the share of positives.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a score is NaN, a target is neither 0 nor 1, or there is no positive.

    Example:
        >>> import numpy as np
        >>> round(average_precision_reference(np.array([0.1, 0.4, 0.4, 0.8]), np.array([0, 0, 1, 1])), 4)
        0.8333
    """
    check_scores("average_precision", scores, targets)
    check_positives("average_precision", targets)
    AP, R_before = 0.0, 0.0
    for t in np.unique(scores)[::-1]:
        TP, FP = np.sum((scores >= t) & (targets == 1)), np.sum((scores >= t) & (targets == 0))
        P, R = TP / (TP + FP), TP / np.sum(targets == 1)
        AP += (R - R_before) * P
        R_before = R
    return float(AP)


def average_precision(scores: Tensor, targets: Tensor) -> Tensor:
    """Return the same on tensors; see `average_precision_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a score is NaN, a target is neither 0 nor 1, or there is no positive.
    """
    check_scores("average_precision", scores, targets)
    check_positives("average_precision", targets)
    precision, recall, _ = precision_recall_curve(scores, targets)
    return (recall.diff(prepend=recall.new_zeros(1)) * precision).sum()


def _drawn() -> Picture:
    targets = np.array([1, 1, 0, 1, 0, 0, 1, 0, 0, 0])
    scores = np.arange(10, 0, -1).astype(float)
    P, R, _ = precision_recall_curve_reference(scores, targets)
    frames = []
    total = 0.0
    for i in range(len(targets)):
        gain = R[i] - (R[i - 1] if i else 0.0)
        total += gain * P[i]
        kept = np.flatnonzero(np.diff(R[: i + 1], prepend=0.0) > 0)  # a negative adds no area
        corners = np.repeat(np.append(0, R[kept]), 2)[1:], np.append(np.repeat(P[kept], 2), 0)
        frames.append(
            Frame(
                label=f"row {i + 1}",
                note=f"row {i + 1} is {'a positive' if targets[i] else 'a negative'}: adds {gain:.2f} · {P[i]:.3f}, "
                f"sum {total:.3f}",
                panels=(
                    Plot(
                        title="rows by falling score",
                        x_title="row",
                        series=(
                            Series(name="precision so far", x=np.arange(1, i + 2), y=P[: i + 1], kind="line and dots"),
                            Series(name="positive", x=np.arange(1, 11), y=targets * 0.08, kind="bars", role="third"),
                        ),
                        x_range=(0.4, 10.6),
                        y_range=(0, 1.05),
                    ),
                    Plot(
                        title="area of the steps",
                        x_title="recall",
                        series=(Series(name="average precision", x=corners[0], y=corners[1], kind="area"),),
                        x_range=(0, 1),
                        y_range=(0, 1.05),
                    ),
                ),
            )
        )
    return Picture(
        alt=f"Ten rows by falling score, four positives: average precision {total:.3f}.", frames=tuple(frames)
    )


AVERAGE_PRECISION: Final = Metric(
    name="average_precision",
    aliases=("ap", "average_precision_score", "auprc"),
    title="average precision",
    summary="The mean of the precision at each positive found, going down the list of scores.",
    formula="sum of (R_i - R_{i-1}) P_i",
    latex=r"AP = \sum_i (R_i - R_{i-1})\,P_i",
    arguments=(SCORES, BINARY_TARGETS),
    result="a number from 0 to 1, best 1; guessing gives about the share of positives",
    reference=average_precision_reference,
    fast=average_precision,
    greater_is_better=True,
    best=1.0,
    worst=0.0,
    drawn=_drawn,
    when="Rare positives, and the top of the list is what is used.",
    when_not="To compare data with other shares of positives: guessing itself moves. Take ROC AUC.",
    mistakes=(
        "Taking the trapezoid area under the curve for it: that is another number, and too hopeful.",
        "Reading 0.3 as poor: with 1 % positives, guessing gives 0.01.",
    ),
    source="G. Salton & M. J. McGill, 1983; not interpolated, as sklearn.metrics.average_precision_score.",
)
