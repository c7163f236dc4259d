"""Spectrograms."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pellucid.data.spectrograms import BANDS, cepstral_statistics, log_mel, picture_of

RATE = 8000


def tone(hertz: float, seconds: float = 1.0) -> NDArray[np.float32]:
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE).astype(np.float32)


@pytest.mark.parametrize("hertz", [300.0, 1000.0, 3000.0])
def test_a_tone_is_loudest_in_its_own_band(hertz: float) -> None:
    """The middle of band b is (b + 1) / (bands + 1) of the way from 0 to the highest mel (HTK's formula)."""
    levels = log_mel(tone(hertz), RATE)
    mel = np.log10(1 + hertz / 700) / np.log10(1 + RATE / 2 / 700) * (BANDS + 1) - 1
    assert abs(int(levels.mean(axis=1).argmax()) - mel) <= 0.6
    assert levels.max() == 0
    assert levels.min() == -80


def test_how_loud_a_sound_is_does_not_matter() -> None:
    np.testing.assert_allclose(log_mel(0.1 * tone(500), RATE), log_mel(tone(500), RATE), atol=0.01)


def test_silence_and_next_to_nothing() -> None:
    for length in (0, 1, 50, 8000):
        levels = log_mel(np.zeros(length, np.float32), RATE)
        assert (levels == -80).all()
        assert levels.shape[1] == max((length - 200) // 80 + 1, 1)
    assert np.isfinite(cepstral_statistics(np.zeros(0, np.float32), RATE)).all()


def test_statistics_of_a_steady_tone() -> None:
    """A steady tone does not change: no deviation over time but at most what the phase makes."""
    found = cepstral_statistics(tone(1000, 0.5), RATE)
    assert np.abs(found[20:40]).max() < 0.1 * np.abs(found[:20]).max()
    assert np.abs(found[40:60]).max() < 0.01 * np.abs(found[:20]).max()
    assert found[-1] == pytest.approx(np.log(0.5))


def test_the_picture_has_high_tones_above_and_late_ones_on_the_right() -> None:
    wave = np.concatenate([tone(300, 0.5), tone(3000, 0.5)])
    bright = picture_of(wave, RATE).sum(axis=0, dtype=np.int64)  # (h, w)
    height, width = bright.shape
    assert bright[: height // 2, 5 : width // 2 - 5].mean() < bright[height // 2 :, 5 : width // 2 - 5].mean()
    assert bright[: height // 2, width // 2 + 5 :].mean() > bright[height // 2 :, width // 2 + 5 :].mean()


def test_silence_is_dark() -> None:
    assert np.unique(picture_of(np.zeros(4000, np.float32), RATE)).tolist() == [1, 68, 84]
