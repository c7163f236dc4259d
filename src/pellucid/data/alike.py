"""Reading a test part as the training part was read: the same rate, size, spacing, and shape of its examples."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.content import Content, room
from pellucid.data.dataset import Dataset
from pellucid.data.grids import around_middle
from pellucid.data.settings import DataSettings
from pellucid.data.stacks import chunks_of, evenly, in_channels, resized, shape_of
from pellucid.foundation.errors import DataError


def settings_like(dataset: Dataset, settings: DataSettings) -> DataSettings:
    """Return the settings with which another part is read as this one was.

    Args:
        dataset: the training part.
        settings: with which it was read.

    Example:
        >>> import polars as pl
        >>> read = Dataset(kind="sound", name="", frame=pl.DataFrame(), source_rows=np.arange(0), rate=8000)
        >>> settings_like(read, DataSettings()).rate
        8000
    """
    if dataset.kind == "sound":
        return replace(settings, rate=dataset.rate)
    if dataset.kind == "volume":
        return replace(settings, spacing=dataset.spacing or settings.spacing, kind="volume")
    if dataset.kind == "video" and dataset.content is not None:
        height, width = shape_of(dataset.content)[-2:]
        return replace(settings, size=(height, width), kind="video")
    return settings


def joined_stacks(train: Content, test: Content, kind: str) -> Content:
    """Return the clips or volumes of both parts, those of the second in the shape of the first.

    Args:
        train: (n, c, z, h, w).
        test: likewise, of another shape perhaps.
        kind: `video`: frames are picked and resized; `volume`: put in the middle.

    Raises:
        DataError: the volumes of the second have another number of channels.

    Example:
        >>> train, test = np.zeros((1, 3, 2, 4, 4), np.uint8), np.zeros((5, 1, 4, 8, 8), np.uint8)
        >>> joined_stacks(train, test, "video").shape
        (6, 3, 2, 4, 4)
    """
    channels, frames, height, width = shape_of(train)
    if kind == "volume" and shape_of(test)[0] != channels:
        raise DataError(
            f"read expected the test part in the shape of the first, {shape_of(train)}, got {shape_of(test)}: pass such"
        )

    def alike(part: NDArray[Any]) -> NDArray[Any]:
        if kind == "volume":
            return around_middle(part, (frames, height, width))
        return in_channels(resized(part[:, :, evenly(frames, part.shape[2])], height, width), channels)

    first, second = (next(chunks_of(part))[1] for part in (train, test))
    both = room((len(train) + len(test), channels, frames, height, width), np.result_type(first, second))
    for begin, content in ((0, train), (len(train), test)):
        for start, part in chunks_of(content):
            both[begin + start : begin + start + len(part)] = alike(part)
    return both
