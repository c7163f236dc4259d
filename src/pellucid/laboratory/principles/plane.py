"""What a rule decides everywhere in the plane, as coloured regions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import Field

Floats = NDArray[np.float64]

CELLS: Final = 49
"""Points on each side of the grid: fine enough for a boundary, small enough for forty frames."""


def regions(decide: Callable[[Floats], Floats], low: float, high: float) -> Field:
    """Return the square from low to high in two colours: where `decide` is above 0, and where below.

    Args:
        decide: points (n, 2) in, numbers (n,) out.
        low: least x1 and x2.
        high: largest x1 and x2.

    Example:
        >>> regions(lambda x: x[:, 0] - x[:, 1], 0, 1).values[0, -1]
        np.float64(1.0)
    """
    side = np.linspace(low, high, CELLS)
    x1, x2 = np.meshgrid(side, side)
    decided = np.sign(decide(np.c_[x1.ravel(), x2.ravel()]))
    return Field(x=side, y=side, values=decided.reshape(CELLS, CELLS), kind="regions")
