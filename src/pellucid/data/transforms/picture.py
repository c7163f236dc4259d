"""Pictures for networks: one size, one number of channels, and the mean and deviation to normalise batches by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.content import Content, Selected, chunk_rows, gathered
from pellucid.data.dataset import Dataset
from pellucid.data.pixels import resize
from pellucid.data.transforms.changes import Change
from pellucid.data.transforms.inputs import Inputs
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision, InputSpec

if TYPE_CHECKING:
    from pellucid.data.finishing.picture import PictureFinish

PIXEL_MAXIMUM: Final = 255
PICTURE_AXES: Final = 4
CHUNK_PICTURES: Final = 4096  # squares of so many are summed at a time, so that they are never all in memory


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureTransform:
    """How pictures become arrays. Everything in it is plain data."""

    channels: int
    size: tuple[int, int]
    """Height and width in pixels."""
    mean: tuple[float, ...]
    """Per channel, of the training pictures scaled to 0 … 1."""
    std: tuple[float, ...]
    """Per channel likewise; 1 where the training pictures have one shade only."""
    changes: tuple[Change, ...] = ()
    """By which training pictures are varied."""
    background: tuple[float, ...] = ()
    """Per channel, scaled likewise: the usual shade at the edges, which lies beyond them where pictures are varied."""
    said: tuple[Decision, ...] = ()
    """What was decided in fitting."""

    def spec(self, examples: int) -> InputSpec:
        """Return what a network is built from."""
        shape = (self.channels, *self.size)
        return InputSpec(kind="picture", examples=examples, shape=shape, mean=self.mean, std=self.std)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What was decided in fitting."""
        return self.said

    def finish(self) -> PictureFinish:
        """Return what varies and normalises a batch."""
        from pellucid.data.finishing.picture import PictureFinish

        return PictureFinish(mean=self.mean, std=self.std, changes=self.changes, fill=self.background)

    def apply(self, pictures: Dataset | NDArray[np.uint8]) -> Inputs:
        """Turn pictures into one array (n, c, h, w) of uint8, resizing those of another size.

        They are normalised only when a batch is made (`finish`), so that they stay small until then.

        Raises:
            DataError: the data set holds no pictures.
        """
        pixels = pictures.content if isinstance(pictures, Dataset) else pictures
        if isinstance(pictures, Dataset) and isinstance(pixels, Selected):  # some of more than memory holds
            if pixels.array.shape[1:] == (self.channels, *self.size):
                return Inputs(arrays=(pixels,), problems=pictures.problems)
            (pixels,) = pixels.gather(np.arange(len(pixels)))
        if not isinstance(pixels, np.ndarray) or pixels.ndim != PICTURE_AXES:
            kind = pictures.kind if isinstance(pictures, Dataset) else f"array {pictures.shape}"
            raise DataError(f"predict expected pictures, got a {kind}: name a folder of pictures or an IDX file")
        same = pixels.shape[1:] == (self.channels, *self.size)
        shape = " × ".join(map(str, (self.channels, *self.size)))
        said = Decision(
            topic="picture size",
            choice=f"pictures turned into {shape} (channels × height × width)",
            reason=f"the network was trained on such, and these are {' × '.join(map(str, pixels.shape[1:]))}",
        )
        return Inputs(
            arrays=(resize(pixels, self.channels, *self.size),),
            problems=pictures.problems if isinstance(pictures, Dataset) else (),
            decisions=() if same else (said,),
        )


def fit_picture(pixels: Content) -> PictureTransform:
    """Fit the transform on the pictures (n, c, h, w) of the training rows, and no others.

    Example:
        >>> fit_picture(np.full((2, 1, 4, 4), 51, np.uint8)).mean
        (0.2,)
    """
    every = np.arange(len(pixels), dtype=np.int64)
    total: NDArray[np.float64] | float = 0.0
    squares: NDArray[np.float64] | float = 0.0
    count, shape = 0, (0, 0, 0)
    step = chunk_rows(pixels, CHUNK_PICTURES)
    for start in range(0, len(every), step):
        (chunk,) = gathered(pixels, every[start : start + step])
        total += chunk.sum(axis=(0, 2, 3), dtype=np.uint64).astype(np.float64)
        squares += np.square(chunk, dtype=np.uint16).sum(axis=(0, 2, 3), dtype=np.uint64).astype(np.float64)
        shape = chunk.shape[1:]
        count += len(chunk) * shape[1] * shape[2]
    mean = np.asarray(total) / count
    std = np.sqrt(np.maximum(squares / count - mean**2, 0.0))
    std = np.where(std > 0, std, PIXEL_MAXIMUM)
    return PictureTransform(
        channels=shape[0],
        size=(shape[1], shape[2]),
        mean=tuple((mean / PIXEL_MAXIMUM).tolist()),
        std=tuple((std / PIXEL_MAXIMUM).tolist()),
    )
