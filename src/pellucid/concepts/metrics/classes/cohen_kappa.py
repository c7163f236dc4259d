"""Cohen's kappa: agreement beyond what the class shares alone would give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.metrics.classes.accuracy import accuracy_reference
from pellucid.concepts.metrics.classes.confusion_matrix import confusion_matrix, confusion_matrix_reference
from pellucid.concepts.metrics.inputs import CLASS_PREDICTIONS, CLASS_TARGETS, Integers, check_labels
from pellucid.concepts.metrics.metric import Metric
from pellucid.concepts.metrics.threshold import moving_threshold
from pellucid.drawing.records import Picture
from pellucid.foundation.errors import RangeError

if TYPE_CHECKING:
    from torch import Tensor


def cohen_kappa_reference(predictions: Integers, targets: Integers) -> float:
    """Return agreement of two labellings beyond what their class shares alone would give.

    **Formula** kappa = (o - e) / (1 - e), o = share of rows where both agree, e = sum over classes of (share called c)
    (share truly c).

    Args:
        predictions: predicted classes, (n,), 0, 1, 2, …
        targets: y, true classes, (n,).

    Returns:
        At most 1, best 1; 0 is the agreement of chance.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a label is no class index, or both hold one and the same class only.

    Example:
        >>> import numpy as np
        >>> round(cohen_kappa_reference(np.array([1, 0, 1, 1, 0]), np.array([1, 0, 1, 0, 0])), 4)
        0.6154
    """
    check_labels("cohen_kappa", predictions, targets)
    C = confusion_matrix_reference(predictions, targets)
    n = C.sum()
    o = np.trace(C) / n
    e = (C.sum(axis=1) / n) @ (C.sum(axis=0) / n)
    _check_chance(float(np.diag(C).max()), float(n))
    return float((o - e) / (1 - e))


def cohen_kappa(predictions: Tensor, targets: Tensor) -> Tensor:
    """Return the same on tensors; see `cohen_kappa_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a label is no class index, or both hold one and the same class only.
    """
    C = confusion_matrix(predictions, targets).double()
    n = C.sum()
    _check_chance(C.diagonal().max().item(), n.item())
    chance = (C.sum(1) / n) @ (C.sum(0) / n)
    return (C.trace() / n - chance) / (1 - chance)


def _drawn() -> Picture:
    return moving_threshold(
        "kappa",
        cohen_kappa_reference,
        ("TP", "FN", "FP", "TN"),
        "agreement ({TP} + {TN}) / 1100, beyond chance: kappa = {value:.3f}",
        "With 1000 negatives and 100 positives kappa is near 0 at both ends, while accuracy rises to 0.909.",
        negatives=1000,
        last=2.0,
        beside=("accuracy", accuracy_reference),
    )


def _check_chance(largest: float, rows: float) -> None:
    """Refuse a table whose rows all lie in one cell of the diagonal: chance agreement is then 1, and kappa 0 / 0."""
    if largest == rows:
        raise RangeError(
            "cohen_kappa expected more than one class, got one class throughout: it does not exist there, take accuracy"
        )


COHEN_KAPPA: Final = Metric(
    name="cohen_kappa",
    aliases=("kappa", "cohen_kappa_score", "CohenKappa"),
    title="Cohen's kappa",
    summary="Agreement of two labellings beyond what their class shares alone would give.",
    formula="(o - e) / (1 - e)",
    latex=r"\kappa = \frac{o - e}{1 - e},\quad o = \frac{1}{n}\sum_c C_{cc},\quad e = \sum_c "
    r"\frac{C_{c\cdot}}{n}\frac{C_{\cdot c}}{n}",
    arguments=(CLASS_PREDICTIONS, CLASS_TARGETS),
    result="a number of at most 1, best 1; 0 is chance",
    reference=cohen_kappa_reference,
    fast=cohen_kappa,
    greater_is_better=True,
    best=1.0,
    worst=-1.0,
    drawn=_drawn,
    when="Two people (or a person and a network) label the same rows, neither being the truth.",
    when_not="Very unequal classes: kappa is then low even at high agreement. Show the confusion matrix.",
    mistakes=(
        (
            "Judging it by the scale of Landis and Koch (0.61 is substantial) without the shares of the "
            "classes: the scale is a convention."
        ),
        "Using the unweighted form for grades 1 to 5: calling 5 a 4 then counts as much as calling it 1.",
    ),
    source="J. Cohen, A coefficient of agreement for nominal scales, 1960; unweighted, as "
    "sklearn.metrics.cohen_kappa_score.",
)
