"""Reading the course of a training from its looks. Plain numbers, no torch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median
from typing import Final

from pellucid.diagnosis.evidence import Evidence, Look

TIMES: Final = 0.6  # of the loss: what counts as much lower
OF_FIRST: Final = 0.08  # of the first loss: differences below it are the noise of a settled training
MIDDLE: Final = 0.4  # of the steps: a curve without a look after it says nothing of the last third
LEFT: Final = 0.3  # of the way from the first loss down


def losses(looks: Sequence[Look]) -> list[tuple[int, float]]:
    """Return step and training loss (eval mode) of every look where it is finite."""
    return [(look.step, look.loss) for look in looks if math.isfinite(look.loss)]


def much_lower(other: float, now: float, first: float) -> bool:
    """Return whether another training ended at a much lower loss: below 0.6 times, and by 8 % of the first loss.

    Where losses are negative (densities, losses without their constants) ratios mean nothing: there the way left
    must be 30 % of the whole way.

    Example:
        >>> much_lower(0.02, 0.4, 2.3), much_lower(0.02, 0.1, 2.3), much_lower(-3.0, -2.9, -1.0)
        (True, False, False)
    """
    if not other < now:
        return False
    if other < 0:
        return now - other > LEFT * (first - other)
    return other < TIMES * now and now - other > OF_FIRST * abs(first)


def share_gone(evidence: Evidence, least: float) -> float:
    """Return how much of the way from the first loss down to `least` the training has gone: 1 for all of it."""
    first, last = evidence.first, evidence.last
    if first is None or last is None or not math.isfinite(first.loss) or not math.isfinite(last.loss):
        return math.nan
    way = first.loss - least
    return (first.loss - last.loss) / way if way > 0 else 1.0


def still_falling(evidence: Evidence, fewest: int = 4) -> float:
    """Return which share of the whole fall of the training loss came in the last third of the steps.

    A straight line gives 1/3, a training that has settled nearly 0. Validation loss is asked where training loss alone
    would not tell learning from memorising. NaN where there are too few looks, or none in the middle of the training.
    """
    points = losses(evidence.looks)
    if len(points) < fewest:  # 4: start, two in between, end
        return math.nan
    first, (end, last) = points[0][1], points[-1]
    if fewest > 2 and not any(MIDDLE * end <= step < end for step, _ in points):  # noqa: PLR2004  (start and end)
        return math.nan
    whole = first - last
    if whole <= 0:
        return 0.0
    return (at_step(points, 2 * end / 3) - last) / whole


def at_step(points: Sequence[tuple[int, float]], step: float) -> float:
    """Return the value at a step, interpolated between looks.

    Example:
        >>> at_step([(0, 2.0), (10, 1.0)], 5)
        1.5
    """
    before = [point for point in points if point[0] <= step]
    after = [point for point in points if point[0] >= step]
    if not before or not after:
        return (before or after)[-1][1]
    (x0, y0), (x1, y1) = before[-1], after[0]
    return y0 if x1 == x0 else y0 + (y1 - y0) * (step - x0) / (x1 - x0)


def update_ratio(evidence: Evidence, *, skip: int = 0) -> float:
    """Return the median over watched steps of the median over matrices of |change| / |weights|."""
    shapes = {entry.name: entry.shape for entry in evidence.program.parameters}
    found = []
    for step in evidence.steps[skip:]:
        ratios = [value for name, value in step.update_ratio.items() if len(shapes.get(name, (1, 1))) > 1]
        if ratios:
            found.append(median(ratios))
    return median(found) if found else math.nan
