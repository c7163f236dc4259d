"""The perceptron's rule, and the theorem that bounds its corrections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Walk(NamedTuple):
    """Every visit of a point, in order; T visits."""

    visited: NDArray[np.int64]  # (T,) which point
    scores: Floats  # (T,) y (w·x + b) before the update
    weights: Floats  # (T + 1, 3) w1, w2, b before each visit, and at the end
    mistakes: NDArray[np.int64]  # (passes,) updates in each pass


def walk(x: Floats, y: Floats, start: Floats, rate: float, orders: Iterator[NDArray[np.int64]]) -> Walk:
    """Follow the perceptron's rule until a pass makes no mistake or the orders end.

    **Formula** where y (w·x + b) ≤ 0: w <- w + rate y x, b <- b + rate y

    Args:
        x: (n, 2) points.
        y: (n,) labels, -1 or 1.
        start: (3,) w1, w2, b.
        rate: learning rate.
        orders: one order of the n points for each pass.

    Example:
        >>> x, y = np.array([[1.0, 0.0], [-1.0, 0.0]]), np.array([1.0, -1.0])
        >>> walk(x, y, np.zeros(3), 1.0, iter([np.arange(2)] * 9)).weights[-1].tolist()
        [2.0, 0.0, 0.0]
    """
    w, b = start[:2], start[2]
    visited, scores, weights, mistakes = [], [], [start], []
    for order in orders:
        mistakes.append(0)
        for i in order:
            score = y[i] * (w[0] * x[i, 0] + w[1] * x[i, 1] + b)
            if score <= 0:
                w, b = w + rate * y[i] * x[i], b + rate * y[i]
                mistakes[-1] += 1
            visited.append(i)
            scores.append(score)
            weights.append(np.array([*w, b]))
        if mistakes[-1] == 0:
            break
    return Walk(np.array(visited), np.array(scores), np.array(weights), np.array(mistakes))


def most_mistakes(x: Floats, start: Floats, rate: float, margin: float, direction: Floats) -> float:
    """Return how many updates the convergence theorem allows, for points that `direction` separates by `margin`.

    **Formula** (R / margin)² from zero weights, with R = max |(x, 1)|. From other weights w the same proof,
    (A + k margin)² ≤ |rate (w, b) after k updates|² ≤ B² + k R² with A = w·direction / rate and B = |w| / rate, bounds
    k by the larger root of the two sides.

    Example:
        >>> points = np.array([[0.0, 0.0], [2.0, 0.0]])
        >>> round(most_mistakes(points, np.zeros(3), 1.0, 0.5**0.5, np.array([0.5**0.5, 0.0, -(0.5**0.5)])), 6)
        10.0

    **Source** A. Novikoff, On convergence proofs on perceptrons, 1962.
    """
    r2 = float((x**2).sum(1).max() + 1)
    a, b = float(start @ direction) / rate, float(np.linalg.norm(start)) / rate
    middle = r2 - 2 * a * margin
    return (middle + float(np.sqrt(middle**2 + 4 * margin**2 * (b**2 - a**2)))) / (2 * margin**2)
