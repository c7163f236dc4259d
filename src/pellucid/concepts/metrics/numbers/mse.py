"""Mean squared error: what squared-error training makes small, in squared units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.metrics.inputs import NUMBER_PREDICTIONS, NUMBER_TARGETS, check_numbers
from pellucid.concepts.metrics.metric import Metric
from pellucid.concepts.metrics.numbers.outlier import outlier
from pellucid.drawing.records import Picture

if TYPE_CHECKING:
    from torch import Tensor


def mse_reference(predictions: Floats, targets: Floats) -> float:
    """Return the mean of the squared errors: large errors count most.

    **Formula** (1/n) sum of (z - y)².

    Args:
        predictions: z, (n,).
        targets: y, (n,).

    Returns:
        At least 0, best 0, in squared units of y.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a number is NaN or infinite.

    Example:
        >>> import numpy as np
        >>> mse_reference(np.array([1.0, 2.0, 6.0]), np.array([1.0, 3.0, 3.0]))
        3.3333333333333335
    """
    check_numbers("mse", predictions, targets)
    z, y, n = predictions, targets, len(targets)
    return float(np.sum((z - y) ** 2) / n)


def mse(predictions: Tensor, targets: Tensor) -> Tensor:
    """Return the same on tensors; see `mse_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a number is NaN or infinite.
    """
    from torch.nn import functional

    check_numbers("mse", predictions, targets)
    return functional.mse_loss(predictions, targets)


def _drawn() -> Picture:
    return outlier(
        "MSE", mse_reference, (("error of the outlier², alone / n", lambda z, y: (z - y)[-1] ** 2 / len(y)),)
    )


MSE: Final = Metric(
    name="mse",
    aliases=("mean_squared_error", "MeanSquaredError"),
    title="mean squared error",
    summary="The mean of the squared errors: large errors count most.",
    formula="(1/n) sum of (z - y)^2",
    latex=r"\frac{1}{n}\sum_{i=1}^{n}(z_i - y_i)^2",
    arguments=(NUMBER_PREDICTIONS, NUMBER_TARGETS),
    result="at least 0, best 0, in squared units of y",
    reference=mse_reference,
    fast=mse,
    greater_is_better=False,
    best=0.0,
    worst=None,
    drawn=_drawn,
    when="The mean is to be predicted, and an error twice as large is four times as bad.",
    when_not="For people to read (squared units: take its root), or with outliers (one row can make most "
    "of it: take MAE).",
    mistakes=(
        "Comparing it across targets of different units or spread: divide by the variance, that is 1 - R².",
        "(n, 1) against (n,): broadcasting makes n x n differences, and the number looks plausible. Refused here.",
    ),
    source="C. F. Gauss, 1809; as sklearn.metrics.mean_squared_error.",
)
