"""Jensen-Shannon divergence: relative entropy made symmetric and finite, by way of the mixture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.information.measure import Drawn, Line, Measure, P, Q, binary, check_distributions

if TYPE_CHECKING:
    from torch import Tensor


def jensen_shannon_reference(p: Floats, q: Floats) -> tuple[float, tuple[Floats, Floats]]:
    """Return the Jensen-Shannon divergence and its gradients by both.

    **Formula** with m = (p + q) / 2: JS = (KL(P, M) + KL(Q, M)) / 2; dJS/dp = log(p / m) / 2; dJS/dq = log(q / m) / 2.

    Args:
        p: P, (k,), at least 0, summing to 1.
        q: Q, (k,), likewise.

    Returns:
        JS in nats, 0…log 2: 0 only for P = Q, log 2 where they share no outcome. And its gradients by p and q.

    Raises:
        ShapeError: p and q are not both (k,).
        RangeError: one of them is no distribution.

    Example:
        >>> import numpy as np
        >>> value, _ = jensen_shannon_reference(np.array([1.0, 0.0]), np.array([0.0, 1.0]))
        >>> round(value, 4)
        0.6931
    """
    check_distributions("jensen_shannon", p=p, q=q)
    m = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):  # gradients are infinite where p or q is 0
        p_over_m, q_over_m = np.log(p) - np.log(m), np.log(q) - np.log(m)
        JS = (np.where(p > 0, p * p_over_m, 0) + np.where(q > 0, q * q_over_m, 0)).sum() / 2
    return float(JS), (p_over_m / 2, q_over_m / 2)


def jensen_shannon(p: Tensor, q: Tensor) -> Tensor:
    """Return the Jensen-Shannon divergence; see `jensen_shannon_reference`.

    Raises:
        ShapeError: p and q are not both (k,).
        RangeError: one of them is no distribution.
    """
    import torch

    check_distributions("jensen_shannon", p=p, q=q)
    m = (p + q) / 2
    by_p: Tensor = torch.special.xlogy(p, p) - torch.special.xlogy(p, m)
    by_q: Tensor = torch.special.xlogy(q, q) - torch.special.xlogy(q, m)
    return (by_p + by_q).sum() / 2


JENSEN_SHANNON: Final = Measure(
    name="jensen_shannon",
    aliases=("js", "jsd", "jensen_shannon_divergence"),
    title="Jensen-Shannon divergence",
    summary="The mean relative entropy to the mixture of both: the same either way, and never more than log 2.",
    formula="(KL(P, M) + KL(Q, M)) / 2, M = (P + Q) / 2",
    latex=r"\mathrm{JS}(P, Q) = \frac{1}{2} \mathrm{KL}(P, M) + \frac{1}{2} \mathrm{KL}(Q, M),\quad M = \frac{P + "
    r"Q}{2}",
    arguments=(P, Q),
    result="(), in nats, 0 to log 2 = 0.693",
    reference=jensen_shannon_reference,
    fast=jensen_shannon,
    symmetric=True,
    drawn=Drawn(
        moved="q, what Q believes of the first of two outcomes",
        lines=(
            Line(label="P = (0.2, 0.8)", at=lambda q: jensen_shannon_reference(binary(0.2), binary(q))[0]),
            Line(label="P = (0, 1)", at=lambda q: jensen_shannon_reference(binary(0.0), binary(q))[0]),
        ),
        plane=lambda p, q: jensen_shannon_reference(binary(p), binary(q))[0],
    ),
    when="To compare two distributions of which neither is the truth: texts, histograms, drift between two months.",
    when_not="As a loss for distributions that do not overlap: it is log 2 however far apart, and its gradient tells "
    "nothing.",
    mistakes=(
        "Taking it for a distance: its square root is one, and scipy.spatial.distance.jensenshannon returns that root.",
        "Comparing with values in bits: there the greatest is 1, here log 2.",
    ),
    source="J. Lin, Divergence measures based on the Shannon entropy, 1991. Equal weights, natural logarithm, not "
    "the root.",
)
