"""The ROC curve: true positive rate over false positive rate, for every threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.metrics.inputs import BINARY_TARGETS, SCORES, Integers, check_both_classes, check_scores
from pellucid.concepts.metrics.metric import Metric
from pellucid.concepts.metrics.threshold import counts_panel, distributions, scores_of, table_of
from pellucid.drawing.records import Frame, Picture, Plot, Series

if TYPE_CHECKING:
    from torch import Tensor


def roc_curve_reference(scores: Floats, targets: Integers) -> tuple[Floats, Floats, Floats]:
    """Return the true positive rate over the false positive rate while the threshold falls through all scores.

    **Formula** for each threshold t, from infinity down over the distinct scores, rows with s >= t are called positive:
    x = FP / (FP + TN), y = TP / (TP + FN). Rows with equal scores fall together: one slanted step.

    Args:
        scores: s, (n,), any numbers that rise with the belief in class 1.
        targets: y, 1 where truly positive, else 0, (n,).

    Returns:
        False positive rates, true positive rates and thresholds, each (g + 1,) for g distinct scores, from (0, 0)
        to (1, 1).

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a score is NaN, a target is neither 0 nor 1, or a class is missing.

    Example:
        >>> import numpy as np
        >>> x, y, t = roc_curve_reference(np.array([0.1, 0.4, 0.4, 0.8]), np.array([0, 0, 1, 1]))
        >>> x, y, t
        (array([0. , 0. , 0.5, 1. ]), array([0. , 0.5, 1. , 1. ]), array([inf, 0.8, 0.4, 0.1]))
    """
    check_scores("roc_curve", scores, targets)
    check_both_classes("roc_curve", targets)
    t = np.append(np.inf, np.unique(scores)[::-1])
    FP = np.array([np.sum((scores >= one) & (targets == 0)) for one in t[1:]])
    TP = np.array([np.sum((scores >= one) & (targets == 1)) for one in t[1:]])
    x, y = np.append(0, FP / np.sum(targets == 0)), np.append(0, TP / np.sum(targets == 1))
    return x, y, t


def roc_curve(scores: Tensor, targets: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the same on tensors; see `roc_curve_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a score is NaN, a target is neither 0 nor 1, or a class is missing.
    """
    import torch

    check_scores("roc_curve", scores, targets)
    check_both_classes("roc_curve", targets)
    rising, place = torch.unique(scores.double(), return_inverse=True)
    found = torch.bincount(place, weights=targets.double(), minlength=len(rising)).flip(0).cumsum(0)
    alarms = torch.bincount(place, weights=1 - targets.double(), minlength=len(rising)).flip(0).cumsum(0)
    thresholds = torch.cat([rising.new_tensor([torch.inf]), rising.flip(0)])
    start = rising.new_zeros(1)
    return torch.cat([start, alarms / alarms[-1]]), torch.cat([start, found / found[-1]]), thresholds


def _drawn() -> Picture:
    scores, targets = scores_of()
    x, y, _ = roc_curve_reference(scores, targets)
    frames = []
    for threshold in np.linspace(3.5, 0.5, 21):
        table = table_of((scores >= threshold).astype(np.int64), targets)
        (TN, FP), (FN, TP) = table.tolist()
        at = np.array([FP / (FP + TN)]), np.array([TP / (TP + FN)])
        curve = Plot(
            title="ROC curve",
            x_title="false positive rate",
            series=(
                Series(name="ROC", x=x, y=y),
                Series(name="guessing", x=np.array([0, 1.0]), y=np.array([0, 1.0]), role="quiet"),
                Series(name="now", x=at[0], y=at[1], kind="dots", role="mark"),
            ),
            square=True,
        )
        rates = f"true positive rate {TP} / {TP + FN} = {at[1][0]:.2f}"
        note = f"{rates}, false positive rate {FP} / {FP + TN} = {at[0][0]:.2f}"
        panels = (distributions(targets, 1.5, threshold), counts_panel(table, ("TP", "FN", "FP", "TN")), curve)
        frames.append(Frame(label=f"threshold {threshold:.2f}", note=note, panels=panels))
    return Picture(
        alt=f"A threshold falls through two distributions and draws the ROC curve. Last frame: {frames[-1].note}.",
        frames=tuple(frames),
        columns=3,
    )


ROC_CURVE: Final = Metric(
    name="roc_curve",
    aliases=("roc", "RocCurveDisplay", "receiver operating characteristic"),
    title="ROC curve",
    summary="The true positive rate over the false positive rate while the threshold falls through all scores.",
    formula="x = FP / (FP + TN), y = TP / (TP + FN) for each threshold",
    latex=r"x(t) = \frac{FP(t)}{FP(t)+TN(t)},\quad y(t) = \frac{TP(t)}{TP(t)+FN(t)}",
    arguments=(SCORES, BINARY_TARGETS),
    result="three arrays (g + 1,): false positive rates, true positive rates, thresholds",
    reference=roc_curve_reference,
    fast=roc_curve,
    greater_is_better=None,
    best=None,
    worst=None,
    drawn=_drawn,
    when="To see all thresholds at once, and to choose one by its two rates.",
    when_not="Very rare positives: the curve looks fine while precision is poor. Draw the precision-recall curve.",
    mistakes=(
        "Drawing it from labels instead of scores: that gives one point and a misleading triangle.",
        "Breaking ties in the order of the rows: sorted data then look perfect; equal scores must fall together.",
    ),
    source="W. W. Peterson et al., The theory of signal detectability, 1954; all points kept, as "
    "sklearn.metrics.roc_curve with drop_intermediate=False.",
)
