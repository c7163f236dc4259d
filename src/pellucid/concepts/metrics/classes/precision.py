"""Precision: the share of the rows called positive that truly are."""

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


def precision_reference(
    predictions: Integers, targets: Integers, average: Average = "binary", zero_division: float = 0.0
) -> float:
    """Return the share of the rows called positive that truly are.

    **Formula** TP / (TP + FP), of class 1 or averaged over the classes.

    Args:
        predictions: predicted classes, (n,), 0, 1, 2, …
        targets: y, true classes, (n,).
        average: binary, macro, micro or weighted.
        zero_division: what 0 / 0 counts as.

    Returns:
        The share, from 0 to 1, best 1; `zero_division` for a class that was never called.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a label does not fit, or the average is unknown.

    Example:
        >>> import numpy as np
        >>> precision_reference(np.array([1, 0, 1, 1]), np.array([1, 1, 1, 0]))
        0.6666666666666666
    """
    check_average("precision", predictions, targets, average)
    classes = classes_of(predictions, targets, average)
    TP = np.array([np.sum((predictions == c) & (targets == c)) for c in classes])
    FP = np.array([np.sum((predictions == c) & (targets != c)) for c in classes])
    FN = np.array([np.sum((predictions != c) & (targets == c)) for c in classes])
    return averaged_reference(TP, TP + FP, TP + FN, average, zero_division)


def precision(predictions: Tensor, targets: Tensor, average: Average = "binary", zero_division: float = 0.0) -> Tensor:
    """Return the same on tensors; see `precision_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a label does not fit, or the average is unknown.
    """
    check_average("precision", predictions, targets, average)
    TP, FP, FN = counted(predictions, targets, average)
    return averaged(TP, TP + FP, TP + FN, average, zero_division)


def _drawn() -> Picture:
    return moving_threshold(
        "precision",
        precision_reference,
        ("TP", "FP"),
        "precision = {TP} / ({TP} + {FP}) = {value:.3f}",
        "Precision looks only at the column of rows called positive; with 1000 negatives and 100 positives it stays "
        "low until the threshold is high.",
        negatives=1000,
        last=2.5,
    )


PRECISION: Final = Metric(
    name="precision",
    aliases=("precision_score", "Precision", "positive_predictive_value", "ppv"),
    title="precision",
    summary="The share of the rows called positive that truly are.",
    formula="TP / (TP + FP)",
    latex=r"\frac{TP}{TP + FP}",
    arguments=(CLASS_PREDICTIONS, CLASS_TARGETS),
    options=(AVERAGE, ZERO_DIVISION),
    result="a number from 0 to 1, best 1",
    reference=precision_reference,
    fast=precision,
    greater_is_better=True,
    best=1.0,
    worst=0.0,
    drawn=_drawn,
    when="Each positive call costs something: a letter sent, a biopsy, a blocked card.",
    when_not="Alone: calling only the surest row gives 1. Beside it belongs sensitivity.",
    mistakes=(
        "Carrying it over to other data: it falls with the share of positives, even when the model is the same.",
        "Reading the 0 of a model that never calls positive as all calls being wrong: there was no call (0 / 0).",
    ),
    source="A. Kent et al., Machine literature searching VIII, 1955; averages as sklearn.metrics.precision_score.",
)
