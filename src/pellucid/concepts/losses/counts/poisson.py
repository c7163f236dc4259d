"""Poisson loss: the negative log-likelihood of counts whose variance equals their mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Argument, Floats
from pellucid.concepts.losses.loss import (
    REDUCTION,
    Curve,
    Loss,
    Reduction,
    ValueAndGradient,
    check_reduction,
    check_same_shape,
    reduced,
)
from pellucid.concepts.losses.values import check_not_negative

if TYPE_CHECKING:
    from torch import Tensor


def poisson_reference(logits: Floats, targets: Floats, reduction: Reduction = "mean") -> ValueAndGradient:
    """Return the Poisson loss and its gradient.

    **Formula** with mu = exp(z): L = mu - y z; dL/dz = mu - y.
    The term log(y!) of the negative log-likelihood is left out: it does not depend on z.

    Args:
        logits: z, log of the mean count, (n,) or (n, t).
        targets: y, of the same shape, counts 0, 1, 2, …
        reduction: mean, sum or none.

    Returns:
        The loss in nats, which may be negative, best where mu = y; and its gradient, of the shape of the logits.

    Raises:
        ShapeError: the shapes differ.
        RangeError: a target is negative, or there is nothing to take the mean of.

    Example:
        >>> import numpy as np
        >>> poisson_reference(np.zeros(2), np.array([0.0, 3.0]))
        (1.0, array([ 0.5, -1. ]))
    """
    check_same_shape("poisson", logits, targets)
    check_not_negative("poisson", targets)
    z, y = logits, targets
    mu = np.exp(z)
    L = mu - y * z
    dL_dz = mu - y
    return reduced(L, dL_dz, reduction)


def poisson(logits: Tensor, targets: Tensor, reduction: Reduction = "mean") -> Tensor:
    """Return the Poisson loss; see `poisson_reference`.

    Raises:
        ShapeError: the shapes differ.
        RangeError: there is nothing to take the mean of.
    """
    from torch.nn import functional

    check_same_shape("poisson", logits, targets)
    check_reduction(logits.numel(), reduction)
    return functional.poisson_nll_loss(logits, targets, log_input=True, full=False, reduction=reduction)


POISSON: Final = Loss(
    name="poisson",
    aliases=("poisson_nll", "PoissonNLLLoss", "poisson_nll_loss"),
    title="Poisson loss",
    summary="The negative log-likelihood of counts whose variance equals their mean; the logit is its logarithm.",
    formula="exp(z) - y z",
    latex=r"L = e^{z} - y\,z",
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
    options=(REDUCTION,),
    result="(), in nats, may be negative; best where exp(z) = y",
    reference=poisson_reference,
    fast=poisson,
    convex=True,
    symmetric=False,
    scale_invariant=False,
    gradient_bound=None,
    curves=(Curve(label="y = 0", target=0.0), Curve(label="y = 1", target=1.0), Curve(label="y = 4", target=4.0)),
    when="Counts of events, whose variance is about their mean; with an exposure, add its logarithm to the logits.",
    when_not="When counts vary more than their mean allows: take the negative binomial loss.",
    mistakes=(
        "Taking the output for the count itself: it is its logarithm, so exp(z) is the prediction.",
        "Exchanging it for keras.losses.Poisson, which takes the mean itself, not its logarithm.",
        "Dividing the counts by the exposure instead of adding log(exposure) to the logits: long and short "
        "observations then weigh the same.",
    ),
    source="S. D. Poisson, 1837; as regression: J. A. Nelder and R. W. M. Wedderburn, Generalized linear models, 1972. "
    "Log link, without the constant log(y!), as torch.nn.PoissonNLLLoss.",
)
