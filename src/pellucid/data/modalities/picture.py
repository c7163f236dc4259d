"""Pictures."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.content import Content, gathered
from pellucid.data.dataset import Dataset
from pellucid.data.modalities.modality import Fitting, Modality, Picture
from pellucid.data.transforms.picture import PictureTransform, fit_picture
from pellucid.foundation.errors import DataError
from pellucid.foundation.features import Features

MOST_PIXELS: Final = 200  # values of a picture given to baselines: boosting 28 x 28 would take minutes
CHUNK_PICTURES: Final = 4096  # are averaged at a time, so that large sets are never all in memory


def pictures_of(dataset: Dataset) -> Content:
    """Return the pictures.

    Raises:
        DataError: the data set holds none.
    """
    if dataset.content is None or dataset.kind != "picture":
        raise DataError(f"predict expected pictures, got a {dataset.kind}: name a folder of pictures or an IDX file")
    return dataset.content


def summary(dataset: Dataset) -> str:
    """Return the size of the pictures."""
    _, c, h, w = (1, *gathered(pictures_of(dataset), np.zeros(1, np.int64))[0].shape[1:])
    return f"{c} × {h} × {w} (channels × height × width), 0 … 255"


def fit(dataset: Dataset, fitting: Fitting) -> PictureTransform:
    """Fit the transform on the training pictures."""
    del fitting
    return fit_picture(pictures_of(dataset))


def features(seen: Dataset, judged: Dataset, fitting: Fitting) -> tuple[Features, Features]:
    """Return averaged pixels of both parts."""
    del fitting
    first, second = (_in_chunks(pictures_of(part)) for part in (seen, judged))
    return first, second


def _in_chunks(pictures: Content) -> Features:
    """Return the features of many pictures, a part at a time."""
    every = np.arange(len(pictures), dtype=np.int64)
    parts = [
        picture_features(gathered(pictures, every[start : start + CHUNK_PICTURES])[0])
        for start in range(0, max(len(every), 1), CHUNK_PICTURES)
    ]
    return Features(
        raw=np.concatenate([part.raw for part in parts]),
        categorical=parts[0].categorical,
        scaled=np.concatenate([part.scaled for part in parts]),
    )


def picture_features(pixels: NDArray[np.uint8]) -> Features:
    """Return the features of (n, c, h, w) pictures: pixels averaged over squares until at most 200 values are left.

    Example:
        >>> picture_features(np.zeros((2, 1, 28, 28), dtype=np.uint8)).raw.shape
        (2, 196)
    """
    n, c, h, w = pixels.shape
    side = max(1, int((MOST_PIXELS / c) ** 0.5))
    for axis, size in ((2, h), (3, w)):
        if size > side:
            starts = np.arange(side) * size // side
            widths = np.diff(starts, append=size)
            sums = np.add.reduceat(pixels, starts, axis=axis, dtype=np.float32)
            pixels = sums / widths.reshape([-1 if a == axis else 1 for a in range(4)])
    flat = pixels.reshape(n, -1).astype(np.float32)
    return Features(raw=flat, categorical=np.zeros(flat.shape[1], dtype=np.bool_), scaled=flat / 255 - 0.5)


def show(dataset: Dataset, row: int) -> Picture:
    """Return the picture itself (c, h, w)."""
    (pixels,) = gathered(pictures_of(dataset), np.array([row]))
    return np.ascontiguousarray(pixels[0])


PICTURES: Final = Modality(
    kind="picture",
    noun="picture",
    summary=summary,
    transform=PictureTransform,
    fit=fit,
    features=features,
    show=show,
)
