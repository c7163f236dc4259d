"""Top-k accuracy: the share of rows whose true class is among the k with the highest scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pellucid.concepts.concept import Floats, Option
from pellucid.concepts.metrics.inputs import Integers, argument, check_known, check_table
from pellucid.concepts.metrics.metric import Metric
from pellucid.drawing.records import Cells, Frame, Picture, Plot, Series
from pellucid.foundation.errors import RangeError

if TYPE_CHECKING:
    from torch import Tensor


def top_k_accuracy_reference(scores: Floats, targets: Integers, top: int = 5) -> float:
    """Return the share of rows whose true class is among the k classes with the highest scores.

    **Formula** (1/n) sum of [rank of the true class <= top]; the rank counts the classes with a higher score, and those
    with the same score and a higher index.

    Args:
        scores: s, (n, k), logits or probabilities.
        targets: y, true classes, (n,), 0 … k - 1.
        top: how many classes count as a hit, from 1 to k.

    Returns:
        The share, from 0 to 1, best 1; guessing gives top / k, and top = k gives 1.

    Raises:
        ShapeError: the shapes do not fit.
        RangeError: there is no row, a score is NaN, a target is none of the classes, or top is not from 1 to k.

    Example:
        >>> import numpy as np
        >>> scores = np.array([[0.5, 0.3, 0.2], [0.1, 0.6, 0.3]])
        >>> [top_k_accuracy_reference(scores, np.array([1, 0]), top=t) for t in (1, 2, 3)]
        [0.0, 0.5, 1.0]
    """
    _check(scores, targets, top)
    s, n, k = scores, len(targets), scores.shape[1]
    hits = 0
    for i in range(n):
        y = int(targets[i])
        rank = 1 + sum(s[i, c] > s[i, y] or (s[i, c] == s[i, y] and c > y) for c in range(k))
        hits += rank <= top
    return float(hits / n)


def top_k_accuracy(scores: Tensor, targets: Tensor, top: int = 5) -> Tensor:
    """Return the same on tensors; see `top_k_accuracy_reference`.

    Raises:
        ShapeError: the shapes do not fit.
        RangeError: there is no row, a score is NaN, a target is none of the classes, or top is not from 1 to k.
    """
    import torch

    _check(scores, targets, top)
    truth = targets.long()[:, None]
    of_truth = scores.gather(1, truth)
    later = torch.arange(scores.shape[1], device=scores.device) > truth
    before = (scores > of_truth) | ((scores == of_truth) & later)
    return (before.sum(1) < top).double().mean()


def _drawn() -> Picture:
    generator = np.random.default_rng(0)
    n, k = 8, 6
    targets = generator.integers(0, k, n)
    scores = generator.normal(size=(n, k)) + 1.2 * np.eye(k)[targets]
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    ranks = 1 + (scores > scores[np.arange(n), targets][:, None]).sum(axis=1)
    order = np.argsort(-scores, axis=1)
    all_shares = np.array([top_k_accuracy_reference(scores, targets, top=t) for t in range(1, k + 1)])
    frames = []
    for top in range(1, k + 1):
        share = all_shares[top - 1]
        counted = np.where(scores >= np.take_along_axis(scores, order[:, top - 1 : top], 1), probabilities, np.nan)
        cells = Cells(
            title=f"probabilities among the first {top}; the true class framed",
            values=counted,
            marked=tuple((row, int(column)) for row, column in enumerate(targets)),
            row_names=tuple(f"row {row + 1}" for row in range(n)),
            column_names=tuple(f"class {column}" for column in range(k)),
            high=1,
        )
        series = (
            Series(name="top-k accuracy", x=np.arange(1, k + 1), y=all_shares, kind="line and dots"),
            Series(name="guessing", x=np.arange(1, k + 1), y=np.arange(1, k + 1) / k, role="quiet"),
            Series(name="now", x=np.array([top]), y=np.array([share]), kind="dots", role="mark"),
        )
        note = f"{int((ranks <= top).sum())} of {n} true classes are in, {share:.3f}"
        panels = (cells, Plot(title="over k", x_title="k", series=series, y_range=(0, 1.05)))
        frames.append(Frame(label=f"top {top}", note=note, panels=panels))
    return Picture(
        alt="Eight rows, six classes: " + "; ".join(frame.note for frame in frames[:3]) + ".", frames=tuple(frames)
    )


def _check(scores: Any, targets: Any, top: int) -> None:
    check_table("top_k_accuracy", scores, targets, "scores")
    check_known("top_k_accuracy", scores, "scores")
    if not 1 <= top <= scores.shape[1]:
        raise RangeError(
            f"top_k_accuracy expected top from 1 to {scores.shape[1]} classes, got {top}: choose top within that range"
        )


TOP_K_ACCURACY: Final = Metric(
    name="top_k_accuracy",
    aliases=(
        "top_k",
        "top_k_accuracy_score",
        "TopKCategoricalAccuracy",
        "SparseTopKCategoricalAccuracy",
        "top5",
        "hits_at_k",
    ),
    title="top-k accuracy",
    summary="The share of rows whose true class is among the k classes with the highest scores.",
    formula="(1/n) sum of [rank of the true class <= top]",
    latex=r"\frac{1}{n}\sum_{i=1}^{n}\left[\mathrm{rank}_i(y_i) \le \mathrm{top}\right]",
    arguments=(
        argument("scores", "s, one column for each class", shapes=("(n, k)",)),
        argument("targets", "y, the true class", "class indices"),
    ),
    options=(Option(name="top", meaning="how many of the highest scores count as a hit", low=1),),
    result="a number from 0 to 1, best 1; guessing gives top / k",
    reference=top_k_accuracy_reference,
    fast=top_k_accuracy,
    greater_is_better=True,
    best=1.0,
    worst=0.0,
    drawn=_drawn,
    when="Many similar classes, and a person picks from a short list.",
    when_not="Few classes: top 5 of 10 is half right by guessing.",
    mistakes=(
        "Not saying what guessing gives: top / k.",
        (
            "Ties, when a network outputs equal scores: here the higher index goes first, as in "
            "scikit-learn; another rule gives another number."
        ),
    ),
    source="Known since the ImageNet challenge (O. Russakovsky et al., 2015) with k = 5, as "
    "keras.metrics.TopKCategoricalAccuracy; ties as sklearn.metrics.top_k_accuracy_score, whose default is k = 2.",
)
