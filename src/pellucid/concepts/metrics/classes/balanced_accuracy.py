"""Balanced accuracy: the mean over the classes of the share found of each, however rare the class is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.metrics.classes.accuracy import accuracy_reference
from pellucid.concepts.metrics.inputs import CLASS_PREDICTIONS, CLASS_TARGETS, Integers, check_labels
from pellucid.concepts.metrics.metric import Metric
from pellucid.concepts.metrics.threshold import moving_threshold
from pellucid.drawing.records import Picture

if TYPE_CHECKING:
    from torch import Tensor


def balanced_accuracy_reference(predictions: Integers, targets: Integers) -> float:
    """Return the mean over the classes that occur in the targets of the share found of each.

    **Formula** (1/k) sum over classes c of (rows with y = c and prediction c) / (rows with y = c);
    for two classes (sensitivity + specificity) / 2.

    Args:
        predictions: predicted classes, (n,), 0, 1, 2, …
        targets: y, true classes, (n,).

    Returns:
        The mean share, from 0 to 1, best 1; guessing gives 1/k. With one class in the targets: the share found of it.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a label is no class index.

    Example:
        >>> import numpy as np
        >>> balanced_accuracy_reference(np.zeros(4, dtype=int), np.array([0, 0, 0, 1]))
        0.5
    """
    check_labels("balanced_accuracy", predictions, targets)
    classes = np.unique(targets)
    k = len(classes)
    return float(sum(np.sum((targets == c) & (predictions == c)) / np.sum(targets == c) for c in classes) / k)


def balanced_accuracy(predictions: Tensor, targets: Tensor) -> Tensor:
    """Return the mean share found of each class; see `balanced_accuracy_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a label is no class index.
    """
    import torch

    check_labels("balanced_accuracy", predictions, targets)
    rows = torch.bincount(targets.long()).double()
    hits = torch.bincount(targets.long(), weights=(predictions == targets).double())
    return (hits[rows > 0] / rows[rows > 0]).mean()


def _drawn() -> Picture:
    return moving_threshold(
        "balanced accuracy",
        balanced_accuracy_reference,
        ("TP", "FN", "FP", "TN"),
        "({TP} / 100 + {TN} / 1000) / 2 = {value:.3f}",
        "With 1000 negatives and 100 positives, balanced accuracy falls to 0.5 when nothing is called positive, while "
        "accuracy rises to 0.909.",
        positives=100,
        negatives=1000,
        last=4.5,
        beside=("accuracy", accuracy_reference),
    )


BALANCED_ACCURACY: Final = Metric(
    name="balanced_accuracy",
    aliases=("balanced_accuracy_score", "bacc", "macro recall", "unweighted average recall"),
    title="balanced accuracy",
    summary="The mean over the classes of the share found of each, however rare the class is.",
    formula="(1/k) sum over classes of found / rows of the class; for two (sensitivity + specificity) / 2",
    latex=r"\frac{1}{k}\sum_{c=1}^{k}\frac{C_{cc}}{\sum_j C_{cj}} = "
    r"\frac{1}{2}\left(\frac{TP}{TP+FN} + \frac{TN}{TN+FP}\right)",
    arguments=(CLASS_PREDICTIONS, CLASS_TARGETS),
    result="a number from 0 to 1, best 1; guessing gives 1/k",
    reference=balanced_accuracy_reference,
    fast=balanced_accuracy,
    greater_is_better=True,
    best=1.0,
    worst=0.0,
    drawn=_drawn,
    when="Classes of very unequal size that matter equally.",
    when_not="When the rare class is rare in use too and false alarms cost: 1 % false alarms among 1000:1 swamp the "
    "finds; look at precision.",
    mistakes=(
        "Reading 0.5 as half right: with two classes it is what any constant answer and any coin gives.",
        "Averaging over classes that no row belongs to: their share found is 0 / 0; they are left out here.",
    ),
    source="K. H. Brodersen et al., The balanced accuracy and its posterior distribution, 2010; not adjusted for "
    "chance, as sklearn.metrics.balanced_accuracy_score.",
)
