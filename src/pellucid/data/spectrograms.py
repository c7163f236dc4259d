"""What a sound is made of: its log-mel spectrogram, cepstral coefficients for simple models, and a small picture."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

WINDOW_SECONDS, HOP_SECONDS = 0.025, 0.010  # as in speech recognition since the 1980s
BANDS: Final = 40
COEFFICIENTS: Final = 20
MEL_SCALE, MEL_CORNER_HERTZ = 2595.0, 700.0  # HTK's formula
RANGE_DECIBELS: Final = 80.0  # below the loudest value of a sound everything counts as silence
SILENCE: Final = 1e-10  # power of a sound that has none
PICTURE_BANDS, PICTURE_WIDTH, PICTURE_HEIGHT = 64, 160, 128  # pixels of a picture
VIRIDIS: Final = (  # ten colours of matplotlib's viridis (S. van der Walt, N. Smith 2015), as plotly has them
    (68, 1, 84),
    (72, 40, 120),
    (62, 73, 137),
    (49, 104, 142),
    (38, 130, 142),
    (31, 158, 137),
    (53, 183, 121),
    (110, 206, 88),
    (181, 222, 43),
    (253, 231, 37),
)


def log_mel(wave: Floats, rate: int, bands: int = BANDS) -> Floats:
    """Return how loud a sound is in each band of pitch, in decibels below its loudest, from -80 to 0.

    Args:
        wave: samples (l,).
        rate: samples per second.
        bands: equally wide on the mel scale, from 0 Hz to half the rate.

    Returns:
        (bands, frames), a frame every 10 ms; -80 where there is nothing to hear.

    Example:
        >>> log_mel(np.sin(np.arange(8000, dtype=np.float32)), 8000).shape
        (40, 98)

    Source: S. Davis, P. Mermelstein, Comparison of parametric representations, 1980.
    """
    from scipy.fft import rfft

    window, hop = max(round(rate * WINDOW_SECONDS), 2), max(round(rate * HOP_SECONDS), 1)
    wave = np.pad(wave, (0, max(window - len(wave), 0)))
    frames = np.lib.stride_tricks.sliding_window_view(wave, window)[::hop]  # (frames, window)
    size = 2 ** math.ceil(math.log2(window))
    spectrum = rfft(frames * np.hanning(window).astype(np.float32), size, axis=1)
    power = np.square(np.abs(spectrum)) @ _filters(rate, bands, size).T  # (frames, bands)
    decibels = 10 * np.log10(np.maximum(power, SILENCE) / max(float(power.max()), SILENCE))
    if power.max() <= SILENCE:
        decibels -= RANGE_DECIBELS
    levels: Floats = np.maximum(decibels, -RANGE_DECIBELS).astype(np.float32).T
    return levels


@lru_cache(maxsize=8)
def _filters(rate: int, bands: int, size: int) -> Floats:
    """Return triangular filters (bands, size // 2 + 1) of height 1; a band narrower than two frequencies is empty."""
    highest = MEL_SCALE * np.log10(1 + rate / 2 / MEL_CORNER_HERTZ)
    corners = MEL_CORNER_HERTZ * (10 ** (np.linspace(0, highest, bands + 2) / MEL_SCALE) - 1)  # (bands + 2,)
    frequencies = np.linspace(0, rate / 2, size // 2 + 1)
    low, middle, high = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    rising, falling = (frequencies - low) / (middle - low), (high - frequencies) / (high - middle)
    return np.clip(np.minimum(rising, falling), 0, None).astype(np.float32)


def cepstral_statistics(wave: Floats, rate: int) -> Floats:
    """Return what simple models learn of a sound: statistics of its cepstral coefficients, and how long it is.

    Args:
        wave: samples (l,).
        rate: samples per second.

    Returns:
        (4 x 20 + 1,): mean and deviation of 20 coefficients over time, and of their change from frame to frame; the
        logarithm of the seconds.

    Example:
        >>> cepstral_statistics(np.sin(np.arange(8000, dtype=np.float32)), 8000).shape
        (81,)
    """
    from scipy.fft import dct

    coefficients = dct(log_mel(wave, rate), axis=0, norm="ortho")[:COEFFICIENTS]  # (20, frames)
    change = np.diff(coefficients, axis=1, prepend=coefficients[:, :1])
    parts = [moment(part, axis=1) for part in (coefficients, change) for moment in (np.mean, np.std)]
    return np.concatenate([*parts, [math.log(max(len(wave), 1) / rate)]]).astype(np.float32)


def picture_of(wave: Floats, rate: int) -> NDArray[np.uint8]:
    """Return the spectrogram of a sound as a small picture: time to the right, pitch upwards, bright where loud.

    Args:
        wave: samples (l,).
        rate: samples per second.

    Returns:
        (3, h, w).

    Example:
        >>> picture_of(np.sin(np.arange(8000, dtype=np.float32)), 8000).shape
        (3, 128, 160)
    """
    from PIL import Image

    shades = 1 + log_mel(wave, rate, PICTURE_BANDS)[::-1] / RANGE_DECIBELS  # (bands, frames), 0 to 1
    image = Image.fromarray(shades).resize((PICTURE_WIDTH, PICTURE_HEIGHT), Image.Resampling.BILINEAR)
    place = np.clip(np.asarray(image), 0, 1) * (len(VIRIDIS) - 1)  # (h, w)
    stops = np.arange(len(VIRIDIS))
    colours = [np.interp(place, stops, channel) for channel in zip(*VIRIDIS, strict=True)]
    picture: NDArray[np.uint8] = np.rint(np.stack(colours)).astype(np.uint8)
    return picture
