"""ROC AUC: the chance that a random positive gets a higher score than a random negative."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.metrics.inputs import (
    PLAIN_OR_CLASSES,
    Integers,
    argument,
    check_both_classes,
    check_known,
    check_scores,
    check_table,
)
from pellucid.concepts.metrics.metric import Metric
from pellucid.concepts.metrics.ranking.roc_curve import roc_curve_reference
from pellucid.drawing.records import Cells, Frame, Picture, Plot, Series
from pellucid.foundation.errors import RangeError

if TYPE_CHECKING:
    from torch import Tensor


def roc_auc_reference(scores: Floats, targets: Integers) -> float:
    """Return the chance that a random positive gets a higher score than a random negative, ties counting half.

    **Formula** mean over all pairs (positive, negative) of [s_p > s_n] + 1/2 [s_p = s_n]; for several classes the mean
    of class against rest over the classes that occur.

    Args:
        scores: s, (n,), any numbers that rise with the belief in class 1; or (n, k), one column for each class.
        targets: y, (n,), 0 or 1; or 0 … k - 1.

    Returns:
        From 0 to 1, best 1; 0.5 is guessing, below 0.5 the order is turned round.

    Raises:
        ShapeError: the shapes do not fit.
        RangeError: there is no row, a score is NaN, a target is no class, or only one class occurs.

    Example:
        >>> import numpy as np
        >>> roc_auc_reference(np.array([0.1, 0.4, 0.4, 0.8]), np.array([0, 0, 1, 1]))
        0.875
    """
    _check(scores, targets)
    areas = []
    for s, y in _one_against_rest(scores, targets):
        s_p, s_n = s[y == 1][:, None], s[y == 0][None, :]  # (positives, 1), (1, negatives)
        areas.append(np.mean((s_p > s_n) + 0.5 * (s_p == s_n)))
    return float(np.mean(areas))


def roc_auc(scores: Tensor, targets: Tensor) -> Tensor:
    """Return the same on tensors; see `roc_auc_reference`.

    Raises:
        ShapeError: the shapes do not fit.
        RangeError: there is no row, a score is NaN, a target is no class, or only one class occurs.
    """
    import torch

    _check(scores, targets)
    areas = []
    for single, truth in _one_against_rest(scores, targets):
        # The sum of the positives' ranks (ties share the mean rank) counts the pairs in order without forming them.
        _, place, counts = single.unique(return_inverse=True, return_counts=True)
        ranks = (counts.cumsum(0) - (counts - 1) / 2).double()[place]
        positives = truth.double().sum()
        wins = ranks[truth == 1].sum() - positives * (positives + 1) / 2
        areas.append(wins / (positives * (len(truth) - positives)))
    return torch.stack(areas).mean()


def _drawn() -> Picture:
    positives, negatives = np.array([0.9, 0.7, 0.6, 0.4]), np.array([0.8, 0.5, 0.4, 0.3, 0.1])
    wins = (positives[:, None] > negatives) + 0.5 * (positives[:, None] == negatives)
    scores, targets = np.append(positives, negatives), np.repeat([1, 0], [4, 5])
    x, y, _ = roc_curve_reference(scores, targets)
    frames = []
    for shift in (-0.6, -0.4, -0.2, 0.0):
        wins = (positives[:, None] + shift > negatives) + 0.5 * np.isclose(positives[:, None] + shift, negatives)
        scores = np.round(np.append(positives + shift, negatives), 6)
        x, y, _ = roc_curve_reference(scores, targets)
        area = roc_auc_reference(scores, targets)
        frames.append(
            Frame(
                label=f"shift {shift:g}",
                note=f"{wins.sum():g} of 20 pairs are in order (a tie is half a pair): AUC = {area:.3f}",
                panels=(
                    Cells(
                        title="1 where the positive (row) scores higher",
                        values=wins,
                        digits=1,
                        row_names=tuple(f"{one + shift:.1f}" for one in positives),
                        column_names=tuple(f"{one:.1f}" for one in negatives),
                        high=1,
                    ),
                    Plot(
                        title="area under the ROC curve",
                        x_title="false positive rate",
                        series=(
                            Series(name="ROC", x=x, y=y, kind="area"),
                            Series(name="guessing", x=np.array([0, 1.0]), y=np.array([0, 1.0]), role="quiet"),
                        ),
                        square=True,
                    ),
                ),
            )
        )
    return Picture(alt=f"All pairs of 4 positives and 5 negatives. {frames[-1].note}.", frames=tuple(frames))


def _one_against_rest(scores: Any, targets: Any) -> list[tuple[Any, Any]]:
    """Return scores and 0 or 1 for each class that is judged: class 1, or each that occurs."""
    if len(scores.shape) == 1:
        return [(scores, targets)]
    return [(scores[:, c], targets == c) for c in range(scores.shape[1]) if (targets == c).any()]


def _check(scores: Any, targets: Any) -> None:
    """Refuse what does not fit together, and rows of one class alone."""
    if len(scores.shape) == 1:
        check_scores("roc_auc", scores, targets)
        check_both_classes("roc_auc", targets)
        return
    check_table("roc_auc", scores, targets, "scores")
    check_known("roc_auc", scores, "scores")
    if targets.min() == targets.max():
        only = targets[0].item()
        raise RangeError(f"roc_auc expected rows of several classes, got only {only}: it does not exist without others")


ROC_AUC: Final = Metric(
    name="roc_auc",
    aliases=("auc", "auroc", "roc_auc_score", "AUC", "c_statistic", "concordance"),
    title="ROC AUC",
    summary="The chance that a random positive gets a higher score than a random negative, ties counting half.",
    formula="mean over pairs of [s_p > s_n] + 1/2 [s_p = s_n]",
    latex=r"\frac{1}{|P||N|}\sum_{p \in P}\sum_{n \in N}\left([s_p > s_n] + \frac{1}{2}[s_p = s_n]\right)",
    arguments=(
        argument(
            "scores", "s, rising with the belief in class 1, or one column for each class", shapes=PLAIN_OR_CLASSES
        ),
        argument("targets", "y, the true class", "class indices", ("(n,)", "(n,)")),
    ),
    result="a number from 0 to 1, best 1; 0.5 is guessing",
    reference=roc_auc_reference,
    fast=roc_auc,
    greater_is_better=True,
    best=1.0,
    worst=0.0,
    drawn=_drawn,
    when="To judge the order of the scores before any threshold is chosen; it does not move with the "
    "share of positives.",
    when_not="When only the top of the list is used, or positives are very rare: take average precision.",
    mistakes=(
        "Passing labels instead of scores: it is then balanced accuracy.",
        "Reading 0.5 as half right: it is guessing.",
        (
            "Reading it as a share of right answers: a model can have AUC 1 and call every row positive "
            "at 0.5, and be badly calibrated."
        ),
    ),
    source="J. A. Hanley & B. J. McNeil, 1982; several classes one against the rest, macro, as "
    "sklearn.metrics.roc_auc_score with multi_class='ovr'.",
)
