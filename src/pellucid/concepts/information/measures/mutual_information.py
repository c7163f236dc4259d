"""Mutual information: how much one variable tells about another, from the table of their joint probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pellucid.concepts.concept import Argument, Floats
from pellucid.concepts.information.measure import Drawn, Line, Measure, check_distributions

if TYPE_CHECKING:
    from torch import Tensor


def mutual_information_reference(p: Floats) -> tuple[float, Floats]:
    """Return the mutual information and its gradient.

    **Formula** with p_x, p_y the sums of rows and columns: MI = sum p_xy log(p_xy / (p_x p_y)), 0 log 0 = 0;
    dMI/dp_xy = log(p_xy / (p_x p_y)) - 1.

    Args:
        p: joint probabilities, (k, t), at least 0, summing to 1 over the whole table.

    Returns:
        MI in nats, 0…the smaller of both entropies: 0 only for independent variables. And its gradient, (k, t).

    Raises:
        ShapeError: p is not (k, t).
        RangeError: p is no distribution.

    Example:
        >>> import numpy as np
        >>> round(mutual_information_reference(np.array([[0.5, 0.0], [0.0, 0.5]]))[0], 4)
        0.6931
    """
    check_distributions("mutual_information", ("k", "t"), p=p)
    p_x, p_y = p.sum(axis=1, keepdims=True), p.sum(axis=0, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):  # the gradient is infinite where p is 0
        log_ratio = np.log(p) - np.log(p_x) - np.log(p_y)
        MI = np.where(p > 0, p * log_ratio, 0).sum()
    return float(MI), log_ratio - 1


def mutual_information(p: Tensor) -> Tensor:
    """Return the mutual information; see `mutual_information_reference`.

    Raises:
        ShapeError: p is not (k, t).
        RangeError: p is no distribution.
    """
    import torch

    check_distributions("mutual_information", ("k", "t"), p=p)
    of_x, of_y, of_both = (torch.special.entr(one).sum() for one in (p.sum(dim=1), p.sum(dim=0), p))
    shared: Tensor = of_x + of_y - of_both
    return shared


def joint_table(rng: np.random.Generator) -> tuple[tuple[Floats], dict[str, Any]]:
    """Return a random table of joint probabilities."""
    k, t = rng.integers(2, 5, 2)
    return ((0.8 * rng.dirichlet(np.ones(k * t)) + 0.2 / (k * t)).reshape(k, t),), {}


def channel(error: float) -> Floats:
    """Return the joint probabilities of a fair bit and of its copy, which is wrong with a probability."""
    return np.array([[1 - error, error], [error, 1 - error]]) / 2


MUTUAL_INFORMATION: Final = Measure(
    name="mutual_information",
    aliases=("mi", "mutual_info_score", "information_shared"),
    title="mutual information",
    summary="The nats that knowing one variable saves in coding the other: 0 only where they are independent.",
    formula="sum p_xy log(p_xy / (p_x p_y))",
    latex=r"\mathrm{MI}(X, Y) = \sum_{x, y} p_{xy} \log \frac{p_{xy}}{p_x p_y}",
    arguments=(
        Argument(name="p", shapes=("(k, t)",), values="distributions", meaning="joint probabilities, summing to 1"),
    ),
    result="(), in nats, at least 0",
    reference=mutual_information_reference,
    fast=mutual_information,
    sample=joint_table,
    symmetric=True,
    drawn=Drawn(
        moved="probability that the copy of a fair bit is wrong",
        lines=(
            Line(label="mutual information", at=lambda error: mutual_information_reference(channel(error))[0]),
            Line(label="squared correlation / 2", at=lambda error: (1 - 2 * error) ** 2 / 2),  # its first term at 1/2
        ),
    ),
    when="To find dependence of any form between two variables with few values: feature selection, comparing "
    "clusterings.",
    when_not="With few rows for many cells: the estimate from counts is too high. Compare with shuffled columns.",
    mistakes=(
        "Reading a small positive value as dependence: from counted tables it is positive even for independent "
        "columns.",
        "Comparing columns with different numbers of values: many values can share more nats. Divide by an entropy.",
        "Passing counts: divide them by their sum.",
    ),
    source="C. E. Shannon, A mathematical theory of communication, 1948. Natural logarithm, as "
    "sklearn.metrics.mutual_info_score.",
)
