"""Cross-entropy of two distributions: the mean surprise of P's outcomes to one who believes Q."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.information.measure import Drawn, Line, Measure, P, Q, binary, check_distributions

if TYPE_CHECKING:
    from torch import Tensor


def cross_entropy_of_distributions_reference(p: Floats, q: Floats) -> tuple[float, tuple[Floats, Floats]]:
    """Return the cross-entropy of distributions and its gradients by both.

    **Formula** H(P, Q) = -sum p log q, 0 log q = 0; dH/dp = -log q; dH/dq = -p / q.

    Args:
        p: P, (k,), at least 0, summing to 1.
        q: Q, (k,), likewise.

    Returns:
        H(P, Q) in nats, at least H(P), infinite where Q excludes what P allows. And its gradients by p and q.

    Raises:
        ShapeError: p and q are not both (k,).
        RangeError: one of them is no distribution.

    Example:
        >>> import numpy as np
        >>> value, _ = cross_entropy_of_distributions_reference(np.array([1.0, 0.0]), np.array([0.25, 0.75]))
        >>> round(value, 4)
        1.3863
    """
    check_distributions("cross_entropy_of_distributions", p=p, q=q)
    with np.errstate(divide="ignore", invalid="ignore"):  # what Q excludes surprises without bound
        log_q = np.log(q)
        H = -np.where(p > 0, p * log_q, 0).sum()
        dH_dp, dH_dq = -log_q, np.where(p > 0, -p / q, 0)
    return float(H), (dH_dp, dH_dq)


def cross_entropy_of_distributions(p: Tensor, q: Tensor) -> Tensor:
    """Return the cross-entropy of distributions; see `cross_entropy_of_distributions_reference`.

    Raises:
        ShapeError: p and q are not both (k,).
        RangeError: one of them is no distribution.
    """
    import torch

    check_distributions("cross_entropy_of_distributions", p=p, q=q)
    weighted: Tensor = torch.special.xlogy(p, q)
    return -weighted.sum()


CROSS_ENTROPY_OF_DISTRIBUTIONS: Final = Measure(
    name="cross_entropy_of_distributions",
    aliases=("H_pq", "cross_entropy"),
    title="cross-entropy of distributions",
    summary="The mean surprise of what P brings about to one who expects Q: the entropy of P and the price of being "
    "wrong.",
    formula="-sum p log q = KL(P, Q) + H(P)",
    latex=r"H(P, Q) = -\sum_c p_c \log q_c = \mathrm{KL}(P, Q) + H(P)",
    arguments=(P, Q),
    result="(), in nats, at least 0",
    reference=cross_entropy_of_distributions_reference,
    fast=cross_entropy_of_distributions,
    symmetric=False,
    drawn=Drawn(
        moved="q, what Q believes of the first of two outcomes",
        lines=(
            Line(
                label="P = (0.5, 0.5)", at=lambda q: cross_entropy_of_distributions_reference(binary(0.5), binary(q))[0]
            ),
            Line(
                label="P = (0.2, 0.8)", at=lambda q: cross_entropy_of_distributions_reference(binary(0.2), binary(q))[0]
            ),
            Line(label="P = (0, 1)", at=lambda q: cross_entropy_of_distributions_reference(binary(0.0), binary(q))[0]),
        ),
        plane=lambda p, q: cross_entropy_of_distributions_reference(binary(p), binary(q))[0],
    ),
    when="To see what training on classes makes small: P is the truth, Q the prediction; H(P) is a floor that no "
    "network passes.",
    when_not="As a distance: it is H(P), not 0, where both agree. Take the relative entropy.",
    mistakes=(
        "Expecting 0 for a perfect prediction: with soft or noisy targets its best value is H(P).",
        "Exchanging the two: the truth weighs, the belief stands in the logarithm.",
    ),
    source="I. J. Good, Rational decisions, 1952. Natural logarithm; for logits and classes see the loss of the same "
    "name.",
)
