"""Specificity: the share of the true negatives that are recognised as such."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.metrics.classes.averages import ZERO_DIVISION
from pellucid.concepts.metrics.inputs import BINARY_PREDICTIONS, BINARY_TARGETS, Integers, check_binary
from pellucid.concepts.metrics.metric import Metric
from pellucid.concepts.metrics.threshold import moving_threshold
from pellucid.drawing.records import Picture

if TYPE_CHECKING:
    from torch import Tensor


def specificity_reference(predictions: Integers, targets: Integers, zero_division: float = 0.0) -> float:
    """Return the share of the true negatives that are recognised as such.

    **Formula** TN / (TN + FP).

    Args:
        predictions: 1 where called positive, else 0, (n,).
        targets: y, 1 where truly positive, else 0, (n,).
        zero_division: what 0 / 0 counts as.

    Returns:
        The share, from 0 to 1, best 1; `zero_division` without negatives.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a label is neither 0 nor 1.

    Example:
        >>> import numpy as np
        >>> specificity_reference(np.array([1, 0, 0, 1]), np.array([1, 0, 0, 0]))
        0.6666666666666666
    """
    check_binary("specificity", predictions, targets)
    TN = np.sum((predictions == 0) & (targets == 0))
    FP = np.sum((predictions == 1) & (targets == 0))
    return float(TN / (TN + FP)) if TN + FP > 0 else zero_division


def specificity(predictions: Tensor, targets: Tensor, zero_division: float = 0.0) -> Tensor:
    """Return the same on tensors; see `specificity_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a label is neither 0 nor 1.
    """
    import torch

    check_binary("specificity", predictions, targets)
    negatives = (targets == 0).double().sum()
    recognised = ((predictions == 0) & (targets == 0)).double().sum()
    return torch.where(negatives > 0, recognised / negatives.clamp(min=1), zero_division)


def _drawn() -> Picture:
    return moving_threshold(
        "specificity",
        specificity_reference,
        ("TN", "FP"),
        "specificity = {TN} / ({TN} + {FP}) = {value:.3f}",
        "Specificity looks only at the row of true negatives; it is 1 when nothing is called positive.",
    )


SPECIFICITY: Final = Metric(
    name="specificity",
    aliases=("true_negative_rate", "tnr", "selectivity"),
    title="specificity",
    summary="The share of the true negatives that are recognised as such.",
    formula="TN / (TN + FP)",
    latex=r"\frac{TN}{TN + FP}",
    arguments=(BINARY_PREDICTIONS, BINARY_TARGETS),
    options=(ZERO_DIVISION,),
    result="a number from 0 to 1, best 1",
    reference=specificity_reference,
    fast=specificity,
    greater_is_better=True,
    best=1.0,
    worst=0.0,
    drawn=_drawn,
    when="False alarms are what must not happen, and the share must not hang on how rare positives are.",
    when_not="With very rare positives: 99 % specificity among 1000:1 still gives ten false alarms for "
    "each positive. Take precision.",
    mistakes=(
        (
            "Confusing it with precision: specificity asks about rows that are negative, precision about "
            "rows called positive."
        ),
        "Alone: calling everything negative gives 1.",
    ),
    source="J. Yerushalmy, 1947; the recall of class 0, as sklearn.metrics.recall_score with pos_label=0.",
)
