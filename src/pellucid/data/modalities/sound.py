"""Sounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.modalities.modality import Fitting, Modality, Picture
from pellucid.data.sounds import FULL_SCALE
from pellucid.data.spectrograms import cepstral_statistics, picture_of
from pellucid.data.transforms.sound import SoundTransform, fit_sound, sounds_of
from pellucid.foundation.features import Features, standardised


def summary(dataset: Dataset) -> str:
    """Return the lengths and the rate of the sounds."""
    sounds = sounds_of(dataset)
    low, middle, high = np.percentile(sounds.lengths / dataset.rate, (0, 50, 100))
    lengths = f"{low:.2f} … {high:.2f} seconds, median {middle:.2f}" if high > low else f"{high:.2f} seconds"
    return f"{lengths}; {dataset.rate:,} samples per second"


def fit(dataset: Dataset, fitting: Fitting) -> SoundTransform:
    """Fit the transform on the training sounds."""
    return fit_sound(dataset, fitting.settings)


def features(seen: Dataset, judged: Dataset, fitting: Fitting) -> tuple[Features, Features]:
    """Return statistics of cepstral coefficients of both parts."""
    del fitting
    first, second = (
        np.stack([cepstral_statistics(_wave(part, row), part.rate) for row in range(len(part))])
        for part in (seen, judged)
    )
    return standardised(first, second)


def show(dataset: Dataset, row: int) -> Picture:
    """Return the spectrogram (3, h, w)."""
    return picture_of(_wave(dataset, row), dataset.rate)


def tell(dataset: Dataset, row: int) -> Mapping[str, str]:
    """Return the name of the file, how long it is, and what else is known of it."""
    cells = {name: str(value) for name, value in dataset.frame.row(row, named=True).items() if value is not None}
    return {**cells, "seconds": f"{sounds_of(dataset).lengths[row] / dataset.rate:.2f}"}


def _wave(dataset: Dataset, row: int) -> NDArray[np.float32]:
    """Return one sound (l,), its channels mixed."""
    wave: NDArray[np.float32] = sounds_of(dataset)[row].astype(np.float32).mean(axis=1) / FULL_SCALE
    return wave


SOUNDS: Final = Modality(
    kind="sound",
    noun="sound",
    summary=summary,
    transform=SoundTransform,
    fit=fit,
    features=features,
    show=show,
    tell=tell,
    baselines=dict.fromkeys(
        ("linear model", "boosted trees"),
        "mean and deviation of 20 cepstral coefficients and of their change, and the length",
    ),
)
