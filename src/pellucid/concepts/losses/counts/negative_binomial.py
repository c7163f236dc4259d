"""Negative binomial loss (NB2): the negative log-likelihood of counts whose variance exceeds their mean."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Argument, Floats, Option
from pellucid.concepts.losses.loss import (
    REDUCTION,
    Curve,
    Loss,
    Reduction,
    ValueAndGradient,
    check_same_shape,
    reduced,
    reduced_tensor,
)
from pellucid.concepts.losses.values import check_not_negative, check_positive

if TYPE_CHECKING:
    from torch import Tensor

DISPERSION: Final = 1.0  # variance mu + mu²

log_gamma = np.vectorize(math.lgamma, otypes=[np.float64])


def negative_binomial_reference(
    logits: Floats, targets: Floats, dispersion: float = DISPERSION, reduction: Reduction = "mean"
) -> ValueAndGradient:
    """Return the negative binomial loss and its gradient.

    **Formula** with mu = exp(z) and r = 1 / alpha, so that the variance is mu + alpha mu²:
    L = log Gamma(r) - log Gamma(y + r) - r log(r / (r + mu)) - y log(mu / (r + mu));
    dL/dz = (y + r) mu / (r + mu) - y.
    The term log(y!) of the negative log-likelihood is left out: it depends on neither z nor alpha.

    Args:
        logits: z, log of the mean count, (n,) or (n, t).
        targets: y, of the same shape, counts 0, 1, 2, …
        dispersion: alpha, above 0; towards 0 the loss becomes the Poisson loss.
        reduction: mean, sum or none.

    Returns:
        The loss in nats, which may be negative; and its gradient, of the shape of the logits.

    Raises:
        ShapeError: the shapes differ.
        RangeError: a target is negative, dispersion is not above 0, or there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> value, gradient = negative_binomial_reference(np.zeros(2), np.array([0.0, 3.0]))
        >>> round(value, 4), gradient
        (0.837, array([ 0.25, -0.5 ]))
    """
    check_same_shape("negative_binomial", logits, targets)
    check_not_negative("negative_binomial", targets)
    check_positive("negative_binomial", "dispersion", dispersion)
    z, y, r = logits, targets, 1 / dispersion
    log_r_plus_mu = np.logaddexp(np.log(r), z)  # log(r + exp(z)), which cannot overflow
    log_of_r_share = np.log(r) - log_r_plus_mu
    log_of_mu_share = z - log_r_plus_mu
    L = log_gamma(r) - log_gamma(y + r) - r * log_of_r_share - y * log_of_mu_share
    dL_dz = (y + r) * np.exp(log_of_mu_share) - y
    return reduced(L, dL_dz, reduction)


def negative_binomial(
    logits: Tensor, targets: Tensor, dispersion: Tensor | float = DISPERSION, reduction: Reduction = "mean"
) -> Tensor:
    """Return the negative binomial loss; see `negative_binomial_reference`. Also differentiable in `dispersion`.

    Raises:
        ShapeError: the shapes differ.
        RangeError: there is nothing to take the mean of.
    """
    import torch
    from torch.nn import functional

    check_same_shape("negative_binomial", logits, targets)
    alpha = torch.as_tensor(dispersion, dtype=logits.dtype, device=logits.device)
    r = alpha.reciprocal()
    scaled = logits + alpha.log()  # log(alpha mu)
    # -r log(r / (r + mu)) - y log(mu / (r + mu)) = (y + r) log(1 + alpha mu) - y log(alpha mu)
    softplus = -functional.logsigmoid(-scaled)  # exact everywhere, where functional.softplus turns linear at 20
    counted = targets + r
    return reduced_tensor(r.lgamma() - counted.lgamma() + counted * softplus - targets * scaled, reduction)


NEGATIVE_BINOMIAL: Final = Loss(
    name="negative_binomial",
    aliases=("nb", "nb2", "negbin", "negative_binomial_nll"),
    title="negative binomial loss",
    summary="The negative log-likelihood of counts whose variance exceeds their mean by alpha times its square.",
    formula="log Gamma(r) - log Gamma(y + r) - r log(r / (r + mu)) - y log(mu / (r + mu)), mu = exp(z), r = 1 / alpha",
    latex=r"L = \log\Gamma(r) - \log\Gamma(y+r) - r\log\frac{r}{r+\mu} - y\log\frac{\mu}{r+\mu},"
    r"\quad \mu = e^{z},\ r = \frac{1}{\alpha}",
    arguments=(
        Argument(name="logits", shapes=("(n,)", "(n, t)"), meaning="z, the logarithm of the mean count"),
        Argument(
            name="targets",
            shapes=("(n,)", "(n, t)"),
            values="counts",
            meaning="y, counts 0, 1, 2, …",
            differentiable=False,
        ),
    ),
    options=(
        Option(name="dispersion", meaning="alpha; towards 0 it becomes the Poisson loss", low=1e-4),
        REDUCTION,
    ),
    result="(), in nats, may be negative; best where exp(z) = y",
    reference=negative_binomial_reference,
    fast=negative_binomial,
    convex=True,
    symmetric=False,
    scale_invariant=False,
    gradient_bound=None,
    curves=(Curve(label="y = 0", target=0.0), Curve(label="y = 1", target=1.0), Curve(label="y = 4", target=4.0)),
    when="Counts that vary more than their mean allows (variance mu + alpha mu^2), as most real counts do.",
    when_not="When variance and mean agree (Poisson loss), or for counts in the thousands: take plain numbers, or "
    "their logarithms.",
    mistakes=(
        "Reading alpha as the variance itself: the variance is mu + alpha mu^2.",
        "Fixing alpha by guess: it is a parameter, and this form is differentiable in it.",
    ),
    source="J. M. Hilbe, Negative Binomial Regression, 2011; the variant NB2 with log link, without the constant "
    "log(y!).",
)
