"""What clips and volumes have in common: arrays (n, c, z, h, w), looked at and brought to one size a part at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray
from PIL import Image

from pellucid.data.content import Content, gathered, room

Stacks = NDArray[Any]
"""(n, c, z, h, w)"""

STACK_AXES: Final = 5
SPATIAL_AXES: Final = 3  # z, h, w
GREY_CHANNELS, COLOUR_CHANNELS = 1, 3
LUMA: Final = (0.299, 0.587, 0.114)  # ITU-R BT.601, which Pillow uses too
BYTE_MAXIMUM: Final = 255
CHUNK_BYTES: Final = 1 << 26
GAP_PIXELS: Final = 2  # between the parts of a picture that is shown


def shape_of(content: Content) -> tuple[int, ...]:
    """Return the shape (c, z, h, w) of one example.

    Example:
        >>> shape_of(np.zeros((9, 1, 4, 8, 8), np.uint8))
        (1, 4, 8, 8)
    """
    return gathered(content, np.zeros(1, np.int64))[0].shape[1:]


def chunks_of(content: Content) -> Iterator[tuple[int, Stacks]]:
    """Yield the first row and the examples of one part after the other, so that never all are in memory."""
    step = max(CHUNK_BYTES // max(gathered(content, np.zeros(1, np.int64))[0].nbytes, 1), 1)
    every = np.arange(len(content), dtype=np.int64)
    for start in range(0, len(every), step):
        yield start, gathered(content, every[start : start + step])[0]


def mapped(content: Content, shape: tuple[int, ...], dtype: DTypeLike, change: Callable[[Stacks], Stacks]) -> Stacks:
    """Return what `change` makes of all examples; in a file where it is large.

    Args:
        content: examples (n, c, z, h, w).
        shape: of one example afterwards.
        dtype: afterwards.
        change: makes (m, *shape) of m examples.
    """
    found = room((len(content), *shape), dtype)
    for start, part in chunks_of(content):
        found[start : start + len(part)] = change(part)
    return found


def moments(content: Content) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return mean and deviation of each channel of bytes scaled to 0 … 1; a deviation of 0 becomes 1.

    Example:
        >>> moments(np.full((2, 1, 2, 4, 4), 51, np.uint8))
        ((0.2,), (1.0,))
    """
    total = squares = np.zeros(shape_of(content)[0])
    count = 0
    for _, part in chunks_of(content):
        total = total + part.sum(axis=(0, 2, 3, 4), dtype=np.float64)
        squares = squares + np.square(part, dtype=np.uint16).sum(axis=(0, 2, 3, 4), dtype=np.float64)
        count += part.size // part.shape[1]
    mean = total / count
    std = np.sqrt(np.maximum(squares / count - mean**2, 0.0))
    std = np.where(std > 0, std, BYTE_MAXIMUM)
    return tuple((mean / BYTE_MAXIMUM).tolist()), tuple((std / BYTE_MAXIMUM).tolist())


def in_channels(stacks: Stacks, channels: int) -> Stacks:
    """Return bytes in another number of channels: grey from colour by brightness, colour from grey by repeating.

    Example:
        >>> in_channels(np.zeros((1, 1, 2, 4, 4), np.uint8), 3).shape
        (1, 3, 2, 4, 4)
    """
    found = stacks.shape[1]
    if found == channels:
        return stacks
    if found < COLOUR_CHANNELS:
        return np.repeat(stacks[:, :1], channels, axis=1)
    if channels == GREY_CHANNELS:
        grey = np.tensordot(stacks[:, :COLOUR_CHANNELS], np.array(LUMA, np.float32), axes=(1, 0))
        found_grey: Stacks = np.rint(grey)[:, None].astype(np.uint8)
        return found_grey
    return stacks[:, :channels]


def resized(stacks: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """Return clips with frames of another size: averaged where it is smaller, interpolated where it is larger.

    Example:
        >>> resized(np.zeros((1, 1, 2, 8, 8), np.uint8), 4, 4).shape
        (1, 1, 2, 4, 4)
    """
    if stacks.shape[-2:] == (height, width):
        return stacks
    frames = np.ascontiguousarray(stacks).reshape(-1, *stacks.shape[-2:])
    small = np.empty((len(frames), height, width), np.uint8)
    for frame, place in zip(frames, small, strict=True):
        place[:] = np.asarray(Image.fromarray(frame).resize((width, height), Image.Resampling.BILINEAR))
    return small.reshape(*stacks.shape[:-2], height, width)


def evenly(count: int, length: int) -> NDArray[np.int64]:
    """Return `count` positions in the middle of as many equal parts of 0 … length - 1.

    Example:
        >>> evenly(3, 9), evenly(4, 2)
        (array([1, 4, 7]), array([0, 0, 1, 1]))
    """
    return ((np.arange(count) + 0.5) * length / count).astype(np.int64)


def coarse(values: NDArray[Any], sizes: tuple[int, ...]) -> NDArray[np.float32]:
    """Return the means over blocks of the last axes, at most `sizes` of them along each.

    Example:
        >>> coarse(np.arange(8.0).reshape(1, 8), (2,))
        array([[1.5, 5.5]], dtype=float32)
    """
    values = values.astype(np.float32)
    for axis, most in zip(range(-len(sizes), 0), sizes, strict=True):
        length = values.shape[axis]
        if length > most:
            starts = np.arange(most) * length // most
            shape = np.ones(values.ndim, np.int64)
            shape[axis] = most
            widths = np.diff(starts, append=length).astype(np.float32)
            values = np.add.reduceat(values, starts, axis=axis) / widths.reshape(shape)
    return values


def side_by_side(pictures: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Return pictures (c, h, w) in a row on white, in the middle of its height, with a gap between them.

    Example:
        >>> side_by_side([np.zeros((1, 4, 4), np.uint8), np.zeros((1, 2, 4), np.uint8)]).shape
        (1, 4, 10)
    """
    height = max(picture.shape[1] for picture in pictures)
    width = sum(picture.shape[2] + GAP_PIXELS for picture in pictures) - GAP_PIXELS
    row = np.full((pictures[0].shape[0], height, width), BYTE_MAXIMUM, np.uint8)
    left = 0
    for picture in pictures:
        top = (height - picture.shape[1]) // 2
        row[:, top : top + picture.shape[1], left : left + picture.shape[2]] = picture
        left += picture.shape[2] + GAP_PIXELS
    return row


def shown_channels(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the channels (c, …) that can be shown: one, or the first three as colours."""
    return picture[: COLOUR_CHANNELS if len(picture) >= COLOUR_CHANNELS else GREY_CHANNELS]
