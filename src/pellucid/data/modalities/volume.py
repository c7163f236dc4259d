"""Volumes: scans, and fields on a grid of three axes."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.content import gathered
from pellucid.data.dataset import Dataset
from pellucid.data.modalities.modality import Fitting, Modality, Picture
from pellucid.data.modalities.varied import vary
from pellucid.data.stacks import chunks_of, coarse, shape_of, shown_channels, side_by_side
from pellucid.data.transforms.volume import VolumeTransform, fit_volume, scaled, volumes_of
from pellucid.foundation.features import Features, standardised

MOST_FEATURES: Final = 216  # 6 x 6 x 6 of one channel: boosting many more would take minutes
BYTE_MAXIMUM: Final = 255


def summary(dataset: Dataset) -> str:
    """Return the size of the volumes."""
    sizes = " × ".join(map(str, shape_of(volumes_of(dataset))))
    spacing = f", voxels of {dataset.spacing:g} mm" if dataset.spacing else ""
    return f"{sizes} (channels × depth × height × width){spacing}"


def fit(dataset: Dataset, fitting: Fitting) -> VolumeTransform:
    """Fit the transform on the training volumes."""
    return fit_volume(dataset, fitting.settings)


def features(seen: Dataset, judged: Dataset, fitting: Fitting) -> tuple[Features, Features]:
    """Return the means of blocks of voxels of both parts, scaled as the network gets them."""
    transform = fit_volume(seen, fitting.settings)
    first, second = (
        np.concatenate([volume_features(part) for _, part in chunks_of(transform.apply(dataset).arrays[0])])
        for dataset in (seen, judged)
    )
    return standardised(first, second)


def volume_features(volumes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the means of up to 216 blocks of each volume (n, c, z, h, w), from 0 to 1: one of each channel at least.

    Example:
        >>> volume_features(np.zeros((2, 1, 16, 16, 16), np.uint8)).shape
        (2, 216)
    """
    side = max(int(math.cbrt(MOST_FEATURES / volumes.shape[1])), 1)
    blocks = coarse(volumes, (side, side, side)) / np.float32(BYTE_MAXIMUM)
    return blocks.reshape(len(volumes), -1)


def show(dataset: Dataset, row: int) -> Picture:
    """Return the three middle slices of a volume, side by side: from above, from the front, from the side (c, h, w)."""
    volumes = gathered(volumes_of(dataset), np.array([row]))[0]
    _, _, z, h, w = volumes.shape
    (volume,) = gathered(scaled(volumes, (z, h, w), None), np.zeros(1, np.int64))[0]  # (c, z, h, w)
    volume = shown_channels(volume)
    upright = volume[:, ::-1]  # z runs upward
    return side_by_side([volume[:, z // 2], upright[:, :, h // 2], upright[:, :, :, w // 2]])


VOLUMES: Final = Modality(
    kind="volume",
    noun="volume",
    summary=summary,
    transform=VolumeTransform,
    fit=fit,
    features=features,
    show=show,
    vary=vary,
    baselines=dict.fromkeys(("linear model", "boosted trees"), f"the means of up to {MOST_FEATURES} blocks"),
)
