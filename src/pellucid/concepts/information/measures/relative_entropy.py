"""Relative entropy (Kullback-Leibler divergence): the price, in nats, of believing Q where P is true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.information.measure import Drawn, Line, Measure, P, Q, binary, check_distributions

if TYPE_CHECKING:
    from torch import Tensor


def relative_entropy_reference(p: Floats, q: Floats) -> tuple[float, tuple[Floats, Floats]]:
    """Return the relative entropy and its gradients by both.

    **Formula** KL(P, Q) = sum p log(p / q), 0 log 0 = 0; dKL/dp = log(p / q) + 1; dKL/dq = -p / q.

    Args:
        p: P, (k,), at least 0, summing to 1.
        q: Q, (k,), likewise.

    Returns:
        KL in nats, at least 0, 0 only for P = Q, infinite where Q excludes what P allows. And its gradients by p and q.

    Raises:
        ShapeError: p and q are not both (k,).
        RangeError: one of them is no distribution.

    Example:
        >>> import numpy as np
        >>> p, q = np.array([0.5, 0.5]), np.array([0.25, 0.75])
        >>> round(relative_entropy_reference(p, q)[0], 4), round(relative_entropy_reference(q, p)[0], 4)
        (0.1438, 0.1308)
    """
    check_distributions("relative_entropy", p=p, q=q)
    with np.errstate(divide="ignore", invalid="ignore"):  # what Q excludes costs without bound
        log_ratio = np.log(p) - np.log(q)
        KL = np.where(p > 0, p * log_ratio, 0).sum()
        dKL_dp, dKL_dq = log_ratio + 1, np.where(p > 0, -p / q, 0)
    return float(KL), (dKL_dp, dKL_dq)


def relative_entropy(p: Tensor, q: Tensor) -> Tensor:
    """Return the relative entropy; see `relative_entropy_reference`.

    Raises:
        ShapeError: p and q are not both (k,).
        RangeError: one of them is no distribution.
    """
    import torch

    check_distributions("relative_entropy", p=p, q=q)
    divergence: Tensor = torch.special.xlogy(p, p) - torch.special.xlogy(p, q)
    return divergence.sum()


RELATIVE_ENTROPY: Final = Measure(
    name="relative_entropy",
    aliases=("kullback_leibler", "kl", "rel_entr", "information_gain"),
    title="relative entropy",
    summary="The extra nats for each outcome when P is coded with a code made for Q; 0 only where both agree.",
    formula="sum p log(p / q)",
    latex=r"\mathrm{KL}(P, Q) = \sum_c p_c \log \frac{p_c}{q_c}",
    arguments=(P, Q),
    result="(), in nats, at least 0",
    reference=relative_entropy_reference,
    fast=relative_entropy,
    symmetric=False,
    drawn=Drawn(
        moved="q, what Q believes of the first of two outcomes",
        lines=(
            Line(label="KL(P, Q), P = (0.2, 0.8)", at=lambda q: relative_entropy_reference(binary(0.2), binary(q))[0]),
            Line(label="KL(Q, P), exchanged", at=lambda q: relative_entropy_reference(binary(q), binary(0.2))[0]),
        ),
        plane=lambda p, q: relative_entropy_reference(binary(p), binary(q))[0],
    ),
    when="To say how far a belief is from the truth, in nats; it is cross-entropy without its floor H(P).",
    when_not="When the two stand on the same footing, or one may exclude what the other allows: take Jensen-Shannon.",
    mistakes=(
        "Treating it as a distance: it is not symmetric, and keeps no triangle inequality.",
        "A q of exactly 0 from counting: one outcome that was never seen makes it infinite. Smooth the counts.",
    ),
    source="S. Kullback & R. A. Leibler, On information and sufficiency, 1951. Natural logarithm, as "
    "scipy.stats.entropy(p, q).",
)
