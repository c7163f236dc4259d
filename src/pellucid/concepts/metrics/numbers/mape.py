"""Mean absolute percentage error: errors as shares of the targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.metrics.inputs import NUMBER_PREDICTIONS, NUMBER_TARGETS, check_numbers
from pellucid.concepts.metrics.metric import Metric
from pellucid.drawing.records import Picture, Plot, Series
from pellucid.foundation.errors import RangeError

if TYPE_CHECKING:
    from torch import Tensor


def mape_reference(predictions: Floats, targets: Floats) -> float:
    """Return the mean of the errors as shares of the targets.

    **Formula** (1/n) sum of |z - y| / |y|.

    Args:
        predictions: z, (n,).
        targets: y, (n,).

    Returns:
        A share (0.1 is 10 %), at least 0, best 0.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a number is NaN or infinite, or a target is 0.

    Example:
        >>> import numpy as np
        >>> round(mape_reference(np.array([90.0, 220.0]), np.array([100.0, 200.0])), 4)
        0.1
    """
    _check(predictions, targets)
    z, y, n = predictions, targets, len(targets)
    return float(np.sum(np.abs(z - y) / np.abs(y)) / n)


def mape(predictions: Tensor, targets: Tensor) -> Tensor:
    """Return the same on tensors; see `mape_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a number is NaN or infinite, or a target is 0.
    """
    _check(predictions, targets)
    return ((predictions - targets) / targets).abs().mean()


def _drawn() -> Picture:
    ratio = np.linspace(0, 3, 121)
    one = np.ones(1)
    cost = np.array([mape_reference(np.array([at]), one) for at in ratio])
    y = np.random.default_rng(0).lognormal(size=400)
    z = np.linspace(0.05, 3, 120)
    total = np.array([mape_reference(np.full(400, at), y) for at in z])
    least = int(np.argmin(total))
    return Picture(
        alt="Predicting half of the target costs 50 %, 0 and twice the target 100 %, three times 200 %. "
        f"For targets of mean {y.mean():.2f} and median {np.median(y):.2f} the best constant is {z[least]:.2f}.",
        panels=(
            Plot(
                title="cost of one row", x_title="prediction / target", series=(Series(name="MAPE", x=ratio, y=cost),)
            ),
            Plot(
                title="one constant for skewed targets",
                x_title="constant prediction",
                series=(
                    Series(name="MAPE", x=z, y=total),
                    Series(
                        name="mean of the targets", x=np.full(2, y.mean()), y=np.array([0, total.max()]), role="quiet"
                    ),
                    Series(
                        name="median",
                        x=np.full(2, np.median(y)),
                        y=np.array([0, total.max()]),
                        role="quiet",
                        dashed=True,
                    ),
                    Series(name="least", x=z[[least]], y=total[[least]], kind="dots", role="mark"),
                ),
            ),
        ),
    )


def _check(predictions: Any, targets: Any) -> None:
    check_numbers("mape", predictions, targets)
    if (targets == 0).any():
        raise RangeError("mape expected targets other than 0, got 0: an error has no percentage of 0, take MAE")


MAPE: Final = Metric(
    name="mape",
    aliases=("mean_absolute_percentage_error", "MeanAbsolutePercentageError"),
    title="mean absolute percentage error",
    summary="The mean of the errors as shares of the targets.",
    formula="(1/n) sum of |z - y| / |y|",
    latex=r"\frac{1}{n}\sum_{i=1}^{n}\frac{|z_i - y_i|}{|y_i|}",
    arguments=(NUMBER_PREDICTIONS, NUMBER_TARGETS),
    result="a share, at least 0, best 0",
    reference=mape_reference,
    fast=mape,
    greater_is_better=False,
    best=0.0,
    worst=None,
    drawn=_drawn,
    when="Positive targets of very different sizes, far from 0, and percentages are what people ask for.",
    when_not="Targets near 0, where one row decides everything; or to choose a model: it favours the one "
    "that predicts too low.",
    mistakes=(
        (
            "Choosing models by it: from 0 to the target it costs at most 100 %, above it has no limit: it prefers "
            "predictions that are too low."
        ),
        "Reading 0.1 as 0.1 %: it is a share, 10 %. Keras gives 10.",
    ),
    source="As sklearn.metrics.mean_absolute_percentage_error where no target is 0.",
)
