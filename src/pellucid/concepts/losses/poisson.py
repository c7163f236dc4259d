"""Poisson loss: the negative log-likelihood of counts whose variance equals their mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.losses.loss import Floats, Loss, ValueAndGradient, check_same_shape

if TYPE_CHECKING:
    from torch import Tensor


def poisson_reference(logits: Floats, targets: Floats) -> ValueAndGradient:
    """Return the mean Poisson loss and its gradient.

    **Formula** with mu = exp(z): L = mean of mu - y z; dL/dz = (mu - y) / N over the N elements.
    The term log(y!) of the negative log-likelihood is left out: it does not depend on z.

    Args:
        logits: z, log of the mean count, (n,) or (n, t).
        targets: y, of the same shape, counts 0, 1, 2, …

    Returns:
        The loss in nats, which may be negative, best where mu = y; and its gradient, of the shape of the logits.

    Raises:
        ShapeError: the shapes differ.

    Example:
        >>> import numpy as np
        >>> poisson_reference(np.zeros(2), np.array([0.0, 3.0]))
        (1.0, array([ 0.5, -1. ]))
    """
    check_same_shape("poisson", logits, targets)
    z, y = logits, targets
    N = z.size
    mu = np.exp(z)
    value = (mu - y * z).sum() / N
    gradient = (mu - y) / N
    return float(value), gradient


def poisson(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the mean Poisson loss; see `poisson_reference`.

    Raises:
        ShapeError: the shapes differ.
    """
    check_same_shape("poisson", logits, targets)
    return (logits.exp() - targets * logits).mean()


POISSON: Final = Loss(
    name="poisson",
    aliases=("poisson_nll",),
    title="Poisson loss",
    formula="exp(z) - y z",
    latex=r"e^{z} - y\,z",
    logits="(n,) or (n, t), log of the mean count",
    targets="the shape of the logits, counts 0, 1, 2, …",
    target_values="counts",
    convex=True,
    reference=poisson_reference,
    fast=poisson,
    when="Counts of events, whose variance is about their mean; with an exposure, add its logarithm to the logits.",
    mistake="Taking the output for the count itself: it is its logarithm, so exp(z) is the prediction.",
    source="S. D. Poisson, 1837; as regression: J. A. Nelder and R. W. M. Wedderburn, Generalized linear models, 1972. "
    "Log link, without the constant log(y!).",
)
