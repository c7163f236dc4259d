"""The confusion matrix: how often each true class was taken for each class; every other metric of labels sums it up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.metrics.inputs import CLASS_PREDICTIONS, CLASS_TARGETS, Integers, check_labels
from pellucid.concepts.metrics.metric import Metric
from pellucid.concepts.metrics.threshold import counts_panel, distributions, scores_of, table_of
from pellucid.drawing.records import Frame, Picture

if TYPE_CHECKING:
    from torch import Tensor


def confusion_matrix_reference(predictions: Integers, targets: Integers) -> Integers:
    """Return how often each true class (row) was called each class (column).

    **Formula** C[i, j] = number of rows with y = i and prediction j. With two classes, 1 the positive one:
    C = [[TN, FP], [FN, TP]].

    Args:
        predictions: predicted classes, (n,), 0, 1, 2, …
        targets: y, true classes, (n,).

    Returns:
        The counts (k, k), k = one more than the largest label; best: nothing beside the diagonal.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a label is no class index.

    Example:
        >>> import numpy as np
        >>> confusion_matrix_reference(np.array([1, 1, 0, 1]), np.array([0, 1, 0, 1]))
        array([[1, 1],
               [0, 2]])
    """
    check_labels("confusion_matrix", predictions, targets)
    k = int(max(predictions.max(), targets.max())) + 1
    C = np.zeros((k, k), dtype=np.int64)
    for i in range(k):
        for j in range(k):
            C[i, j] = np.sum((targets == i) & (predictions == j))
    return C


def confusion_matrix(predictions: Tensor, targets: Tensor) -> Tensor:
    """Return the counts (k, k); see `confusion_matrix_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a label is no class index.
    """
    import torch

    check_labels("confusion_matrix", predictions, targets)
    k = int(torch.maximum(predictions.max(), targets.max())) + 1
    return torch.bincount(targets.long() * k + predictions.long(), minlength=k * k).reshape(k, k)


def _drawn() -> Picture:
    scores, targets = scores_of()
    frames = []
    for threshold in np.linspace(-2.0, 0.75, 12):
        table = table_of((scores >= threshold).astype(np.int64), targets)
        (TN, FP), (FN, TP) = table.tolist()
        note = f"TP {TP}, FP {FP}, FN {FN}, TN {TN}: raising the threshold moves rows from the right column to the left"
        panels = (distributions(targets, 1.5, threshold), counts_panel(table, ("TN", "TP")))
        frames.append(Frame(label=f"threshold {threshold:.2f}", note=note, panels=panels))
    return Picture(
        alt=f"100 positives and 100 negatives, a threshold, and the four counts; right ones framed. {frames[-1].note}.",
        frames=tuple(frames),
    )


CONFUSION_MATRIX: Final = Metric(
    name="confusion_matrix",
    aliases=("confusion", "confusion_counts", "ConfusionMatrixDisplay", "error_matrix"),
    title="confusion matrix",
    summary="Counts how often each true class (row) was called each class (column): TP, FP, FN and TN where two.",
    formula="C[i, j] = number of rows with y = i and prediction j; for two classes [[TN, FP], [FN, TP]]",
    latex=r"C_{ij} = \sum_{r=1}^{n} [y_r = i]\,[\hat y_r = j],\quad "
    r"C = \begin{pmatrix} TN & FP \\ FN & TP \end{pmatrix}",
    arguments=(CLASS_PREDICTIONS, CLASS_TARGETS),
    result="(k, k) counts: row the truth, column what was called",
    reference=confusion_matrix_reference,
    fast=confusion_matrix,
    greater_is_better=None,
    best=None,
    worst=None,
    drawn=_drawn,
    when="First of all, before any single number: it says which class is taken for which.",
    when_not="When two models are to be ordered: take one number that weighs the mistakes as they cost you.",
    mistakes=(
        "Reading rows as predictions: some books turn the table round; here, as in scikit-learn, rows are the truth.",
        "Colouring raw counts of unequal classes: the big class drowns all others; divide each row by its sum first.",
    ),
    source="K. Pearson, On the theory of contingency, 1904. Rows are the truth, as sklearn.metrics.confusion_matrix.",
)
