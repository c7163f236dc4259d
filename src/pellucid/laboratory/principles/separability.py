"""Whether a line separates two groups of points, found without any learning rule."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROUNDING: Final = 1e-9
"""A residual below this is 0: the points are of the size of 1, and the solver is exact but for rounding."""


class Separation(NamedTuple):
    """The answer, with what proves it."""

    direction: Floats | None
    """(3,) (w1, w2, b) of length 1 with the largest margin; None: no line separates."""
    margin: float
    """Least y (w·x + b) over the points for this direction; 0 where there is none."""
    mixture: Floats
    """(n,) weights ≥ 0 with sum 1; where no line separates, the sum of mixture · y (x, 1) is the zero vector: a line
    with y (w·x + b) > 0 everywhere would make the same sum positive."""


def separation(x: Floats, y: Floats) -> Separation:
    """Return the best separating line, or a proof that there is none.

    **Formula** min |u|² with y_i u·(x_i, 1) ≥ 1 (least distance programming), solved as non-negative least squares

    Args:
        x: (n, 2) points.
        y: (n,) labels, -1 or 1.

    Example:
        >>> separation(np.array([[0.0, 0.0], [2.0, 0.0]]), np.array([-1.0, 1.0])).margin.__round__(4)
        0.7071

    **Source** C. Lawson and R. Hanson, Solving Least Squares Problems, 1974, chapter 23.
    """
    from scipy.optimize import nnls

    signed = y[:, None] * np.c_[x, np.ones(len(x))]  # (n, 3)
    matrix = np.vstack([signed.T, np.ones(len(x))])  # (4, n)
    target = np.array([0.0, 0.0, 0.0, 1.0])
    weights, rest = nnls(matrix, target)
    mixture = weights / weights.sum()
    if rest < ROUNDING:
        return Separation(None, 0.0, mixture)
    residual = matrix @ weights - target
    u = -residual[:3] / residual[3]
    u /= np.linalg.norm(u)
    return Separation(u, float((signed @ u).min()), mixture)
