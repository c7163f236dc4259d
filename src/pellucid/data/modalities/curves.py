"""Curves of several channels: statistics of their shape, fewer points of them, and a small drawing."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pellucid.drawing.theme import FOURTH, OTHER, PAPER, SIXTH, SUBJECT, THIRD

Curve = NDArray[np.floating]
"""(l, c)."""

PIECES: Final = 8  # a curve's mean is told for each of so many pieces
BANDS: Final = 6  # of the spectrum: five octaves from the slowest wave on, and all that is faster
COLOURS: Final = (SUBJECT, OTHER, THIRD, FOURTH, SIXTH)  # of the first channels; further ones are not drawn
SIDE_PX: Final = 160
MARGIN_PX: Final = 8
FINER: Final = 4  # drawn so many times larger, then averaged: the lines get smooth edges
LINE_PX: Final = 1.6
TINY: Final = 1e-12


def resampled(curve: Curve, points: int) -> NDArray[np.float64]:
    """Return (points, c): the mean of the curve over each of so many equal stretches.

    Example:
        >>> resampled(np.array([[1.0], [3.0], [5.0], [7.0]]), 2).ravel()
        array([2., 6.])
    """
    length = len(curve)
    areas = np.concatenate([np.zeros((1, curve.shape[1])), curve.cumsum(axis=0, dtype=np.float64)])  # (l + 1, c)
    ends = np.linspace(0, length, points + 1)
    at = np.stack([np.interp(ends, np.arange(length + 1), area) for area in areas.T], axis=1)
    means: NDArray[np.float64] = np.diff(at, axis=0) * (points / length)
    return means


def statistics(curve: Curve) -> NDArray[np.float64]:
    """Return (c * 21 + 1,) numbers on the shape of a curve: its length, and for each channel 21 statistics.

    They are mean, deviation, slope, roughness (deviation of the steps), least, greatest, crossings of the mean, the
    means of 8 pieces, and the shares of the power in five octaves and above them.

    Example:
        >>> statistics(np.arange(10.0)[:, None])[:4].round(3)  # length, mean, deviation, slope over the whole
        array([10.   ,  4.5  ,  2.872, 10.   ])
    """
    values = curve.astype(np.float64)
    length = len(values)
    mean, deviation = values.mean(axis=0), values.std(axis=0)
    time = np.arange(length) - (length - 1) / 2
    slope = length * (time @ values) / max(float(time @ time), TINY)
    centred = values - mean
    crossings = (np.diff(np.signbit(centred), axis=0)).mean(axis=0)
    parts = [mean, deviation, slope, np.diff(values, axis=0).std(axis=0), values.min(axis=0), values.max(axis=0)]
    table = np.vstack([*parts, crossings, resampled(values, PIECES), _octaves(centred)])  # (21, c)
    numbers: NDArray[np.float64] = np.concatenate([[length], table.T.ravel()])
    return numbers


def _octaves(centred: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (6, c): the shares of the power in waves of which 1, 2 to 3, 4 to 7, … and 32 and more fit in."""
    power = np.abs(np.fft.rfft(centred, axis=0)) ** 2
    edges = [2**octave for octave in range(BANDS)]
    sums = [power[low:high].sum(axis=0) for low, high in zip(edges, [*edges[1:], None], strict=True)]
    shares: NDArray[np.float64] = np.stack(sums) / (power.sum(axis=0) + TINY)
    return shares


def drawn(curve: Curve) -> NDArray[np.uint8]:
    """Return a drawing (3, h, w): a line for each of the first five channels, each over its own range.

    Example:
        >>> drawn(np.sin(np.arange(50.0))[:, None]).shape
        (3, 160, 160)
    """
    side, margin = SIDE_PX * FINER, MARGIN_PX * FINER
    image = Image.new("RGB", (side, side), PAPER)
    pen = ImageDraw.Draw(image)
    fewer = resampled(curve, min(len(curve), SIDE_PX))
    low, high = fewer.min(axis=0), fewer.max(axis=0)
    share = np.where(high > low, (fewer - low) / np.where(high > low, high - low, 1.0), 0.5)
    x = np.linspace(margin, side - margin, len(fewer))
    for channel, colour in zip(share.T, COLOURS, strict=False):
        y = side - margin - channel * (side - 2 * margin)
        points = [(float(a), float(b)) for a, b in zip(x, y, strict=True)]
        pen.line(points, fill=colour, width=round(LINE_PX * FINER), joint="curve")
    small = image.resize((SIDE_PX, SIDE_PX), Image.Resampling.BOX)
    return np.ascontiguousarray(np.moveaxis(np.asarray(small), -1, 0))
