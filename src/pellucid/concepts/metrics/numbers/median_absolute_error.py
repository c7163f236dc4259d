"""Median absolute error: half of the rows are off by less."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.metrics.inputs import NUMBER_PREDICTIONS, NUMBER_TARGETS, check_numbers
from pellucid.concepts.metrics.metric import Metric
from pellucid.concepts.metrics.numbers.mae import mae_reference
from pellucid.concepts.metrics.numbers.outlier import outlier
from pellucid.drawing.records import Picture

if TYPE_CHECKING:
    from torch import Tensor


def median_absolute_error_reference(predictions: Floats, targets: Floats) -> float:
    """Return the error that half of the rows stay below: a few outliers hardly move it.

    **Formula** median of |z - y|; of an even number of rows the mean of the middle two.

    Args:
        predictions: z, (n,).
        targets: y, (n,).

    Returns:
        At least 0, best 0, in the unit of y.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a number is NaN or infinite.

    Example:
        >>> import numpy as np
        >>> median_absolute_error_reference(np.array([1.0, 2.0, 6.0]), np.array([1.0, 3.0, 3.0]))
        1.0
    """
    check_numbers("median_absolute_error", predictions, targets)
    n = len(targets)
    e = np.sort(np.abs(predictions - targets))
    return float((e[(n - 1) // 2] + e[n // 2]) / 2)


def median_absolute_error(predictions: Tensor, targets: Tensor) -> Tensor:
    """Return the same on tensors; see `median_absolute_error_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a number is NaN or infinite.
    """
    check_numbers("median_absolute_error", predictions, targets)
    errors = (predictions - targets).abs()
    return (errors.median() + -(-errors).median()) / 2  # torch's median is the lower of the middle two


def _drawn() -> Picture:
    return outlier("median absolute error", median_absolute_error_reference, (("MAE", mae_reference),))


MEDIAN_ABSOLUTE_ERROR: Final = Metric(
    name="median_absolute_error",
    aliases=("medae", "median_ae"),
    title="median absolute error",
    summary="The error that half of the rows stay below: a few outliers hardly move it.",
    formula="median of |z - y|",
    latex=r"\mathrm{median}_i\,|z_i - y_i|",
    arguments=(NUMBER_PREDICTIONS, NUMBER_TARGETS),
    result="at least 0, best 0, in the unit of y",
    reference=median_absolute_error_reference,
    fast=median_absolute_error,
    greater_is_better=False,
    best=0.0,
    worst=None,
    drawn=_drawn,
    when="A typical error is wanted, and some rows are hopeless.",
    when_not="When the hopeless rows are the ones that cost: it does not see them at all.",
    mistakes=(
        "Reporting it alone: just under half of the predictions can be arbitrarily wrong.",
        "torch.median of an even number of rows, which is the lower of the middle two, not their mean.",
    ),
    source="As sklearn.metrics.median_absolute_error.",
)
