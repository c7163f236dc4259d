"""Convolutions over the log-mel spectrogram."""

from __future__ import annotations

import pytest
import torch

from pellucid.foundation.errors import RangeError
from pellucid.networks.sound.melconv import MelConvolution, MelConvolutionConfiguration

SMALL = MelConvolutionConfiguration(width=4, mels=16)


@pytest.mark.parametrize(("rate", "length"), [(8000, 1600), (44_100, 22_050), (16_000, 160_000), (8000, 1)])
def test_clips_of_any_length_and_rate(rate: int, length: int) -> None:
    network = MelConvolution(SMALL, (2, length), rate, 3, 0).eval()
    waves = torch.randn(2, 2, length, generator=torch.Generator().manual_seed(0))
    assert network(waves).shape == (2, 3)
    assert network(waves).isfinite().all()
    assert network(waves[:, :, :1]).shape == (2, 3)  # shorter ones than it was built for


def test_how_loud_a_clip_is_does_not_matter() -> None:
    network = MelConvolution(SMALL, (1, 4000), 8000, 3, 0).eval()
    waves = torch.randn(2, 1, 4000, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(network(waves), network(0.05 * waves), atol=1e-3, rtol=1e-3)


def test_masks_are_drawn_from_the_global_generator_in_training_only() -> None:
    waves = torch.randn(4, 1, 4000, generator=torch.Generator().manual_seed(0))
    network = MelConvolution(SMALL, (1, 4000), 8000, 3, 0)
    torch.manual_seed(0)
    first, second = network(waves), network(waves)
    assert not torch.equal(first, second)
    torch.manual_seed(0)
    torch.testing.assert_close(network(waves), first)
    before = torch.get_rng_state()
    network.eval()(waves)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mels": 7}, "mels to be a whole number from 8, got 7"),
        ({"masks": 1.0}, "masks to be at least 0 and below 1, got 1.0"),
        ({"width": 0}, "width to be a whole number above 0, got 0"),
    ],
)
def test_options_have_ranges(options: dict[str, float], message: str) -> None:
    with pytest.raises(RangeError, match=message):
        MelConvolutionConfiguration(**options)  # type: ignore[arg-type]  # wrong on purpose
