"""The picture of deviances: what one row costs over the predicted mean, beside what another metric says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.drawing.records import ROLES, Picture, Plot, Series

Cost = Callable[[float, Floats], Floats]


def over_the_mean(title: str, cost: Cost, beside: tuple[tuple[str, Cost], ...], least: float = 0.0) -> Picture:
    """Return two panels: a small and a large target, the cost of each over the predicted mean.

    Args:
        title: of the metric.
        cost: one target and the means (m,) to costs (m,).
        beside: names and functions to compare with.
        least: the smallest target shown: 0 for counts.
    """
    panels = []
    for y, high in ((least, 6.0), (5.0, 15.0), (100.0, 200.0)):
        mu = np.linspace(high / 100, high, 200)
        drawn = zip(((title, cost), *beside), ROLES, strict=False)
        series = [Series(name=name, x=mu, y=one(y, mu), role=role) for (name, one), role in drawn]
        top = float(np.max(series[0].y[len(mu) // 20 :])) * 1.3
        panels.append(Plot(title=f"y = {y:g}", x_title="predicted mean", series=tuple(series), y_range=(0, top)))
    one_off, far = float(cost(5.0, np.array([10.0]))[0]), float(cost(100.0, np.array([105.0]))[0])
    return Picture(
        alt=f"{title} of one row over the predicted mean: 5 too many cost {one_off:.2g} at 5, {far:.2g} at 100.",
        panels=tuple(panels),
        columns=3,
    )
