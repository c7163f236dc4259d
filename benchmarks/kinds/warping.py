"""The nearest neighbour by dynamic time warping, without a window: the classical answer to series."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pellucid.data.reading import read

Floats = NDArray[np.floating]


def warped_distances(first: Floats, second: Floats) -> NDArray[np.float64]:
    """Return (n, m) sums of squared differences along the best alignment of each series (l, c) with each other.

    Formula: D(i, j) = |a_i - b_j|² + min(D(i-1, j), D(i, j-1), D(i-1, j-1)).

    Source: H. Sakoe, S. Chiba, Dynamic programming algorithm optimization for spoken word recognition, 1978.

    Example:
        >>> warped_distances(np.array([[[0.0], [1.0], [1.0]]]), np.array([[[0.0], [0.0], [1.0]]]))
        array([[0.]])
    """
    n, length, _ = first.shape
    m, width, _ = second.shape
    before = np.full((width + 1, n, m), np.inf)
    before[0] = 0
    for i in range(length):
        here = np.full((width + 1, n, m), np.inf)
        gaps = ((first[None, :, None, i] - second.transpose(1, 0, 2)[:, None]) ** 2).sum(axis=-1)  # (width, n, m)
        steps = np.minimum(before[1:], before[:-1])
        for j in range(width):
            here[j + 1] = gaps[j] + np.minimum(steps[j], here[j])
        before = here
    return before[-1]


def nearest(train: Floats, answers: NDArray[np.generic], test: Floats, *, at_once: int = 50) -> NDArray[np.generic]:
    """Return the answer of the nearest training series of each test series.

    Example:
        >>> train = np.array([[[0.0], [1.0]], [[5.0], [6.0]]])
        >>> nearest(train, np.array(["low", "high"]), train + 0.1).tolist()
        ['low', 'high']
    """
    parts = [test[start : start + at_once] for start in range(0, len(test), at_once)]
    return np.concatenate([answers[warped_distances(part, train).argmin(axis=1)] for part in parts])


def warped(source: Path) -> float:
    """Return the score of the nearest neighbour on the official parts: accuracy, or RMSE of numbers."""
    data = read(source)
    test, answers = data.test_rows, data.frame[data.target[0]].to_numpy()
    found = nearest(data.content[~test], answers[~test], data.content[test])
    if answers.dtype.kind == "f":
        return float(np.sqrt(np.mean((found - answers[test]) ** 2)))
    return float(np.mean(found == answers[test]))
