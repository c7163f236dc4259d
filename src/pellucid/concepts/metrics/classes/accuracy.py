"""Accuracy: the share of rows that are right; blind to rare classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.metrics.inputs import CLASS_PREDICTIONS, CLASS_TARGETS, Integers, check_labels
from pellucid.concepts.metrics.metric import Metric
from pellucid.concepts.metrics.threshold import moving_threshold
from pellucid.drawing.records import Picture

if TYPE_CHECKING:
    from torch import Tensor


def accuracy_reference(predictions: Integers, targets: Integers) -> float:
    """Return the share of rows whose prediction is the true class.

    **Formula** accuracy = (1/n) sum of [prediction = y]; for two classes (TP + TN) / (TP + FP + FN + TN).

    Args:
        predictions: predicted classes, (n,), 0, 1, 2, …
        targets: y, true classes, (n,).

    Returns:
        The share, from 0 to 1, best 1.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a label is no class index.

    Example:
        >>> import numpy as np
        >>> accuracy_reference(np.array([1, 1, 0, 1]), np.array([0, 1, 0, 1]))
        0.75
    """
    check_labels("accuracy", predictions, targets)
    n = len(targets)
    return float(np.sum(predictions == targets) / n)


def accuracy(predictions: Tensor, targets: Tensor) -> Tensor:
    """Return the share of rows that are right; see `accuracy_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a label is no class index.
    """
    check_labels("accuracy", predictions, targets)
    return (predictions == targets).double().mean()


def _drawn() -> Picture:
    return moving_threshold(
        "accuracy",
        accuracy_reference,
        ("TP", "TN"),
        "accuracy = ({TP} + {TN}) / 1100 = {value:.3f}",
        "With 1000 negatives and 100 positives, accuracy is 0.909 when nothing at all is called positive.",
        positives=100,
        negatives=1000,
        last=4.5,
    )


ACCURACY: Final = Metric(
    name="accuracy",
    aliases=("acc", "accuracy_score", "Accuracy", "BinaryAccuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy"),
    title="accuracy",
    summary="The share of rows whose predicted class is the true one.",
    formula="(1/n) sum of [prediction = y] = (TP + TN) / (TP + FP + FN + TN)",
    latex=r"\frac{1}{n}\sum_{i=1}^{n}[\hat y_i = y_i] = \frac{TP + TN}{TP + FP + FN + TN}",
    arguments=(CLASS_PREDICTIONS, CLASS_TARGETS),
    result="a number from 0 to 1, best 1",
    reference=accuracy_reference,
    fast=accuracy,
    greater_is_better=True,
    best=1.0,
    worst=0.0,
    drawn=_drawn,
    when="Classes of similar size, and every mistake costs the same.",
    when_not="Rare classes: with 1000 negatives and 100 positives, always saying no is right 90.9 % of the time. "
    "Take balanced accuracy, or precision and sensitivity.",
    mistakes=(
        "Reporting it without that of the commonest class: 91 % is nothing where always saying no gives 90.9 %.",
        "Training on it: it is flat almost everywhere, so it has no gradient; train on cross-entropy.",
    ),
    source="The share of right answers has no author; as sklearn.metrics.accuracy_score and keras.metrics.Accuracy.",
)
