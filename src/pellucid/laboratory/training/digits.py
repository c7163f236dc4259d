"""Handwritten digits of 8 x 8 pixels as the experiments take them: few, shuffled, scaled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.foundation.seeds import numpy_generator

PIXELS = 64
CLASSES = 10
BRIGHTEST = 16.0
"""The digits of scikit-learn have the values 0 … 16."""


def digits(seed: int, *counts: int) -> list[tuple[NDArray[np.float64], NDArray[np.int64]]]:
    """Return disjoint samples of the 1,797 digits: for each count the inputs (count, 64) in -1 … 1, and the labels.

    Example:
        >>> (inputs, labels), (others, _) = digits(0, 100, 500)
        >>> inputs.shape, labels.shape, others.shape
        ((100, 64), (100,), (500, 64))
    """
    from sklearn.datasets import load_digits

    inputs, labels = load_digits(return_X_y=True)
    order = numpy_generator(seed, "digits").permutation(len(labels))
    ends = np.cumsum(counts)
    return [
        (inputs[order[end - count : end]] / (BRIGHTEST / 2) - 1.0, labels[order[end - count : end]].astype(np.int64))
        for count, end in zip(counts, ends, strict=True)
    ]
