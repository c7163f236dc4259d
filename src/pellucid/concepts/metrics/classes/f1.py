"""F1: the harmonic mean of precision and sensitivity; high only when both are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.metrics.classes.accuracy import accuracy_reference
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


def f1_reference(
    predictions: Integers, targets: Integers, average: Average = "binary", zero_division: float = 0.0
) -> float:
    """Return the harmonic mean of precision and sensitivity: high only when both are.

    **Formula** F1 = 2 TP / (2 TP + FP + FN) = 2 P R / (P + R) with precision P and sensitivity R, of class 1 or
    averaged.

    Args:
        predictions: predicted classes, (n,), 0, 1, 2, …
        targets: y, true classes, (n,).
        average: binary, macro, micro or weighted.
        zero_division: what 0 / 0 counts as.

    Returns:
        From 0 to 1, best 1; `zero_division` for a class that neither occurs nor is called.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a label does not fit, or the average is unknown.

    Example:
        >>> import numpy as np
        >>> f1_reference(np.array([1, 0, 1, 1]), np.array([1, 1, 1, 0]))
        0.6666666666666666
        >>> f1_reference(np.array([0, 1, 2, 2]), np.array([0, 1, 1, 2]), average="macro")
        0.7777777777777777
    """
    check_average("f1", predictions, targets, average)
    classes = classes_of(predictions, targets, average)
    TP = np.array([np.sum((predictions == c) & (targets == c)) for c in classes])
    FP = np.array([np.sum((predictions == c) & (targets != c)) for c in classes])
    FN = np.array([np.sum((predictions != c) & (targets == c)) for c in classes])
    return averaged_reference(2 * TP, 2 * TP + FP + FN, TP + FN, average, zero_division)


def f1(predictions: Tensor, targets: Tensor, average: Average = "binary", zero_division: float = 0.0) -> Tensor:
    """Return the same on tensors; see `f1_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a label does not fit, or the average is unknown.
    """
    check_average("f1", predictions, targets, average)
    TP, FP, FN = counted(predictions, targets, average)
    return averaged(2 * TP, 2 * TP + FP + FN, TP + FN, average, zero_division)


def _drawn() -> Picture:
    return moving_threshold(
        "F1",
        f1_reference,
        ("TP", "FP", "FN"),
        "F1 = 2 · {TP} / (2 · {TP} + {FP} + {FN}) = {value:.3f}",
        "F1 uses every count but the true negatives; it is highest where precision and sensitivity balance.",
        negatives=300,
        last=1.5,
        beside=("accuracy", accuracy_reference),
    )


F1: Final = Metric(
    name="f1",
    aliases=("f1_score", "F1Score", "f_measure", "dice"),
    title="F1",
    summary="The harmonic mean of precision and sensitivity: high only when both are.",
    formula="2 TP / (2 TP + FP + FN)",
    latex=r"F_1 = \frac{2\,TP}{2\,TP + FP + FN} = \frac{2PR}{P + R}",
    arguments=(CLASS_PREDICTIONS, CLASS_TARGETS),
    options=(AVERAGE, ZERO_DIVISION),
    result="a number from 0 to 1, best 1",
    reference=f1_reference,
    fast=f1,
    greater_is_better=True,
    best=1.0,
    worst=0.0,
    drawn=_drawn,
    when="One number for a rare class, where true negatives are many and without interest.",
    when_not="When negatives matter too (Matthews), or when a miss and a false alarm cost differently "
    "(choose the threshold by cost).",
    mistakes=(
        (
            "Not saying which average: macro counts classes, micro counts rows (and equals accuracy for "
            "single labels), weighted counts classes by size."
        ),
        (
            "Leaving the threshold at 0.5: with calibrated probabilities the best one is half of the best"
            " F1, so it is lower."
        ),
        "Averaging F1 over folds where positives are rare: add the counts up first.",
    ),
    source="C. J. van Rijsbergen, Information Retrieval, 1979, with beta = 1; macro is the mean of F1 "
    "over classes, as sklearn.metrics.f1_score.",
)
