"""VGG: parameters counted by hand, sizes, options."""

from __future__ import annotations

import pytest
import torch

from pellucid.foundation.errors import RangeError
from pellucid.networks.vision.vgg import VGG, VGGBlock, VGGConfiguration


def test_parameters_are_counted_by_hand() -> None:
    # Two stages of one convolution: 9*3*4 + 8, 9*4*8 + 16, last layer 8*5 + 5.
    network = VGG((3, 16, 16), 5, options=VGGConfiguration(depth=1, width=4, stages=2))
    assert sum(p.numel() for p in network.parameters()) == 108 + 8 + 288 + 16 + 45


@pytest.mark.parametrize(
    ("sides", "maps"),
    [
        ((8, 8), (8, 2, 2)),  # 8 -> 4 -> 2, and the last stage keeps it
        ((28, 28), (8, 4, 4)),  # 28 -> 14 -> 7 -> 4
        ((96, 100), (16, 3, 4)),  # five stages, the last two of 8 times the width
        ((33,), (8, 5)),
        ((4, 4, 4), (8, 2, 2, 2)),  # 4 -> 2, which is 8 places; halved once more there would be one
    ],
)
def test_sizes(sides: tuple[int, ...], maps: tuple[int, ...]) -> None:
    network = VGG((1, *sides), 3, options=VGGConfiguration(depth=1, width=2))
    assert network.features(torch.zeros(2, 1, *sides)).shape == (2, *maps)


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_a_block_alone(axes: int) -> None:
    maps = torch.zeros(2, 3, *[5] * axes)
    assert VGGBlock(3, 4, 3, axes=axes)(maps).shape == (2, 4, *[3] * axes)
    assert VGGBlock(3, 4, 1, stride=1, axes=axes)(maps).shape == (2, 4, *[5] * axes)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"depth": 0}, "depth to be a whole number above 0, got 0"),
        ({"width": 0}, "width to be a whole number above 0, got 0"),
        ({"stages": 0}, "stages to be a whole number above 0, got 0"),
        ({"dropout": 1.0}, "dropout to be at least 0 and below 1, got 1.0"),
    ],
)
def test_options_have_ranges(options: dict[str, float], message: str) -> None:
    with pytest.raises(RangeError, match=message):
        VGGConfiguration(**options)  # type: ignore[arg-type]  # wrong on purpose
