"""Entropy: the mean surprise of a distribution, and the fewest nats that code its outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.information.measure import Drawn, Line, Measure, P, binary, check_distributions

if TYPE_CHECKING:
    from torch import Tensor


def entropy_reference(p: Floats) -> tuple[float, Floats]:
    """Return the entropy and its gradient.

    **Formula** H = -sum p log p, 0 log 0 = 0; dH/dp = -log p - 1 (infinite where p = 0).

    Args:
        p: P, (k,), at least 0, summing to 1.

    Returns:
        H in nats, 0…log k: 0 where one outcome is certain, log k where all are alike. And its gradient, (k,).

    Raises:
        ShapeError: p is not (k,).
        RangeError: p is no distribution.

    Example:
        >>> import numpy as np
        >>> value, gradient = entropy_reference(np.array([0.5, 0.5]))
        >>> round(value, 4), gradient.round(4)
        (0.6931, array([-0.3069, -0.3069]))
    """
    check_distributions("entropy", p=p)
    H = -(p * np.log(np.where(p > 0, p, 1))).sum()  # 0 log 0 = 0
    with np.errstate(divide="ignore"):
        dH_dp = -np.log(p) - 1
    return float(H), dH_dp


def entropy(p: Tensor) -> Tensor:
    """Return the entropy; see `entropy_reference`.

    Raises:
        ShapeError: p is not (k,).
        RangeError: p is no distribution.
    """
    import torch

    check_distributions("entropy", p=p)
    parts: Tensor = torch.special.entr(p)  # -p log p
    return parts.sum()


ENTROPY: Final = Measure(
    name="entropy",
    aliases=("shannon_entropy", "H", "entr"),
    title="entropy",
    summary="The mean surprise: 0 where the outcome is certain, log k where k outcomes are alike.",
    formula="-sum p log p",
    latex=r"H(P) = -\sum_c p_c \log p_c",
    arguments=(P,),
    result="(), in nats, 0 to log k",
    reference=entropy_reference,
    fast=entropy,
    symmetric=True,
    drawn=Drawn(
        moved="probability of the first of two outcomes",
        lines=(
            Line(label="entropy", at=lambda p: entropy_reference(binary(p))[0]),
            Line(label="part of the first, -p log p", at=lambda p: float(-p * np.log(p))),
            Line(label="part of the second", at=lambda p: float(-(1 - p) * np.log(1 - p))),
        ),
    ),
    when="To say how unsure a prediction is, how much a column of data can tell, or where a tree should split.",
    when_not="To compare a prediction with the truth: a sure and wrong prediction has low entropy too. Take "
    "cross-entropy.",
    mistakes=(
        "Computing p log p at p = 0: it is nan in floating point, and 0 by its limit.",
        "Reading low entropy as being right: it only says sure.",
        "Mixing nats and bits: divide by log 2 = 0.693 for bits.",
    ),
    source="C. E. Shannon, A mathematical theory of communication, 1948. Natural logarithm, as scipy.stats.entropy.",
)
