"""Gamma deviance: for positive amounts whose standard deviation grows with their mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.metrics.counts.deviations import over_the_mean
from pellucid.concepts.metrics.inputs import argument, check_pair, check_positive
from pellucid.concepts.metrics.metric import Metric
from pellucid.drawing.records import Picture

if TYPE_CHECKING:
    from torch import Tensor


def gamma_deviance_reference(means: Floats, targets: Floats) -> float:
    """Return the deviance of positive amounts: errors count as shares of the mean.

    **Formula** (2/n) sum of log(mu / y) + y / mu - 1.

    Args:
        means: mu, predicted means, (n,), above 0.
        targets: y, amounts, (n,), above 0.

    Returns:
        At least 0, best 0; without unit: the same when amounts and means are both doubled.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or an amount or a mean is not above 0.

    Example:
        >>> import numpy as np
        >>> round(gamma_deviance_reference(np.array([1.0, 2.0]), np.array([0.5, 3.0])), 4)
        0.2877
    """
    _check(means, targets)
    mu, y, n = means, targets, len(targets)
    return float(2 * np.sum(np.log(mu / y) + y / mu - 1) / n)


def gamma_deviance(means: Tensor, targets: Tensor) -> Tensor:
    """Return the same on tensors; see `gamma_deviance_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or an amount or a mean is not above 0.
    """
    _check(means, targets)
    ratio = targets / means
    return 2 * (ratio - 1 - ratio.log()).mean()


def _drawn() -> Picture:
    return over_the_mean(
        "gamma deviance",
        lambda y, mu: np.array([gamma_deviance_reference(np.array([m]), np.array([y])) for m in mu]),
        (("squared error", lambda y, mu: (y - mu) ** 2),),
        least=1.0,
    )


def _check(means: Any, targets: Any) -> None:
    check_pair("gamma_deviance", means, targets, "means")
    check_positive("gamma_deviance", means, "means")
    check_positive("gamma_deviance", targets, "targets")


GAMMA_DEVIANCE: Final = Metric(
    name="gamma_deviance",
    aliases=("mean_gamma_deviance",),
    title="gamma deviance",
    summary="The deviance of positive amounts: errors count as shares of the mean.",
    formula="(2/n) sum of log(mu / y) + y / mu - 1",
    latex=r"\frac{2}{n}\sum_{i=1}^{n}\left(\log\frac{\mu_i}{y_i} + \frac{y_i}{\mu_i} - 1\right)",
    arguments=(argument("means", "mu, the predicted means", "positive"), argument("targets", "y, amounts", "positive")),
    result="at least 0, best 0, without unit",
    reference=gamma_deviance_reference,
    fast=gamma_deviance,
    greater_is_better=False,
    best=0.0,
    worst=None,
    drawn=_drawn,
    when="Costs, durations, amounts of rain: positive, skewed, spread in proportion to the mean.",
    when_not="Amounts that can be 0: it is infinite there.",
    mistakes=("Comparing it with the Poisson deviance of the same rows: one has the unit of y, the other none.",),
    source="P. McCullagh & J. A. Nelder, 1989; the mean, as sklearn.metrics.mean_gamma_deviance.",
)
