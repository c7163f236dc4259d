"""Matthews' correlation coefficient: the correlation of prediction and truth, all four counts in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.metrics.classes.accuracy import accuracy_reference
from pellucid.concepts.metrics.classes.confusion_matrix import confusion_matrix, confusion_matrix_reference
from pellucid.concepts.metrics.inputs import CLASS_PREDICTIONS, CLASS_TARGETS, Integers, check_labels
from pellucid.concepts.metrics.metric import Metric
from pellucid.concepts.metrics.threshold import moving_threshold
from pellucid.drawing.records import Picture

if TYPE_CHECKING:
    from torch import Tensor


def matthews_reference(predictions: Integers, targets: Integers) -> float:
    """Return the correlation of predicted and true classes: high only when all four counts are good.

    **Formula** with the confusion matrix C, n its sum, t its row sums (truth), p its column sums (called) and c its
    trace: MCC = (c n - t·p) / sqrt((n² - p·p) (n² - t·t)); for two classes (TP TN - FP FN) /
    sqrt((TP+FP)(TP+FN)(TN+FP)(TN+FN)).

    Args:
        predictions: predicted classes, (n,), 0, 1, 2, …
        targets: y, true classes, (n,).

    Returns:
        From -1 to 1, best 1; 0 is guessing, and 0 is also the stated value where one class fills the predictions or the
        targets (0 / 0).

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a label is no class index.

    Example:
        >>> import numpy as np
        >>> round(matthews_reference(np.array([1, 0, 1, 1, 0]), np.array([1, 0, 1, 0, 0])), 4)
        0.6667
    """
    check_labels("matthews", predictions, targets)
    C = confusion_matrix_reference(predictions, targets).astype(float)
    n, c = C.sum(), np.trace(C)
    t, p = C.sum(axis=1), C.sum(axis=0)
    under_the_root = (n**2 - p @ p) * (n**2 - t @ t)
    return float((c * n - t @ p) / np.sqrt(under_the_root)) if under_the_root > 0 else 0.0


def matthews(predictions: Tensor, targets: Tensor) -> Tensor:
    """Return the same on tensors; see `matthews_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a label is no class index.
    """
    import torch

    C = confusion_matrix(predictions, targets).double()
    n, t, p = C.sum(), C.sum(1), C.sum(0)
    of_both, of_called, of_truth = C.trace() * n - t @ p, n**2 - p @ p, n**2 - t @ t
    return torch.where(of_called * of_truth > 0, of_both / (of_called * of_truth).clamp(min=1).sqrt(), 0.0)


def _drawn() -> Picture:
    return moving_threshold(
        "Matthews",
        matthews_reference,
        ("TP", "FN", "FP", "TN"),
        "({TP} · {TN} − {FP} · {FN}) / √… = {value:.3f}",
        "With 1000 negatives and 100 positives the Matthews coefficient is 0 at both ends; accuracy rises to 0.909.",
        negatives=1000,
        last=2.0,
        beside=("accuracy", accuracy_reference),
    )


MATTHEWS: Final = Metric(
    name="matthews",
    aliases=("mcc", "matthews_corrcoef", "phi", "phi coefficient", "R_k"),
    title="Matthews' correlation coefficient",
    summary="The correlation of predicted and true classes: high only when all four counts are good.",
    formula="(c n - t·p) / sqrt((n^2 - p·p) (n^2 - t·t)), C with sum n, trace c, row sums t, column sums p; "
    "for two classes (TP TN - FP FN) / sqrt((TP+FP)(TP+FN)(TN+FP)(TN+FN))",
    latex=r"\frac{c\,n - t \cdot p}{\sqrt{(n^2 - p \cdot p)(n^2 - t \cdot t)}},\quad k = 2:\; "
    r"\frac{TP \cdot TN - FP \cdot FN}{\sqrt{(TP+FP)(TP+FN)(TN+FP)(TN+FN)}}",
    arguments=(CLASS_PREDICTIONS, CLASS_TARGETS),
    result="a number from -1 to 1, best 1; 0 is guessing",
    reference=matthews_reference,
    fast=matthews,
    greater_is_better=True,
    best=1.0,
    worst=-1.0,
    drawn=_drawn,
    when="One number for unequal classes that sees every kind of mistake.",
    when_not="When misses and false alarms cost differently: it does not know your costs.",
    mistakes=(
        (
            "Comparing it over sets with other shares of positives: it moves with the share, less than "
            "precision does, but it does."
        ),
        "Reading 0 as all wrong: 0 is no relation; with two classes, all wrong is -1.",
    ),
    source="B. W. Matthews, 1975; several classes by J. Gorodkin, 2004, as sklearn.metrics.matthews_corrcoef.",
)
