"""Brier score: the mean squared distance of a probability from what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.metrics.inputs import (
    BINARY_TARGETS,
    PROBABILITIES,
    Integers,
    check_classes,
    check_pair,
    check_probabilities,
)
from pellucid.concepts.metrics.metric import Metric
from pellucid.drawing.records import Frame, Picture, Plot, Series

if TYPE_CHECKING:
    from torch import Tensor


def brier_reference(probabilities: Floats, targets: Integers) -> float:
    """Return the mean squared distance of the stated probability from 0 or 1.

    **Formula** (1/n) sum of (p - y)².

    Args:
        probabilities: p, the predicted probability of class 1, (n,), from 0 to 1.
        targets: y, 1 where truly positive, else 0, (n,).

    Returns:
        From 0 to 1, best 0; always saying one half gives 0.25.

    Raises:
        ShapeError: the shapes do not fit.
        RangeError: there is no row, a probability lies outside 0 to 1, or a target is no class.

    Example:
        >>> import numpy as np
        >>> round(brier_reference(np.array([0.9, 0.2]), np.array([1, 0])), 4)
        0.025
    """
    _check(probabilities, targets)
    p, y, n = probabilities, targets, len(targets)
    return float(np.sum((p - y) ** 2) / n)


def brier(probabilities: Tensor, targets: Tensor) -> Tensor:
    """Return the same on tensors; see `brier_reference`.

    Raises:
        ShapeError: the shapes do not fit.
        RangeError: there is no row, a probability lies outside 0 to 1, or a target is no class.
    """
    _check(probabilities, targets)
    return (probabilities - targets.to(probabilities.dtype)).square().mean()


def _drawn() -> Picture:
    stated = np.linspace(0, 1, 101)
    frames = []
    for happens in np.linspace(0.1, 0.9, 9):
        cost = happens * (1 - stated) ** 2 + (1 - happens) * stated**2
        least = int(np.argmin(cost))
        now = Series(name="least", x=stated[[least]], y=cost[[least]], kind="dots", role="mark")
        curve = Series(name="expected Brier score", x=stated, y=cost)
        noise = Series(name="p(1 - p): what no forecast can avoid", x=stated, y=stated * (1 - stated), role="quiet")
        panel = Plot(x_title="stated probability", y_title="cost", series=(curve, noise, now), y_range=(0, 0.9))
        note = f"it happens in {happens:.0%}: stating {stated[least]:.2f} costs least, {cost[least]:.3f}"
        frames.append(Frame(label=f"{happens:.0%}", note=note, panels=(panel,)))
    return Picture(
        alt=f"Expected Brier score over the stated probability. Last frame: {frames[-1].note}.", frames=tuple(frames)
    )


def _check(probabilities: Any, targets: Any) -> None:
    check_pair("brier", probabilities, targets, "probabilities")
    check_classes("brier", targets, "targets", most=1)
    check_probabilities("brier", probabilities)


BRIER: Final = Metric(
    name="brier",
    aliases=("brier_score", "brier_score_loss", "quadratic score"),
    title="Brier score",
    summary="The mean squared distance of the stated probability from 0 or 1.",
    formula="(1/n) sum of (p - y)^2",
    latex=r"\frac{1}{n}\sum_{i=1}^{n}(p_i - y_i)^2",
    arguments=(PROBABILITIES, BINARY_TARGETS),
    result="from 0 to 1, best 0",
    reference=brier_reference,
    fast=brier,
    greater_is_better=False,
    best=0.0,
    worst=1.0,
    drawn=_drawn,
    when="Probabilities are used, and no single row may dominate: one row costs at most 1.",
    when_not="Rare events: stating 0 for an event of 1 in 1000 costs only 0.001. Take log loss, which "
    "charges each such miss 36 nats.",
    mistakes=(
        (
            "Reading it without that of always stating the share s of positives, s (1 - s): 0.05 is bad "
            "where s = 0.05 gives 0.0475."
        ),
        "Taking it for calibration alone: it holds calibration and separation together.",
    ),
    source="G. W. Brier, 1950, in the halved form for two classes, as sklearn.metrics.brier_score_loss.",
)
