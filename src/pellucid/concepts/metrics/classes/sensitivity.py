"""Sensitivity, also called recall: the share of the true positives that are found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.metrics.classes.averages import (
    AVERAGE,
    ZERO_DIVISION,
    Average,
    averaged,
    averaged_reference,
    check_average,
    classes_of,
    counted,
)
from pellucid.concepts.metrics.inputs import CLASS_PREDICTIONS, CLASS_TARGETS, Integers
from pellucid.concepts.metrics.metric import Metric
from pellucid.concepts.metrics.threshold import moving_threshold
from pellucid.drawing.records import Picture

if TYPE_CHECKING:
    from torch import Tensor


def sensitivity_reference(
    predictions: Integers, targets: Integers, average: Average = "binary", zero_division: float = 0.0
) -> float:
    """Return the share of the true positives that are found.

    **Formula** TP / (TP + FN), of class 1 or averaged over the classes.

    Args:
        predictions: predicted classes, (n,), 0, 1, 2, …
        targets: y, true classes, (n,).
        average: binary, macro, micro or weighted.
        zero_division: what 0 / 0 counts as.

    Returns:
        The share, from 0 to 1, best 1; `zero_division` for a class that no row belongs to.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a label does not fit, or the average is unknown.

    Example:
        >>> import numpy as np
        >>> sensitivity_reference(np.array([1, 0, 0, 1]), np.array([1, 1, 1, 0]))
        0.3333333333333333
    """
    check_average("sensitivity", predictions, targets, average)
    classes = classes_of(predictions, targets, average)
    TP = np.array([np.sum((predictions == c) & (targets == c)) for c in classes])
    FN = np.array([np.sum((predictions != c) & (targets == c)) for c in classes])
    return averaged_reference(TP, TP + FN, TP + FN, average, zero_division)


def sensitivity(
    predictions: Tensor, targets: Tensor, average: Average = "binary", zero_division: float = 0.0
) -> Tensor:
    """Return the same on tensors; see `sensitivity_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a label does not fit, or the average is unknown.
    """
    check_average("sensitivity", predictions, targets, average)
    TP, _, FN = counted(predictions, targets, average)
    return averaged(TP, TP + FN, TP + FN, average, zero_division)


def _drawn() -> Picture:
    return moving_threshold(
        "sensitivity",
        sensitivity_reference,
        ("TP", "FN"),
        "sensitivity = {TP} / ({TP} + {FN}) = {value:.3f}",
        "Sensitivity looks only at the row of true positives; it is 1 when everything is called positive.",
    )


SENSITIVITY: Final = Metric(
    name="sensitivity",
    aliases=("recall", "recall_score", "Recall", "true_positive_rate", "tpr", "hit_rate"),
    title="sensitivity (recall)",
    summary="The share of the true positives that are found.",
    formula="TP / (TP + FN)",
    latex=r"\frac{TP}{TP + FN}",
    arguments=(CLASS_PREDICTIONS, CLASS_TARGETS),
    options=(AVERAGE, ZERO_DIVISION),
    result="a number from 0 to 1, best 1",
    reference=sensitivity_reference,
    fast=sensitivity,
    greater_is_better=True,
    best=1.0,
    worst=0.0,
    drawn=_drawn,
    when="Missing a positive is what must not happen: screening, fraud, alarms.",
    when_not="Alone: calling everything positive gives 1. Beside it belongs precision or specificity.",
    mistakes=(
        (
            "Comparing two models at different thresholds: the lower one finds more; compare at one "
            "specificity, or whole curves."
        ),
        "Reading the 0 of a set without positives as failure: there was nothing to find (0 / 0).",
    ),
    source="J. Yerushalmy, Statistical problems in assessing methods of medical diagnosis, 1947; "
    "averages as sklearn.metrics.recall_score.",
)
