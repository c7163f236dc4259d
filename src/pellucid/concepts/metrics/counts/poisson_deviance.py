"""Poisson deviance: how much less likely the counts are under the predicted means than under perfect ones."""

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


def poisson_deviance_reference(means: Floats, targets: Floats) -> float:
    """Return twice the log-likelihood per row that the predicted means miss against perfect ones.

    **Formula** (2/n) sum of y log(y / mu) - y + mu, with 0 log 0 = 0.

    Args:
        means: mu, predicted means, (n,), above 0.
        targets: y, counts, (n,).

    Returns:
        At least 0, best 0; near 1 where the counts are Poisson with these means, if these are not small.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a count is negative, or a mean is not above 0.

    Example:
        >>> import numpy as np
        >>> round(poisson_deviance_reference(np.array([1.0, 2.0]), np.array([0.0, 3.0])), 4)
        1.2164
    """
    _check(means, targets)
    mu, y, n = means, targets, len(targets)
    y_log_y_over_mu = np.where(y > 0, y * np.log(np.where(y > 0, y, 1) / mu), 0.0)
    return float(2 * np.sum(y_log_y_over_mu - y + mu) / n)


def poisson_deviance(means: Tensor, targets: Tensor) -> Tensor:
    """Return the same on tensors; see `poisson_deviance_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a count is negative, or a mean is not above 0.
    """
    import torch

    _check(means, targets)
    return 2 * (torch.xlogy(targets, targets / means) - targets + means).mean()


def _drawn() -> Picture:
    return over_the_mean(
        "Poisson deviance",
        lambda y, mu: np.array([poisson_deviance_reference(np.array([m]), np.array([y])) for m in mu]),
        (("squared error", lambda y, mu: (y - mu) ** 2),),
    )


def _check(means: Any, targets: Any) -> None:
    check_pair("poisson_deviance", means, targets, "means")
    check_positive("poisson_deviance", means, "means")
    check_positive("poisson_deviance", targets, "targets", zero=True)


POISSON_DEVIANCE: Final = Metric(
    name="poisson_deviance",
    aliases=("mean_poisson_deviance", "deviance"),
    title="Poisson deviance",
    summary="Twice the log-likelihood per row that the predicted means miss against perfect ones, mu = y.",
    formula="(2/n) sum of y log(y / mu) - y + mu",
    latex=r"\frac{2}{n}\sum_{i=1}^{n}\left(y_i\log\frac{y_i}{\mu_i} - y_i + \mu_i\right)",
    arguments=(argument("means", "mu, the predicted means", "positive"), argument("targets", "y, counts", "counts")),
    result="at least 0, best 0",
    reference=poisson_deviance_reference,
    fast=poisson_deviance,
    greater_is_better=False,
    best=0.0,
    worst=None,
    drawn=_drawn,
    when="Counts: an error of 5 is much at a mean of 2 and nothing at a mean of 2000.",
    when_not="Counts that vary more than their mean: take the negative binomial deviance.",
    mistakes=(
        "Passing the network's output, which is log mu: take exp first.",
        "Clipping a mean of 0 silently: where a count came, a mean of 0 is impossible, not small.",
    ),
    source="P. McCullagh & J. A. Nelder, Generalized Linear Models, 1989; the mean, as "
    "sklearn.metrics.mean_poisson_deviance.",
)
