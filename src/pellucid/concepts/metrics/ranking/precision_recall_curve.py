"""The precision-recall curve: precision over sensitivity, for every threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.metrics.inputs import BINARY_TARGETS, SCORES, Integers, check_positives, check_scores
from pellucid.concepts.metrics.metric import Metric
from pellucid.concepts.metrics.threshold import counts_panel, distributions, scores_of, table_of
from pellucid.drawing.records import Frame, Picture, Plot, Series

if TYPE_CHECKING:
    from torch import Tensor


def precision_recall_curve_reference(scores: Floats, targets: Integers) -> tuple[Floats, Floats, Floats]:
    """Return precision over recall while the threshold falls through all scores.

    **Formula** for each threshold t, falling over the distinct scores, rows with s >= t are called positive: P = TP /
    (TP + FP), R = TP / (TP + FN).

    Args:
        scores: s, (n,), any numbers that rise with the belief in class 1.
        targets: y, 1 where truly positive, else 0, (n,).

    Returns:
        Precisions, recalls and thresholds, each (g,) for g distinct scores; recall rises to 1, where precision is
        the share of positives.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a score is NaN, a target is neither 0 nor 1, or there is no positive.

    Example:
        >>> import numpy as np
        >>> P, R, t = precision_recall_curve_reference(np.array([0.1, 0.4, 0.4, 0.8]), np.array([0, 0, 1, 1]))
        >>> P.round(2), R, t
        (array([1.  , 0.67, 0.5 ]), array([0.5, 1. , 1. ]), array([0.8, 0.4, 0.1]))
    """
    check_scores("precision_recall_curve", scores, targets)
    check_positives("precision_recall_curve", targets)
    t = np.unique(scores)[::-1]
    TP = np.array([np.sum((scores >= one) & (targets == 1)) for one in t])
    FP = np.array([np.sum((scores >= one) & (targets == 0)) for one in t])
    return TP / (TP + FP), TP / np.sum(targets == 1), t


def precision_recall_curve(scores: Tensor, targets: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the same on tensors; see `precision_recall_curve_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a score is NaN, a target is neither 0 nor 1, or there is no positive.
    """
    import torch

    check_scores("precision_recall_curve", scores, targets)
    check_positives("precision_recall_curve", targets)
    rising, place, counts = torch.unique(scores.double(), return_inverse=True, return_counts=True)
    found = torch.bincount(place, weights=targets.double(), minlength=len(rising)).flip(0).cumsum(0)
    called = counts.flip(0).cumsum(0)
    return found / called, found / found[-1], rising.flip(0)


def _drawn() -> Picture:
    frames = []
    for negatives in (100, 200, 500, 1000):
        scores, targets = scores_of(100, negatives)
        P, R, _ = precision_recall_curve_reference(scores, targets)
        threshold = 1.25
        table = table_of((scores >= threshold).astype(np.int64), targets)
        (_, FP), (FN, TP) = table.tolist()
        share = 100 / (100 + negatives)
        curve = Plot(
            title="precision over recall",
            x_title="recall",
            series=(
                Series(name="precision-recall", x=R, y=P),
                Series(name="guessing", x=np.array([0, 1.0]), y=np.array([share, share]), role="quiet"),
                Series(
                    name="now", x=np.array([TP / (TP + FN)]), y=np.array([TP / (TP + FP)]), kind="dots", role="mark"
                ),
            ),
            x_range=(0, 1.02),
            y_range=(0, 1.02),
        )
        note = (
            f"100 to {negatives}: at threshold {threshold} recall {TP / (TP + FN):.2f}, precision {TP / (TP + FP):.2f}"
        )
        panels = (distributions(targets, 1.5, threshold), counts_panel(table, ("TP", "FP", "FN")), curve)
        frames.append(Frame(label=f"1 : {negatives // 100}", note=note, panels=panels))
    return Picture(
        alt=f"The same scores with more and more negatives: the curve sinks; ROC would stay. {frames[-1].note}.",
        frames=tuple(frames),
        columns=3,
    )


PRECISION_RECALL_CURVE: Final = Metric(
    name="precision_recall_curve",
    aliases=("pr_curve", "PrecisionRecallDisplay"),
    title="precision-recall curve",
    summary="Precision over recall while the threshold falls through all scores.",
    formula="P = TP / (TP + FP), R = TP / (TP + FN) for each threshold",
    latex=r"P(t) = \frac{TP(t)}{TP(t)+FP(t)},\quad R(t) = \frac{TP(t)}{TP(t)+FN(t)}",
    arguments=(SCORES, BINARY_TARGETS),
    result="three arrays (g,): precisions, recalls, thresholds",
    reference=precision_recall_curve_reference,
    fast=precision_recall_curve,
    greater_is_better=None,
    best=None,
    worst=None,
    drawn=_drawn,
    when="Rare positives: the curve shows how many false alarms each further find costs.",
    when_not="To compare data with other shares of positives: the curve sinks as positives get rarer.",
    mistakes=(
        "Joining its points by straight lines and taking the area: that is too hopeful; take average precision.",
        "Drawing it without the level of guessing, which is the share of positives.",
    ),
    source="V. Raghavan et al., 1989; by falling threshold and without the added point (recall 0, precision 1) of "
    "sklearn.metrics.precision_recall_curve, which runs the other way.",
)
