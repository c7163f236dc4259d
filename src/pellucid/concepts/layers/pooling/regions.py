"""The windows of adaptive pooling: as many as wanted, as even as whole cells allow."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Option
from pellucid.concepts.layers.pooling.geometry import check_axes
from pellucid.concepts.layers.windows import Numbers, Sizes, per_axis
from pellucid.drawing.records import Cells, Frame

Place = tuple[Any, ...]
NAME: Final = "adaptive_pool"
OUTPUT_SIZE: Final = Option(name="output_size", meaning="sizes of the output, one number or one for each axis: (2, 3)")
ARGUMENTS: Final = (Argument(name="x", shapes=("(n, c, l)", "(n, c, h, w)", "(n, c, z, h, w)"), meaning="the input"),)


def region(place: int, size: int, output: int) -> tuple[int, int]:
    """Return where the window of one output cell begins and ends: floor(j size / out) to ceil((j + 1) size / out).

    Example:
        >>> [region(place, 7, 3) for place in range(3)]
        [(0, 3), (2, 5), (4, 7)]
    """
    return place * size // output, -(-(place + 1) * size // output)


def regions_of(x: tuple[int, ...], output_size: Numbers) -> tuple[Sizes, Iterator[tuple[Place, Place]]]:
    """Return the sizes of the output, and for each of its cells its index and that of its part of the input.

    Raises:
        ShapeError: x has too few or too many axes, or sizes are missing.
        RangeError: an output size is below 1.

    Example:
        >>> sizes, cells = regions_of((1, 1, 5), 2)
        >>> sizes, next(cells)
        ((2,), ((Ellipsis, 0), (Ellipsis, slice(0, 3, None))))
    """
    check_axes(NAME, x)
    sizes = per_axis(NAME, "output_size", output_size, len(x) - 2, 1)
    places = product(*(range(out) for out in sizes))
    return sizes, (
        ((..., *place), (..., *(slice(*region(*row)) for row in zip(place, x[2:], sizes, strict=True))))
        for place in places
    )


def sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    """Return an input without ties and an output size, larger than the input at times.

    Example:
        >>> inputs, options = sample(np.random.default_rng(0))
        >>> inputs[0].ndim - 2 == len(options["output_size"])
        True
    """
    axes = int(rng.integers(1, 4))
    shape = (*rng.integers(1, 3, 2).tolist(), *rng.integers(1, 6, axes).tolist())
    x = rng.permutation(int(np.prod(shape))).reshape(shape) / 10
    return (x,), {"output_size": tuple(rng.integers(1, 5, axes).tolist())}


def frames(x: NDArray[np.float64], y: NDArray[np.float64], word: str) -> tuple[Frame, ...]:
    """Return one frame for each window of a picture (h, w).

    Example:
        >>> frames(np.ones((2, 2)), np.ones((1, 1)), "mean")[0].note
        'y[0, 0] = mean of rows 0 to 1, columns 0 to 1 = 1'
    """
    made: list[Frame] = []
    for (_, *place), (_, rows, columns) in regions_of((1, 1, *x.shape), y.shape)[1]:
        note = f"y[{place[0]}, {place[1]}] = {word} of rows {rows.start} to {rows.stop - 1}, "
        note += f"columns {columns.start} to {columns.stop - 1} = {y[*place]:.4g}"
        cells = tuple(product(range(rows.start, rows.stop), range(columns.start, columns.stop)))
        panels = (
            Cells(values=x, title=f"x, {x.shape[0]}x{x.shape[1]}", marked=cells),
            Cells(values=y, title=f"y, {y.shape[0]}x{y.shape[1]}", marked=((place[0], place[1]),), mark_role="subject"),
        )
        made.append(Frame(label=f"window {len(made) + 1}", note=note, panels=panels))
    return tuple(made)
