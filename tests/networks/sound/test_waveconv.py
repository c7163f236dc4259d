"""Convolutions along the waveform: the layers of M5, rates and lengths, and tones that it tells apart."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from pellucid.foundation.errors import RangeError, UnknownNameError
from pellucid.foundation.records import InputSpec
from pellucid.networks.sound.waveconv import WaveConvolution, WaveConvolutionConfiguration, first_layer
from pellucid.networks.summary import summarise


def test_at_8_khz_it_has_the_layers_of_m5() -> None:
    # Dai et al. (2017), table 1, M5: [80/4, 128], [3, 128], [3, 256], [3, 512] with poolings by 4. Here the first
    # kernel is odd, there is one convolution more of the first width, and no pooling before the mean.
    network = WaveConvolution((1, 32_000), 8000, 10, options=WaveConvolutionConfiguration(width=128))
    kernels = [tuple(p.shape) for name, p in network.named_parameters() if name.endswith("convolution.weight")]
    assert kernels == [(128, 1, 81), (128, 128, 3), (128, 128, 3), (256, 128, 3), (512, 256, 3)]
    rows = summarise(network, InputSpec(kind="sound", examples=9, shape=(1, 32_000), rate=8000))
    assert [row.shape for row in rows if row.kind == "MaxPool1d"] == [
        "(128, 2000)", "(128, 500)", "(128, 125)", "(256, 32)",
    ]  # fmt: skip


@pytest.mark.parametrize(("rate", "seconds"), [(8000, 0.2), (16_000, 10.0), (44_100, 0.5), (100, 0.2), (0, 0.01)])
def test_every_rate_leaves_the_same_places_of_a_second(rate: int, seconds: float) -> None:
    length = max(round((rate or 8000) * seconds), 1)
    network = WaveConvolution((2, length), rate, 3, options=WaveConvolutionConfiguration(width=2)).eval()
    places = network.features(torch.zeros(1, 2, length)).shape[2]
    if rate >= 8000:
        assert places == pytest.approx(seconds * 2000 / 4**4, abs=1)  # an eighth of a second each
    assert places >= 2
    assert network(torch.zeros(1, 2, 5)).shape == (1, 3)  # shorter ones than it was built for


def test_a_clip_too_short_for_a_pooling_keeps_its_places() -> None:
    network = WaveConvolution((1, 3), 8000, 2)
    assert not any(isinstance(module, nn.MaxPool1d) for module in network.modules())
    assert network(torch.zeros(2, 1, 3)).shape == (2, 2)


def test_it_tells_tones_apart_wherever_and_however_loud_they_are() -> None:
    def tones(hertz: float, n: int, seed: int) -> torch.Tensor:
        begin, loud = torch.rand(2, n, 1, generator=torch.Generator().manual_seed(seed))
        return ((0.5 + loud) * torch.sin(2 * math.pi * hertz * (torch.arange(800) / 8000 + begin))).unsqueeze(1)

    labels = torch.arange(3).repeat_interleave(8)
    train, test = (torch.cat([tones(f, 8, seed) for seed, f in enumerate((300, 500, 900), s)]) for s in (0, 9))
    options = WaveConvolutionConfiguration(width=8, norm="group")
    network = WaveConvolution((1, 800), 8000, 3, options=options, generator=torch.Generator().manual_seed(0))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    for _ in range(30):
        loss = nn.functional.cross_entropy(network(train), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert (network.eval()(test).argmax(dim=1) == labels).float().mean() > 0.9


def test_the_first_layer_follows_the_rate() -> None:
    assert first_layer(22_050) == (221, 11)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"width": 0}, "width to be a whole number above 0, got 0"),
        ({"depth": 0}, "depth to be a whole number above 0, got 0"),
        ({"dropout": 1.0}, "dropout to be at least 0 and below 1, got 1.0"),
    ],
)
def test_options_have_ranges(options: dict[str, float], message: str) -> None:
    with pytest.raises(RangeError, match=message):
        WaveConvolutionConfiguration(**options)  # type: ignore[arg-type]  # wrong on purpose


def test_an_unknown_norm_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="norm"):
        WaveConvolutionConfiguration(norm="bath")  # type: ignore[arg-type]  # wrong on purpose
