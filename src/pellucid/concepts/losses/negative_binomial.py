"""Negative binomial loss (NB2): the negative log-likelihood of counts whose variance exceeds their mean."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from pellucid.concepts.losses.loss import Floats, Loss, ValueAndGradient, check_same_shape

log_gamma = np.vectorize(math.lgamma, otypes=[np.float64])


def negative_binomial_reference(logits: Floats, targets: Floats, dispersion: float = 1.0) -> ValueAndGradient:
    """Return the mean negative binomial loss and its gradient.

    **Formula** with mu = exp(z) and r = 1 / alpha, so that the variance is mu + alpha mu²:
    L = mean of log Gamma(r) - log Gamma(y + r) - r log(r / (r + mu)) - y log(mu / (r + mu));
    dL/dz = [(y + r) mu / (r + mu) - y] / N over the N elements.
    The term log(y!) of the negative log-likelihood is left out: it depends on neither z nor alpha.

    Args:
        logits: z, log of the mean count, (n,) or (n, t).
        targets: y, of the same shape, counts 0, 1, 2, …
        dispersion: alpha, above 0; towards 0 the loss becomes the Poisson loss.

    Returns:
        The loss in nats, which may be negative; and its gradient, of the shape of the logits.

    Raises:
        ShapeError: the shapes differ.

    Example:
        >>> import numpy as np
        >>> value, gradient = negative_binomial_reference(np.zeros(2), np.array([0.0, 3.0]))
        >>> round(value, 4), gradient
        (0.837, array([ 0.25, -0.5 ]))
    """
    check_same_shape("negative_binomial", logits, targets)
    z, y, r = logits, targets, 1 / dispersion
    N = z.size
    log_r_plus_mu = np.logaddexp(np.log(r), z)  # log(r + exp(z)), which cannot overflow
    log_of_r_share = np.log(r) - log_r_plus_mu
    log_of_mu_share = z - log_r_plus_mu
    value = (log_gamma(r) - log_gamma(y + r) - r * log_of_r_share - y * log_of_mu_share).sum() / N
    gradient = ((y + r) * np.exp(log_of_mu_share) - y) / N
    return float(value), gradient


def negative_binomial(logits: Tensor, targets: Tensor, dispersion: Tensor | float = 1.0) -> Tensor:
    """Return the mean negative binomial loss; see `negative_binomial_reference`. Also differentiable in `dispersion`.

    Raises:
        ShapeError: the shapes differ.
    """
    check_same_shape("negative_binomial", logits, targets)
    alpha = torch.as_tensor(dispersion, dtype=logits.dtype, device=logits.device)
    r = alpha.reciprocal()
    scaled = logits + alpha.log()  # log(alpha mu)
    # -r log(r / (r + mu)) - y log(mu / (r + mu)) = (y + r) log(1 + alpha mu) - y log(alpha mu)
    softplus = -functional.logsigmoid(-scaled)  # exact everywhere, where functional.softplus turns linear at 20
    counted = targets + r
    return (r.lgamma() - counted.lgamma() + counted * softplus - targets * scaled).mean()


NEGATIVE_BINOMIAL: Final = Loss(
    name="negative_binomial",
    aliases=("nb", "nb2", "negbin", "negative_binomial_nll"),
    title="negative binomial loss",
    formula="log G(r) - log G(y + r) - r log(r / (r + mu)) - y log(mu / (r + mu)), mu = exp(z), r = 1 / alpha",
    latex=r"\ln\Gamma(r) - \ln\Gamma(y+r) - r\ln\frac{r}{r+\mu} - y\ln\frac{\mu}{r+\mu},"
    r"\quad \mu = e^{z},\ r = \frac{1}{\alpha}",
    logits="(n,) or (n, t), log of the mean count",
    targets="the shape of the logits, counts 0, 1, 2, …",
    target_values="counts",
    convex=True,
    reference=negative_binomial_reference,
    fast=negative_binomial,
    when="Counts that vary more than their mean allows (variance mu + alpha mu^2), as most real counts do.",
    mistake="Comparing its value with the Poisson loss at another alpha, or reading alpha as the variance itself.",
    source="J. M. Hilbe, Negative Binomial Regression, 2011; the variant NB2 with log link, without the constant "
    "log(y!).",
)
