"""Made data that several experiments share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.foundation.seeds import numpy_generator

Floats = NDArray[np.float64]


def moons(seed: int, n: int, noise: float = 0.1) -> tuple[Floats, Floats]:
    """Return two interleaved half circles, centred: inputs (n, 2), targets 0 or 1 (n,).

    Example:
        >>> inputs, targets = moons(0, 100)
        >>> inputs.shape, targets.mean()
        ((100, 2), np.float64(0.5))
    """
    generator = numpy_generator(seed, "moons")
    upper = np.arange(n) % 2 == 0
    angle = generator.uniform(0, np.pi, n)
    inputs = np.stack([np.where(upper, np.cos(angle), 1 - np.cos(angle)), np.where(upper, 1, -1) * np.sin(angle)], 1)
    inputs[~upper, 1] += 0.5
    inputs += generator.normal(0, noise, (n, 2))
    return inputs - inputs.mean(axis=0), (~upper).astype(np.float64)


def sine(seed: int, n: int, noise: float = 0.2) -> tuple[Floats, Floats]:
    """Return a noisy sine wave: inputs (n, 1) in -1 … 1, rising, and targets (n,).

    Example:
        >>> inputs, targets = sine(0, 50)
        >>> inputs.shape, targets.shape
        ((50, 1), (50,))
    """
    generator = numpy_generator(seed, "sine", n)
    x = np.sort(generator.uniform(-1, 1, n))
    return x[:, None], np.sin(np.pi * x) + generator.normal(0, noise, n)
