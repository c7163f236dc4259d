"""A kernel that steps over its input, cell by cell, as frames: for the pictures of layers and for experiments."""

from __future__ import annotations

from typing import Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.layers.windows import Sizes
from pellucid.drawing.records import Cells, Frame, thin

MOST_PRODUCTS: Final = 9
"""In a note; a longer sum is shortened in its middle."""
MOST_FRAMES: Final = 100


def convolution_frames(padded: Floats, w: Floats, y: Floats, stride: Sizes, dilation: Sizes) -> tuple[Frame, ...]:
    """Return one frame for each cell of the output: the window on the input, the kernel, the output so far.

    Args:
        padded: (h, w), with its padding.
        w: (k_h, k_w).
        y: (h_out, w_out).
        stride: two numbers.
        dilation: two numbers.

    Example:
        >>> frames = convolution_frames(np.ones((2, 3)), np.ones((2, 2)), np.full((1, 2), 4.0), (1, 1), (1, 1))
        >>> frames[1].note
        'y[0, 1] = 1·1 + 1·1 + 1·1 + 1·1 = 4'
    """
    places = list(np.ndindex(y.shape))
    frames = []
    for step in thin(len(places), MOST_FRAMES):
        place = places[step]
        window = window_at(place, w.shape, stride, dilation)
        frames.append(
            Frame(
                label=f"place {step + 1}",
                note=f"y[{place[0]}, {place[1]}] = {products(w.ravel(), [padded[cell] for cell in window])} "
                f"= {y[place]:.4g}",
                panels=(
                    Cells(values=padded, title="input with its padding", marked=window),
                    Cells(values=w, title="kernel"),
                    Cells(values=until(y, step), title="output", marked=(place,), mark_role="subject"),
                ),
            )
        )
    return tuple(frames)


def window_at(place: Sizes, kernel: Sizes, stride: Sizes, dilation: Sizes) -> tuple[tuple[int, int], ...]:
    """Return the cells that the kernel sees at one place of the output, in the order of its numbers.

    Example:
        >>> window_at((0, 1), (1, 2), (2, 2), (1, 3))
        ((0, 2), (0, 5))
    """
    (row, column), (down, right), (gap_down, gap_right) = place, stride, dilation
    return tuple((row * down + i * gap_down, column * right + j * gap_right) for i, j in np.ndindex(*kernel))


def until(values: Floats, step: int) -> Floats:
    """Return the cells up to a step, in reading order; those that come later are empty.

    Example:
        >>> until(np.array([[1.0, 2.0]]), 0)
        array([[ 1., nan]])
    """
    shown = np.full(values.shape, np.nan)
    shown.ravel()[: step + 1] = values.ravel()[: step + 1]
    return shown


def products(first: Floats, second: Floats | list[float]) -> str:
    """Return a sum of products in writing.

    Example:
        >>> products(np.array([1.0, -2.0]), [3.0, 0.5])
        '1·3 − 2·0.5'
    """
    parts = [f"{a:.4g}·{b:.4g}" if b >= 0 else f"{a:.4g}·({b:.4g})" for a, b in zip(first, second, strict=True)]
    if len(parts) > MOST_PRODUCTS:
        parts = [*parts[: MOST_PRODUCTS - 2], "…", parts[-1]]
    return " + ".join(parts).replace("+ -", "− ").replace("-", "−")
