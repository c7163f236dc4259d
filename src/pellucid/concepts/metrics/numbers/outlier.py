"""The picture of metrics of numbers: one row drifts away from its prediction, and the metric follows or does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.drawing.records import ROLES, Frame, Picture, Plot, Series

ROWS: Final = 9
DRIFT: Final = 6.0  # how far the last row ends from its prediction; the others are off by 0.1 to 0.9
ERRORS: Final = np.array([0.3, -0.6, 0.1, 0.9, -0.4, -0.8, 0.5, 0.2])

Measure = Callable[[Floats, Floats], float]


def outlier(title: str, metric: Measure, beside: tuple[tuple[str, Measure], ...]) -> Picture:
    """Return frames: the rows with their residuals, and the metric over how far the last row drifts.

    Args:
        title: of the metric.
        metric: predictions (n,) and targets (n,) to a number.
        beside: names and functions of others to compare with.
    """
    x = np.arange(1.0, ROWS + 1)
    z = 1 + 0.5 * x
    drifts = np.linspace(0, DRIFT, 25)
    targets = [z + np.append(ERRORS, -drift) for drift in drifts]
    curves = [
        Series(name=name, x=drifts, y=np.array([one(z, y) for y in targets]), role=role)
        for (name, one), role in zip(((title, metric), *beside), ROLES, strict=False)
    ]
    frames = []
    for y, drift in zip(targets, drifts, strict=True):
        value = metric(z, y)
        gaps = Series(
            name="", x=np.repeat(x, 3), y=np.column_stack([y, z, np.full(ROWS, np.nan)]).ravel(), role="quiet"
        )
        rows = (
            gaps,
            Series(name="predictions", x=x, y=z, role="third"),
            Series(name="targets", x=x, y=y, kind="dots", role="fourth"),
        )
        now = Series(name="now", x=np.array([drift]), y=np.array([value]), kind="dots", role="mark")
        panels = (
            Plot(title="nine rows and their errors", x_title="row", series=rows),
            Plot(title=f"{title} over the error of the last row", x_title="its error", series=(*curves, now)),
        )
        note = f"the last row is off by {drift:.2f}: {title} = {value:.3f}"
        frames.append(Frame(label=f"off by {drift:.2f}", note=note, panels=panels))
    start = float(curves[0].y[0])
    return Picture(
        alt=f"Nine rows, one of which drifts away: {title} goes from {start:.2f} to {value:.2f}.", frames=tuple(frames)
    )
