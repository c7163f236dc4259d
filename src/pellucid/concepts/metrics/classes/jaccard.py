"""Jaccard index, also called intersection over union: overlap of what is called and what is true."""

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
from pellucid.drawing.records import Cells, Frame, Picture

if TYPE_CHECKING:
    from torch import Tensor

SIDE: Final = 12
RADIUS: Final = 3.5


def jaccard_reference(
    predictions: Integers, targets: Integers, average: Average = "binary", zero_division: float = 0.0
) -> float:
    """Return the overlap of what is called and what is true, as a share of both together.

    **Formula** J = TP / (TP + FP + FN), of class 1 or averaged over the classes.

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
        >>> jaccard_reference(np.array([1, 0, 1, 1]), np.array([1, 1, 1, 0]))
        0.5
    """
    check_average("jaccard", predictions, targets, average)
    classes = classes_of(predictions, targets, average)
    TP = np.array([np.sum((predictions == c) & (targets == c)) for c in classes])
    FP = np.array([np.sum((predictions == c) & (targets != c)) for c in classes])
    FN = np.array([np.sum((predictions != c) & (targets == c)) for c in classes])
    return averaged_reference(TP, TP + FP + FN, TP + FN, average, zero_division)


def jaccard(predictions: Tensor, targets: Tensor, average: Average = "binary", zero_division: float = 0.0) -> Tensor:
    """Return the same on tensors; see `jaccard_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a label does not fit, or the average is unknown.
    """
    check_average("jaccard", predictions, targets, average)
    TP, FP, FN = counted(predictions, targets, average)
    return averaged(TP, TP + FP + FN, TP + FN, average, zero_division)


def _drawn() -> Picture:
    row, column = np.mgrid[0:SIDE, 0:SIDE]
    truth = ((row - 5.5) ** 2 + (column - 4.5) ** 2 < RADIUS**2).astype(np.int64)
    frames = []
    for shift in (6, 5, 4, 3, 2, 1, 0, 1, 2):
        called = ((row - 5.5) ** 2 + (column - 4.5 - shift) ** 2 < RADIUS**2).astype(np.int64)
        value = jaccard_reference(called.ravel(), truth.ravel())
        both, either = int((called & truth).sum()), int((called | truth).sum())
        frames.append(
            Frame(
                label=f"shift {shift}",
                note=f"intersection {both} / union {either} = {value:.3f}; F1 = {2 * value / (1 + value):.3f}",
                panels=(
                    Cells(title="truth", values=1.0 - truth, numbers=False, low=-0.3, high=1),
                    Cells(title="called", values=1.0 - called, numbers=False, low=-0.3, high=1),
                    Cells(title="both: intersection dark", values=2.0 - truth - called, numbers=False, low=-0.3),
                ),
            )
        )
    return Picture(
        alt=f"A disc and the same disc moved sideways. Moved by 2 pixels: {frames[-1].note}.",
        frames=tuple(frames),
        columns=3,
    )


JACCARD: Final = Metric(
    name="jaccard",
    aliases=("iou", "jaccard_score", "MeanIoU", "BinaryIoU", "IoU", "intersection_over_union"),
    title="Jaccard index (intersection over union)",
    summary="The overlap of what is called and what is true, as a share of both together.",
    formula="TP / (TP + FP + FN)",
    latex=r"J = \frac{TP}{TP + FP + FN} = \frac{|A \cap B|}{|A \cup B|}",
    arguments=(CLASS_PREDICTIONS, CLASS_TARGETS),
    options=(AVERAGE, ZERO_DIVISION),
    result="a number from 0 to 1, best 1",
    reference=jaccard_reference,
    fast=jaccard,
    greater_is_better=True,
    best=1.0,
    worst=0.0,
    drawn=_drawn,
    when="Regions of pictures (pixels as rows), and sets of labels.",
    when_not="Small objects: one pixel more or less moves it much. Also report the distance of the borders.",
    mistakes=(
        (
            "Comparing it with F1 (Dice): F1 = 2 J / (1 + J) is never lower; they order models alike on "
            "one set, not over averages."
        ),
        "Counting the background as a class of its own in the mean: it is large, easy, and flatters.",
    ),
    source="P. Jaccard, 1901; averages as sklearn.metrics.jaccard_score.",
)
