"""Pictures of metrics that need a threshold: it moves over two distributions of scores, and the counts follow."""

from __future__ import annotations

from collections.abc import Callable
from statistics import NormalDist
from typing import Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.metrics.inputs import Integers
from pellucid.drawing.records import Cells, Frame, Picture, Plot, Series

LOW, HIGH = -3.5, 4.5  # of the scores that are drawn
FRAMES: Final = 25
SPREAD: Final = 1.0  # standard deviation of the scores of either class
CELL_NAMES: Final = {"TN": (0, 0), "FP": (0, 1), "FN": (1, 0), "TP": (1, 1)}
"""Row: the truth; column: what is called."""


def scores_of(positives: int = 100, negatives: int = 100, distance: float = 1.5) -> tuple[Floats, Integers]:
    """Return scores (n,) and targets (n,): the quantiles of two normal distributions, negatives around 0.

    Example:
        >>> scores, targets = scores_of(1, 3)
        >>> scores.round(2), targets
        (array([-0.97,  0.  ,  0.97,  1.5 ]), array([0, 0, 0, 1]))
    """
    counts = ((0.0, negatives), (distance, positives))
    scores = [NormalDist(mean, SPREAD).inv_cdf((i + 0.5) / count) for mean, count in counts for i in range(count)]
    return np.array(scores), np.repeat([0, 1], [negatives, positives])


def table_of(predictions: Integers, targets: Integers) -> Integers:
    """Return the four counts as a (2, 2) table: row the truth, column what is called."""
    return np.bincount(targets * 2 + predictions, minlength=4).reshape(2, 2)


def distributions(targets: Integers, distance: float, threshold: float) -> Plot:
    """Return the two distributions, as high as there are rows, and the threshold between them."""
    x = np.linspace(LOW, HIGH, 161)
    heights = [
        count * np.array([NormalDist(mean, SPREAD).pdf(at) for at in x])
        for mean, count in ((0.0, (targets == 0).sum()), (distance, (targets == 1).sum()))
    ]
    top = float(np.max(heights)) * 1.05
    return Plot(
        title="scores",
        x_title="score",
        series=(
            Series(name="positives", x=x, y=heights[1], kind="area"),
            Series(name="negatives", x=x, y=heights[0], kind="area", role="other"),
            Series(name="threshold", x=np.full(2, threshold), y=np.array([0, top]), role="quiet"),
        ),
        y_range=(0, top),
    )


def counts_panel(table: Integers, used: tuple[str, ...] = ()) -> Cells:
    """Return the four counts with those framed that a metric uses."""
    return Cells(
        title="counts" + (f": {', '.join(used)} are used" if used else ""),
        values=table.astype(float),
        marked=tuple(CELL_NAMES[name] for name in used),
        row_names=("truly 0", "truly 1"),
        column_names=("called 0", "called 1"),
    )


def moving_threshold(
    title: str,
    metric: Callable[[Integers, Integers], float],
    used: tuple[str, ...],
    written: str,
    says: str,
    *,
    positives: int = 100,
    negatives: int = 100,
    last: float = 1.25,
    beside: tuple[str, Callable[[Integers, Integers], float]] | None = None,
) -> Picture:
    """Return frames: the threshold over two distributions, the four counts, and the metric at each threshold.

    Args:
        title: of the metric.
        metric: predictions (n,) and targets (n,) to a number.
        used: the counts that it looks at, to be framed.
        written: how it is computed, with {TP}, {FP}, {FN}, {TN} and {value}.
        says: what the picture shows, for its alternative text.
        positives: rows of class 1.
        negatives: rows of class 0.
        last: the threshold of the last frame.
        beside: name and function of another metric to compare with.
    """
    distance = 1.5
    scores, targets = scores_of(positives, negatives, distance)
    over = np.linspace(LOW + 0.5, HIGH, 81)
    drawn = [(title, metric, "subject"), *([(*beside, "other")] if beside else [])]
    curves = tuple(
        Series(name=name, x=over, y=np.array([one((scores >= t).astype(np.int64), targets) for t in over]), role=role)  # type: ignore[arg-type]  # roles
        for name, one, role in drawn
    )
    frames = []
    for threshold in np.linspace(LOW + 0.5, last, FRAMES):
        predictions = (scores >= threshold).astype(np.int64)
        table, value = table_of(predictions, targets), metric(predictions, targets)
        counts = {name: int(table[place]) for name, place in CELL_NAMES.items()}
        now = Series(name="now", x=np.array([threshold]), y=np.array([value]), kind="dots", role="mark")
        over_thresholds = Plot(title=f"{title} over the threshold", x_title="threshold", series=(*curves, now))
        panels = (distributions(targets, distance, threshold), counts_panel(table, used), over_thresholds)
        note = written.format(**counts, value=value)
        frames.append(Frame(label=f"threshold {threshold:.2f}", note=note, panels=panels))
    return Picture(alt=f"{says} At the last threshold, {last:g}: {frames[-1].note}.", frames=tuple(frames), columns=3)
