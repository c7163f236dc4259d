"""Negative binomial deviance: for counts that vary more than their mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pellucid.concepts.concept import Floats, Option
from pellucid.concepts.metrics.counts.deviations import over_the_mean
from pellucid.concepts.metrics.counts.poisson_deviance import poisson_deviance_reference
from pellucid.concepts.metrics.inputs import argument, check_pair, check_positive
from pellucid.concepts.metrics.metric import Metric
from pellucid.drawing.records import Picture
from pellucid.foundation.errors import RangeError

if TYPE_CHECKING:
    from torch import Tensor


def negative_binomial_deviance_reference(means: Floats, targets: Floats, dispersion: float = 1.0) -> float:
    """Return the deviance of counts whose variance is mu + alpha mu².

    **Formula** (2/n) sum of y log(y / mu) - (y + 1/alpha) log((1 + alpha y) / (1 + alpha mu)), with 0 log 0 = 0.

    Args:
        means: mu, predicted means, (n,), above 0.
        targets: y, counts, (n,).
        dispersion: alpha, above 0.

    Returns:
        At least 0, best 0.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a count is negative, or a mean or the dispersion is not above 0.

    Example:
        >>> import numpy as np
        >>> round(negative_binomial_deviance_reference(np.array([1.0, 2.0]), np.array([0.0, 3.0])), 4)
        0.7588
    """
    _check(means, targets, dispersion)
    mu, y, n, alpha = means, targets, len(targets), dispersion
    y_log_y_over_mu = np.where(y > 0, y * np.log(np.where(y > 0, y, 1) / mu), 0.0)
    return float(2 * np.sum(y_log_y_over_mu - (y + 1 / alpha) * (np.log1p(alpha * y) - np.log1p(alpha * mu))) / n)


def negative_binomial_deviance(means: Tensor, targets: Tensor, dispersion: float = 1.0) -> Tensor:
    """Return the same on tensors; see `negative_binomial_deviance_reference`.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a count is negative, or a mean or the dispersion is not above 0.
    """
    import torch

    _check(means, targets, dispersion)
    r = 1 / dispersion
    spread = torch.log1p(dispersion * targets) - torch.log1p(dispersion * means)
    return 2 * (torch.xlogy(targets, targets / means) - (targets + r) * spread).mean()


def _drawn() -> Picture:
    return over_the_mean(
        "negative binomial deviance (alpha 1)",
        lambda y, mu: np.array([negative_binomial_deviance_reference(np.array([m]), np.array([y])) for m in mu]),
        (("Poisson", lambda y, mu: np.array([poisson_deviance_reference(np.array([m]), np.array([y])) for m in mu])),),
    )


def _check(means: Any, targets: Any, dispersion: float) -> None:
    check_pair("negative_binomial_deviance", means, targets, "means")
    check_positive("negative_binomial_deviance", means, "means")
    check_positive("negative_binomial_deviance", targets, "targets", zero=True)
    if not dispersion > 0:
        raise RangeError(
            f"negative_binomial_deviance expected dispersion above 0, got {dispersion:g}: for 0 take Poisson's"
        )


NEGATIVE_BINOMIAL_DEVIANCE: Final = Metric(
    name="negative_binomial_deviance",
    aliases=("nb_deviance", "nb2_deviance"),
    title="negative binomial deviance",
    summary="The deviance of counts whose variance is mu + alpha mu²: far misses of large means cost less"
    " than under Poisson.",
    formula="(2/n) sum of y log(y/mu) - (y + 1/alpha) log((1 + alpha y)/(1 + alpha mu))",
    latex=r"\frac{2}{n}\sum_i\left(y_i\log\frac{y_i}{\mu_i} - "
    r"\left(y_i+\frac{1}{\alpha}\right)\log\frac{1+\alpha y_i}{1+\alpha\mu_i}\right)",
    arguments=(argument("means", "mu, the predicted means", "positive"), argument("targets", "y, counts", "counts")),
    options=(
        Option(name="dispersion", meaning="alpha: variance = mu + alpha mu²; towards 0 it becomes Poisson", low=1e-6),
    ),
    result="at least 0, best 0",
    reference=negative_binomial_deviance_reference,
    fast=negative_binomial_deviance,
    greater_is_better=False,
    best=0.0,
    worst=None,
    drawn=_drawn,
    when="Counts that vary more than their mean allows.",
    when_not="Counts that vary as their mean: Poisson deviance is simpler and the same.",
    mistakes=(
        "Comparing two models at different alpha: the deviance shrinks as alpha grows, whatever the means are.",
        "Passing r = 1 / alpha for alpha.",
    ),
    source="J. M. Hilbe, Negative Binomial Regression, 2011; NB2, as statsmodels' NegativeBinomial "
    "family, divided by n.",
)
