"""Measuring whether counts vary more than Poisson's law allows, before any network is trained."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from pellucid.tasks.task import Floats

ONE_SIDED_5_PERCENT: Final = 1.645  # standard errors
WORTH_MODELLING: Final = 1.1  # variance / mean: with many rows a smaller excess is certain, and of no consequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispersion:
    """How the counts vary around one rate (times the exposure)."""

    mean: float
    variance: float
    ratio: float
    """Pearson's dispersion: mean of (y - mu)² / mu; without exposure the variance over the mean. 1 of Poisson."""
    alpha: float
    """Of variance = mu + alpha mu², by moments; negative where counts vary less than Poisson's."""
    standard_errors: float
    """Distance of alpha from 0, in its standard errors."""

    @property
    def excessive(self) -> bool:
        """Whether the counts vary more than Poisson's law allows, beyond chance and by enough to matter."""
        return self.standard_errors > ONE_SIDED_5_PERCENT and self.ratio > WORTH_MODELLING


def measure_dispersion(counts: Floats, offset: Floats | None = None) -> Dispersion:
    """Measure the dispersion of counts around one rate.

    **Formula** with mu_i = rate x exposure_i and t_i = ((y_i - mu_i)² - y_i) / mu_i: alpha is the slope of t on mu
    through the origin, and the standard error that of this regression.

    Args:
        counts: y, (n,), at least one above 0.
        offset: (n,) log exposure.

    Example:
        >>> measured = measure_dispersion(np.array([0.0, 0, 0, 1, 9] * 20))
        >>> measured.mean, round(measured.ratio, 1), measured.excessive
        (2.0, 6.2, True)

    Source: A. C. Cameron and P. K. Trivedi, Regression-based tests for overdispersion in the Poisson model, 1990;
    with the intercept alone, so that what the features explain counts as dispersion too.
    """
    n = len(counts)
    exposure = np.ones(n) if offset is None else np.exp(offset)
    mu = exposure * (counts.sum() / exposure.sum())
    t = ((counts - mu) ** 2 - counts) / mu
    alpha = float((t * mu).sum() / (mu**2).sum())
    residual = float(((t - alpha * mu) ** 2).sum()) / max(n - 1, 1)
    error = math.sqrt(residual / float((mu**2).sum()))
    return Dispersion(
        mean=float(counts.mean()),
        variance=float(counts.var()),
        ratio=float(((counts - mu) ** 2 / mu).mean()),
        alpha=alpha,
        standard_errors=alpha / error if error > 0 else 0.0,
    )
