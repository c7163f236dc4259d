"""Mean absolute error: how far off a prediction is on average."""

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


def mae_reference(predictions: Floats, targets: Floats) -> float:
    """Return how far off a prediction is on average, in the unit of the target.

    **Formula** (1/n) sum of |z - y|.

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
        >>> round(mae_reference(np.array([1.0, 2.0, 6.0]), np.array([1.0, 3.0, 3.0])), 4)
        1.3333
    """
    check_numbers("mae", predictions, targets)
    z, y, n = predictions, targets, len(targets)
    return float(np.sum(np.abs(z - y)) / n)


def mae(predictions: Tensor, targets: Tensor) -> Tensor:
    """Return the same on tensors; see `mae_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a number is NaN or infinite.
    """
    from torch.nn import functional

    check_numbers("mae", predictions, targets)
    return functional.l1_loss(predictions, targets)


def _drawn() -> Picture:
    from pellucid.concepts.metrics.numbers.rmse import rmse_reference

    return outlier("MAE", mae_reference, (("RMSE", rmse_reference),))


MAE: Final = Metric(
    name="mae",
    aliases=("mean_absolute_error", "MeanAbsoluteError"),
    title="mean absolute error",
    summary="How far off a prediction is on average, in the unit of the target.",
    formula="(1/n) sum of |z - y|",
    latex=r"\frac{1}{n}\sum_{i=1}^{n}|z_i - y_i|",
    arguments=(NUMBER_PREDICTIONS, NUMBER_TARGETS),
    result="at least 0, best 0, in the unit of y",
    reference=mae_reference,
    fast=mae,
    greater_is_better=False,
    best=0.0,
    worst=None,
    drawn=_drawn,
    when="People are to understand it, and every unit of error costs the same.",
    when_not="When large errors are much worse than small ones: take RMSE.",
    mistakes=(
        (
            "Judging by it a model trained on squared error, where the target is skewed: that model "
            "predicts the mean, MAE rewards the median."
        ),
    ),
    source="P.-S. Laplace, 1774; as sklearn.metrics.mean_absolute_error.",
)
