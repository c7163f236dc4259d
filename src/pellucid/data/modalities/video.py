"""Video clips."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.content import gathered
from pellucid.data.dataset import Dataset
from pellucid.data.modalities.modality import Fitting, Modality, Picture
from pellucid.data.modalities.varied import vary
from pellucid.data.stacks import chunks_of, coarse, evenly, shape_of, shown_channels, side_by_side
from pellucid.data.transforms.video import VideoTransform, clips_of, fit_video
from pellucid.foundation.features import Features, standardised

FEATURE_FRAMES: Final = 4  # with FEATURE_SIDE 5: 100 shades and 75 differences; boosting many more would take minutes
FEATURE_SIDE: Final = 5
SHOWN_FRAMES: Final = 5
BYTE_MAXIMUM: Final = 255


def summary(dataset: Dataset) -> str:
    """Return the size of the clips."""
    sizes = " × ".join(map(str, shape_of(clips_of(dataset))))
    rate = f", {dataset.rate} frames per second" if dataset.rate else ""
    return f"{sizes} (channels × frames × height × width), 0 … 255{rate}"


def fit(dataset: Dataset, fitting: Fitting) -> VideoTransform:
    """Fit the transform on the training clips."""
    return fit_video(dataset, fitting.settings)


def features(seen: Dataset, judged: Dataset, fitting: Fitting) -> tuple[Features, Features]:
    """Return, for both parts, shades of a few small frames, and how they differ from one frame to the next."""
    del fitting
    first, second = (
        np.concatenate([clip_features(part) for _, part in chunks_of(clips_of(dataset))]) for dataset in (seen, judged)
    )
    return standardised(first, second)


def clip_features(clips: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return (n, 175) numbers of (n, c, z, h, w) clips: four frames of 5 x 5 shades, and their differences.

    Example:
        >>> clip_features(np.zeros((2, 3, 10, 32, 32), np.uint8)).shape
        (2, 175)
    """
    frames = clips[:, :, evenly(FEATURE_FRAMES, clips.shape[2])].mean(axis=1, dtype=np.float32)  # (n, z, h, w)
    small = coarse(frames, (FEATURE_SIDE, FEATURE_SIDE)) / BYTE_MAXIMUM
    both = np.concatenate([small, np.diff(small, axis=1)], axis=1)
    return both.reshape(len(clips), -1)


def show(dataset: Dataset, row: int) -> Picture:
    """Return a strip of five frames of a clip, side by side (c, h, w)."""
    (clips,) = gathered(clips_of(dataset), np.array([row]))
    clip = shown_channels(clips[0])
    places = np.unique(evenly(SHOWN_FRAMES, clip.shape[1]))
    return side_by_side([clip[:, place] for place in places])


VIDEOS: Final = Modality(
    kind="video",
    noun="clip",
    summary=summary,
    transform=VideoTransform,
    fit=fit,
    features=features,
    show=show,
    vary=vary,
    baselines=dict.fromkeys(("linear model", "boosted trees"), "four small frames and how they differ"),
)
