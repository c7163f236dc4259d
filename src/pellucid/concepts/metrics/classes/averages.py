"""How a ratio of counts becomes one number where there are several classes: binary, macro, micro, weighted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Floats, Option
from pellucid.concepts.metrics.inputs import Integers, Values, check_binary, check_labels
from pellucid.foundation.errors import RangeError

if TYPE_CHECKING:
    from torch import Tensor

Average = Literal["binary", "macro", "micro", "weighted"]

AVERAGE: Final = Option(
    name="average",
    meaning="binary: of class 1; macro: mean over the classes; micro: counts of all classes together; weighted: mean "
    "over the classes, each by its number of true rows",
    choices=("binary", "macro", "micro", "weighted"),
)
ZERO_DIVISION: Final = Option(
    name="zero_division", meaning="what 0 / 0 counts as: scikit-learn's 0, without its warning", low=0, high=1
)


def check_average(function: str, predictions: Values, targets: Values, average: str) -> None:
    """Refuse unknown averages, and labels that do not fit.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a label is no class index (for binary: neither 0 nor 1), or the average is unknown.
    """
    if average not in AVERAGE.choices:
        raise RangeError(
            f"{function} expected average to be binary, macro, micro or weighted, got {average!r}: pass one of these"
        )
    check = check_binary if average == "binary" else check_labels
    check(function, predictions, targets)


def classes_of(predictions: Integers, targets: Integers, average: Average) -> NDArray[Any]:
    """Return the classes that are judged: 1, or all that occur.

    Example:
        >>> classes_of(np.array([0, 3]), np.array([1, 0]), "macro")
        array([0, 1, 3])
    """
    return np.array([1]) if average == "binary" else np.union1d(predictions, targets)


def averaged_reference(
    numerators: Integers, denominators: Integers, support: Integers, average: Average, zero_division: float
) -> float:
    """Return one number from a numerator, a denominator and a number of true rows for each class.

    Example:
        >>> one, two, rows = np.array([1, 3]), np.array([2, 4]), np.array([1, 3])
        >>> [averaged_reference(one, two, rows, way, 0.0) for way in ("macro", "micro", "weighted")]
        [0.625, 0.6666666666666666, 0.6875]
    """
    if average == "micro":
        numerators, denominators = numerators.sum(keepdims=True), denominators.sum(keepdims=True)
    pairs = zip(numerators, denominators, strict=True)
    ratios: Floats = np.array([a / b if b > 0 else zero_division for a, b in pairs])
    weights = support / support.sum() if average == "weighted" else np.ones(len(ratios)) / len(ratios)
    return float(weights @ ratios)


def counted(predictions: Tensor, targets: Tensor, average: Average) -> tuple[Tensor, Tensor, Tensor]:
    """Return true positives, false positives and false negatives of each class that is judged, on the same device."""
    import torch

    k = 2 if average == "binary" else int(torch.maximum(predictions.max(), targets.max())) + 1
    table = torch.bincount(targets.long() * k + predictions.long(), minlength=k * k).reshape(k, k).double()
    TP = table.diagonal()
    FP, FN = table.sum(0) - TP, table.sum(1) - TP
    judged = torch.arange(k, device=table.device) == 1 if average == "binary" else TP + FP + FN > 0
    return TP[judged], FP[judged], FN[judged]


def averaged(
    numerators: Tensor, denominators: Tensor, support: Tensor, average: Average, zero_division: float
) -> Tensor:
    """Return one number from a numerator, a denominator and a number of true rows for each class."""
    import torch

    if average == "micro":
        numerators, denominators = numerators.sum(), denominators.sum()
    ratios = torch.where(denominators > 0, numerators / denominators.clamp(min=1), zero_division)
    return (ratios * support).sum() / support.sum() if average == "weighted" else ratios.mean()
