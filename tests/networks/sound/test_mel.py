"""Log-mel spectrograms against closed forms and scipy; masks over them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import signal

from pellucid.foundation.errors import RangeError
from pellucid.networks.sound.mel import LogMel, SpecAugment, hertz_to_mel, mel_filters, mel_to_hertz


def noise(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def test_the_scale_is_that_of_htk() -> None:
    # Closed form: log10(1 + 6300 / 700) = 1 exactly.
    assert float(hertz_to_mel(torch.tensor(6300.0))) == pytest.approx(2595)
    assert float(mel_to_hertz(torch.tensor(2595.0))) == pytest.approx(6300)


def test_filters_are_triangles_that_add_up_to_one() -> None:
    filters = mel_filters(16_000, 20, 4096)
    frequencies = torch.linspace(0, 8000, 2049)
    centres = mel_to_hertz(torch.arange(1, 21) * hertz_to_mel(torch.tensor(8000.0)) / 21)
    assert (frequencies[filters.argmax(dim=1)] - centres).abs().max() < 16_000 / 4096
    between = (frequencies >= centres[0]) & (frequencies <= centres[-1])
    torch.testing.assert_close(filters.sum(dim=0)[between], torch.ones(int(between.sum())))
    # Halfway up to the first centre the first triangle, which rises from 0 Hz, has height 1/2.
    at = int((frequencies - centres[0] / 2).abs().argmin())
    assert float(filters[0, at]) == pytest.approx(float(frequencies[at] / centres[0]), abs=1e-4)


@pytest.mark.parametrize("length", [1, 150, 200, 4000, 4001])
def test_levels_are_those_of_scipy(length: int) -> None:
    """Origin: scipy.signal.stft with the same window, then the definition, in float64; also clips below a window."""
    waves = noise(2, 2, length)
    mel = LogMel(8000, 40)
    levels = mel(waves)
    assert levels.shape == (2, 40, 1 + length // 80)
    padded = np.pad(waves.mean(dim=1).double().numpy(), ((0, 0), (100, 300)))
    _, _, spectrum = signal.stft(
        padded, 8000, "hann", 200, 120, mel.size, boundary=None, padded=False, scaling="spectrum"
    )
    power = (
        mel.filters.double().numpy() @ np.abs(spectrum[:, :, : levels.shape[2]] * 100) ** 2
    )  # a window adds up to 100
    decibels = 10 * np.log10(power)
    expected = np.clip((decibels - decibels.max(axis=(1, 2), keepdims=True)) / 80 + 1, 0, 1)
    np.testing.assert_allclose(levels.numpy(), expected, atol=1e-4)


def test_loudness_does_not_matter_and_silence_is_zero() -> None:
    mel, waves = LogMel(8000), noise(1, 1, 2000)
    torch.testing.assert_close(mel(0.01 * waves), mel(waves), atol=1e-4, rtol=0)
    assert not mel(torch.zeros(2, 1, 2000)).any()
    longer = torch.cat((waves, torch.zeros(1, 1, 6000)), dim=2)
    torch.testing.assert_close(mel(longer)[:, :, :25], mel(waves)[:, :, :25])  # the frames before the end
    assert not mel(longer)[:, :, 28:].any()


@pytest.mark.parametrize(("rate", "mels"), [(8000, 64), (4000, 128), (16_000, 64), (44_100, 128)])
def test_every_band_hears_something(rate: int, mels: int) -> None:
    mel = LogMel(rate, mels)
    assert bool(mel.filters.any(dim=1).all())
    # A pure tone is loudest in the band whose centre is next to it.
    tone = torch.sin(2 * torch.pi * 1000 / rate * torch.arange(rate)).view(1, 1, -1)
    place = float(hertz_to_mel(torch.tensor(1000.0)) / hertz_to_mel(torch.tensor(rate / 2))) * (mels + 1) - 1
    assert abs(int(mel(tone)[0, :, 50].argmax()) - place) <= 1


def test_neither_window_nor_filters_are_saved_and_they_follow_the_type() -> None:
    mel = LogMel(8000).double()
    assert mel.state_dict() == {}
    assert mel(noise(1, 1, 800).double()).dtype == torch.float64


def test_a_rate_too_low_is_refused() -> None:
    with pytest.raises(RangeError, match="LogMel expected a rate of at least 100 samples per second, got 20"):
        LogMel(20)


def test_masks_cover_bands_and_frames_in_training_only() -> None:
    levels = torch.ones(200, 10, 50)
    augment = SpecAugment(mels=0.2, frames=0.1)
    torch.manual_seed(0)
    masked = augment(levels)
    torch.manual_seed(0)
    assert torch.equal(augment(levels), masked)  # torch's generator alone decides
    bands, frames = (masked == 0).all(dim=2).sum(dim=1), (masked == 0).all(dim=1).sum(dim=1)
    assert sorted(set(bands.tolist())) == [0, 1, 2]  # up to 20 % of 10
    assert sorted(set(frames.tolist())) == [0, 1, 2, 3, 4, 5]  # up to 10 % of 50
    assert bool((masked == 0).any(dim=0).all())  # every place is covered once
    assert augment.eval()(levels) is levels
