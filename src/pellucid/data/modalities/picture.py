"""Pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.content import Content, chunk_rows, gathered
from pellucid.data.dataset import Dataset
from pellucid.data.modalities.modality import Fitting, Modality, Picture
from pellucid.data.transforms.picture import PictureTransform, fit_picture
from pellucid.foundation.errors import DataError
from pellucid.foundation.features import Features

MOST_PIXELS: Final = 200  # values of a picture given to baselines: boosting 28 x 28 would take minutes
CHUNK_PICTURES: Final = 4096  # are averaged at a time, so that large sets are never all in memory

SHOWN_PICTURES: Final = 4  # beside their varied versions


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
    """Fit the transform on the training pictures, and choose how they are varied."""
    from pellucid.data.finishing.augmentation.choosing import background_of, choose_changes

    pictures = pictures_of(dataset)
    changes, said = choose_changes(pictures, fitting.settings.augment, fitting.classes)
    background = background_of(pictures) if changes else ()
    return replace(fit_picture(pictures), changes=changes, background=background, said=said)


def features(seen: Dataset, judged: Dataset, fitting: Fitting) -> tuple[Features, Features]:
    """Return averaged pixels of both parts."""
    del fitting
    first, second = (_in_chunks(pictures_of(part)) for part in (seen, judged))
    return first, second


def _in_chunks(pictures: Content) -> Features:
    """Return the features of many pictures, a part at a time."""
    every = np.arange(len(pictures), dtype=np.int64)
    step = chunk_rows(pictures, CHUNK_PICTURES)
    parts = [
        picture_features(gathered(pictures, every[start : start + step])[0])
        for start in range(0, max(len(every), 1), step)
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


def vary(dataset: Dataset, transform: PictureTransform, seed: int) -> NDArray[np.uint8] | None:
    """Return some pictures beside varied versions of them; None where they are not varied."""
    from pellucid.data.finishing.augmentation.preview import preview

    if not transform.changes:
        return None
    rows = np.unique(np.linspace(0, len(dataset) - 1, SHOWN_PICTURES).astype(np.int64))
    (pixels,) = gathered(transform.apply(dataset.take(rows)).arrays[0], np.arange(len(rows), dtype=np.int64))
    return preview(pixels, transform.finish(), seed)


PICTURES: Final = Modality(
    kind="picture",
    noun="picture",
    summary=summary,
    transform=PictureTransform,
    fit=fit,
    features=features,
    show=show,
    vary=vary,
)
