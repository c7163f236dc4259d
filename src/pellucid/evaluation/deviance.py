"""Deviance of counts: twice the log-likelihood that a perfect fit would have more than the predicted means.

`spread` is the negative binomial's dispersion (NB2: variance = mean + spread x mean²); 0 is Poisson, its limit.
Source: McCullagh and Nelder, Generalized Linear Models, 1989; Hilbe, Negative Binomial Regression, 2011.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from pellucid.evaluation.sheet import Floats

POISSON_BELOW: Final = 1e-8  # a smaller spread is Poisson's to eight digits, and 1 / spread would cost more digits


def variance(means: Floats, spread: float) -> Floats:
    """Return the variance of counts with these means."""
    return means + spread * means**2


def unit_deviance(truth: Floats, means: Floats, spread: float = 0.0) -> Floats:
    """Return the deviance of each row, at least 0.

    Formula: 2 (y log(y / mu) - (y - mu)) for Poisson;
    2 (y log(y / mu) - (y + 1/spread) log((1 + spread y) / (1 + spread mu))) for the negative binomial.

    Example:
        >>> unit_deviance(np.array([0.0, 2.0]), np.array([1.0, 2.0]))
        array([2., 0.])
    """
    surprise = _times_log(truth, truth, means)
    if spread < POISSON_BELOW:
        deviance = surprise - (truth - means)
    else:
        deviance = surprise - (truth + 1 / spread) * np.log((1 + spread * truth) / (1 + spread * means))
    return 2 * np.maximum(deviance, 0.0)


def null_deviances(truth: Floats, exposure: Floats, spread: float, weights: Floats) -> Floats:
    """Return the (b,) deviances of the best single rate of each weighting, mean = rate x exposure.

    The rate is the counts over the exposures; with unequal exposures that is the negative binomial's best rate to
    first order only, as usual for a null model.
    """
    rate = (weights @ truth) / (weights @ exposure)
    safe = np.maximum(rate, np.finfo(np.float64).eps)
    surprise = weights @ _times_log(truth, truth, exposure) - (weights @ truth) * np.log(safe)
    if spread < POISSON_BELOW:
        return np.asarray(2 * surprise)  # the sum of truth - mean is 0 at the best rate
    of_truth = weights @ ((truth + 1 / spread) * np.log1p(spread * truth))
    factors = truth + 1 / spread
    if np.all(exposure == exposure[0]):
        of_means = np.log1p(spread * safe * exposure[0]) * (weights @ factors)
    else:
        of_means = np.einsum("bn,bn->b", weights, factors * np.log1p(spread * np.outer(safe, exposure)))
    return np.asarray(2 * (surprise - of_truth + of_means))


def _times_log(factor: Floats, numerator: Floats, denominator: Floats) -> Floats:
    """Return factor x log(numerator / denominator), 0 where the numerator is 0."""
    quotient = np.divide(numerator, denominator, out=np.ones_like(numerator), where=numerator > 0)
    return np.asarray(factor * np.log(quotient))
