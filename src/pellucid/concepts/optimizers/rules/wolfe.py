"""The line search of L-BFGS: how far to go along a direction. Plain numbers; knows nothing of networks."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

SUFFICIENT: Final = 1e-4  # c₁ of Nocedal & Wright: the loss must fall by this part of what the slope promises
CURVATURE: Final = 0.9  # c₂ of Nocedal & Wright, their value for quasi-Newton directions
FARTHEST_FACTOR: Final = 10.0  # a bracket grows by at most this factor at once
NEAREST_PART: Final = 0.1  # a new point keeps this part of the bracket away from its ends


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the line: the step t, the loss φ(t) there, and the slope φ'(t)."""

    step: float
    loss: float
    slope: float


Line = Callable[[float], Point]


def strong_wolfe(line: Line, start: Point, first: float, *, noise: float, most: int) -> Point:
    """Return a point that fulfils the strong Wolfe conditions, or the best one seen.

    **Formula** φ(t) <= φ(0) + c₁ t φ'(0) and |φ'(t)| <= c₂ |φ'(0)|.

    Args:
        line: evaluates φ and φ' at a step.
        start: the point at step 0; its slope is negative.
        first: the step to try first, above 0.
        noise: rounding error of φ: differences below it are none.
        most: evaluations at most.

    Returns:
        The point; its step is 0 where no step lowers the loss by more than rounding error.

    Example:
        >>> parabola = lambda t: Point(t, (t - 3) ** 2, 2 * (t - 3))
        >>> strong_wolfe(parabola, parabola(0.0), 1.0, noise=0.0, most=20).step
        1.0

    Source: J. Nocedal & S. Wright, Numerical Optimization, 2006, algorithms 3.5 and 3.6, with cubic interpolation.
    """
    before, step = start, first
    for evaluation in range(most):
        point = line(step)
        if _too_high(point, start, noise) or (evaluation > 0 and point.loss >= before.loss + noise):
            return _zoom(line, start, before, point, noise, most - evaluation - 1)
        if _flat_enough(point, start):
            return point
        if point.slope >= 0:
            return _zoom(line, start, point, before, noise, most - evaluation - 1)
        lowest, highest = step + 0.01 * (step - before.step), step * FARTHEST_FACTOR
        before, step = point, _cubic_minimum(before, point, lowest, highest)
    return before


def _zoom(line: Line, start: Point, low: Point, high: Point, noise: float, most: int) -> Point:
    """Return a Wolfe point between `low` (the lower loss) and `high`, or `low` after `most` evaluations."""
    for _ in range(most):
        left, right = sorted((low.step, high.step))
        margin = NEAREST_PART * (right - left)
        if left + margin in (left, right):  # the bracket is as narrow as floating-point numbers are
            break
        point = line(_cubic_minimum(low, high, left + margin, right - margin))
        if _too_high(point, start, noise) or point.loss >= low.loss + noise:
            high = point
            continue
        if _flat_enough(point, start):
            return point
        if point.slope * (high.step - low.step) >= 0:
            high = low
        low = point
    return low


def _too_high(point: Point, start: Point, noise: float) -> bool:
    """Return whether the loss did not fall enough, or is no number."""
    return not point.loss <= start.loss + SUFFICIENT * point.step * start.slope + noise


def _flat_enough(point: Point, start: Point) -> bool:
    return abs(point.slope) <= -CURVATURE * start.slope


def _cubic_minimum(a: Point, b: Point, lowest: float, highest: float) -> float:
    """Return where the cubic through two points and their slopes is least, kept between two bounds."""
    middle = (lowest + highest) / 2
    if not math.isfinite(b.loss + b.slope):
        return middle
    d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.step - b.step)
    square = d1**2 - a.slope * b.slope
    if square < 0:
        return middle
    d2 = math.copysign(math.sqrt(square), b.step - a.step)
    divisor = b.slope - a.slope + 2 * d2
    if divisor == 0:
        return middle
    least = b.step - (b.step - a.step) * (b.slope + d2 - d1) / divisor
    return min(max(least, lowest), highest)
