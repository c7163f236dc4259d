"""Root mean squared error: the mean squared error in the unit of the target."""

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


def rmse_reference(predictions: Floats, targets: Floats) -> float:
    """Return the root of the mean squared error, in the unit of the target: large errors count most.

    **Formula** sqrt((1/n) sum of (z - y)²).

    Args:
        predictions: z, (n,).
        targets: y, (n,).

    Returns:
        At least 0, best 0, in the unit of y; never below the mean absolute error.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a number is NaN or infinite.

    Example:
        >>> import numpy as np
        >>> round(rmse_reference(np.array([1.0, 2.0, 6.0]), np.array([1.0, 3.0, 3.0])), 4)
        1.8257
    """
    check_numbers("rmse", predictions, targets)
    z, y, n = predictions, targets, len(targets)
    return float(np.sqrt(np.sum((z - y) ** 2) / n))


def rmse(predictions: Tensor, targets: Tensor) -> Tensor:
    """Return the same on tensors; see `rmse_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a number is NaN or infinite.
    """
    from torch.nn import functional

    check_numbers("rmse", predictions, targets)
    return functional.mse_loss(predictions, targets).sqrt()


def _drawn() -> Picture:
    return outlier("RMSE", rmse_reference, (("MAE", mae_reference),))


RMSE: Final = Metric(
    name="rmse",
    aliases=("root_mean_squared_error", "RootMeanSquaredError"),
    title="root mean squared error",
    summary="The root of the mean squared error, in the unit of the target: large errors count most.",
    formula="sqrt((1/n) sum of (z - y)^2)",
    latex=r"\sqrt{\frac{1}{n}\sum_{i=1}^{n}(z_i - y_i)^2}",
    arguments=(NUMBER_PREDICTIONS, NUMBER_TARGETS),
    result="at least 0, best 0, in the unit of y",
    reference=rmse_reference,
    fast=rmse,
    greater_is_better=False,
    best=0.0,
    worst=None,
    drawn=_drawn,
    when="The usual number for a model that was trained on squared error.",
    when_not="With outliers, or when a typical error is wanted: take the median or mean absolute error.",
    mistakes=(
        "Averaging the RMSE of batches: the root of a mean is not the mean of roots; add the squares up first.",
        "Reading it as the typical error: half of the rows are usually well below it.",
    ),
    source="As sklearn.metrics.root_mean_squared_error and keras.metrics.RootMeanSquaredError.",
)
