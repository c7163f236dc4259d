"""Matrices and paddings as a person types them."""

from __future__ import annotations

from typing import Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.layers.windows import Sizes, extent
from pellucid.foundation.errors import RangeError, ShapeError

Rows = tuple[tuple[float, ...], ...]
LARGEST: Final = 40
"""Rows and columns; larger matrices cannot be read as cells."""

FIVE: Final[Rows] = (
    (3.0, 3.0, 2.0, 1.0, 0.0),
    (0.0, 0.0, 1.0, 3.0, 1.0),
    (3.0, 1.0, 2.0, 2.0, 3.0),
    (2.0, 0.0, 0.0, 2.0, 2.0),
    (2.0, 0.0, 0.0, 0.0, 1.0),
)
"""The matrix of Dumoulin and Visin's guide, figure 1."""
THREE: Final[Rows] = ((0.0, 1.0, 2.0), (2.0, 2.0, 0.0), (0.0, 1.0, 2.0))
"""The kernel of the same figure."""


def as_matrix(experiment: str, name: str, rows: Rows) -> Floats:
    """Return rows of numbers as a matrix.

    Raises:
        ShapeError: there are too many to be shown.

    Example:
        >>> as_matrix("picture_filter", "kernel", ((1.0, 2.0), (3.0, 4.0))).shape
        (2, 2)
    """
    matrix = np.array(rows, dtype=float)
    if max(matrix.shape) > LARGEST:
        raise ShapeError(
            f"{experiment} expected {name} to have at most {LARGEST} rows and columns, got {by(matrix.shape)}: pass a "
            "smaller one"
        )
    return matrix


def margins(experiment: str, padding: str, kernel: Sizes, dilation: int) -> Sizes:
    """Return the padding of each axis: no, half (of the kernel), full, or a number.

    Raises:
        RangeError: it is none of these.

    Example:
        >>> [margins("arithmetic", word, (3, 5), 1) for word in ("no", "half", "full", "4")]
        [(0, 0), (1, 2), (2, 4), (4, 4)]
    """
    spans = tuple(extent(k, dilation) for k in kernel)
    named = {"no": (0,) * len(kernel), "half": tuple(k // 2 for k in spans), "full": tuple(k - 1 for k in spans)}
    if padding in named:
        return named[padding]
    if not padding.isdecimal() or len(padding) > len(str(LARGEST)) or int(padding) > LARGEST:
        raise RangeError(
            f"{experiment} expected padding to be no, half, full or a whole number up to {LARGEST}, got {padding!r}: "
            "pass one of them"
        )
    return (int(padding),) * len(kernel)


def by(sizes: tuple[int, ...]) -> str:
    """Return sizes in words.

    Example:
        >>> by((3, 4))
        '3x4'
    """
    return "x".join(map(str, sizes))
