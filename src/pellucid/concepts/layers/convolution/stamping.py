"""A transposed convolution as frames: one input cell after the other stamps the kernel into the output."""

from __future__ import annotations

from typing import Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.layers.convolution.stepping import window_at
from pellucid.concepts.layers.windows import Sizes
from pellucid.drawing.records import Cells, Frame, thin

MOST_FRAMES: Final = 100


def stamping_frames(
    x: Floats, w: Floats, whole: Sizes, stride: Sizes, dilation: Sizes, kept: tuple[slice, ...] = ()
) -> tuple[Frame, ...]:
    """Return one frame for each input cell: where it lies, the kernel, the output so far with the stamp marked.

    Args:
        x: (h, w).
        w: (k_h, k_w).
        whole: the output's sizes before its rim is cut off.
        stride: two numbers.
        dilation: two numbers.
        kept: what padding leaves of the output; then one more panel shows it.

    Example:
        >>> stamping_frames(np.array([[1.0, 2.0]]), np.ones((1, 2)), (1, 4), (1, 2), (1, 1))[1].note
        'x[0, 1] = 2 stamps 2 times the kernel at y[0, 2]'
    """
    y = np.zeros(whole)
    places = list(np.ndindex(x.shape))
    shown = set(thin(len(places), MOST_FRAMES))
    frames = []
    for step, place in enumerate(places):
        stamp = window_at(place, w.shape, stride, dilation)
        for cell, weight in zip(stamp, w.ravel(), strict=True):
            y[cell] += x[place] * weight
        panels = (
            Cells(values=x, title="input", marked=(place,), mark_role="subject"),
            Cells(values=w, title="kernel"),
            Cells(values=y.copy(), title="output, whole" if kept else "output", marked=stamp),
            *((Cells(values=y[kept].copy(), title="output without its rim"),) if kept else ()),
        )
        note = (
            f"x[{place[0]}, {place[1]}] = {x[place]:.4g} stamps {x[place]:.4g} times the kernel at y[{_at(stamp[0])}]"
        )
        if step in shown:
            frames.append(Frame(label=f"cell {step + 1}", note=note, panels=panels))
    return tuple(frames)


def _at(cell: tuple[int, int]) -> str:
    return f"{cell[0]}, {cell[1]}"
