"""Network in network: parameters counted by hand, the 1x1 convolution as a dense layer, maps of classes."""

from __future__ import annotations

import pytest
import torch

from pellucid.foundation.errors import RangeError
from pellucid.networks.vision.nin import NiN, NiNBlock, NiNConfiguration

SMALL = NiNConfiguration(channels=(4, 6))


def test_parameters_are_counted_by_hand() -> None:
    # 25*1*4 and two 4*4, 9*4*6 and two 6*6, three norms each, and a map for each of 3 classes: 6*3 + 3.
    network = NiN((1, 8, 8), 3, options=SMALL)
    assert sum(p.numel() for p in network.parameters()) == 100 + 32 + 24 + 216 + 72 + 36 + 21


@pytest.mark.parametrize(
    ("sides", "maps"), [((8, 8), (4, 4)), ((2, 2), (2, 2)), ((28, 31), (14, 16)), ((96, 97), (12, 13)), ((9,), (5,))]
)
def test_sizes(sides: tuple[int, ...], maps: tuple[int, ...]) -> None:
    assert NiN((1, *sides), 3, options=SMALL).features(torch.zeros(2, 1, *sides)).shape == (2, 6, *maps)


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_a_block_alone(axes: int) -> None:
    assert NiNBlock(3, 4, 5, stride=2, axes=axes)(torch.zeros(2, 3, *[5] * axes)).shape == (2, 4, *[3] * axes)


@pytest.mark.knowledge("G4")
def test_a_1x1_convolution_is_a_dense_layer_at_each_place() -> None:
    block = NiNBlock(3, 4)
    maps = torch.randn(2, 4, 5, 5, generator=torch.Generator().manual_seed(0))
    weight = block.get_parameter("1.convolution.weight")[:, :, 0, 0]
    wanted = torch.nn.functional.linear(maps.movedim(1, -1), weight).movedim(-1, 1)
    torch.testing.assert_close(block[1].convolution(maps), wanted)  # type: ignore[operator]  # a block, by its number


def test_a_logit_is_the_mean_of_its_map() -> None:
    network = NiN((1, 8, 8), 3, options=SMALL).eval()
    pictures = torch.randn(2, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    maps = network.last(network.features(pictures))
    assert maps.shape == (2, 3, 4, 4)
    torch.testing.assert_close(network(pictures), maps.mean(dim=(2, 3)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"channels": ()}, r"channels to be one or more whole numbers above 0, got \(\)"),
        ({"channels": (4, 0)}, r"channels to be one or more whole numbers above 0, got \(4, 0\)"),
        ({"dropout": 1.0}, "dropout to be at least 0 and below 1, got 1.0"),
    ],
)
def test_options_have_ranges(options: dict[str, object], message: str) -> None:
    with pytest.raises(RangeError, match=message):
        NiNConfiguration(**options)  # type: ignore[arg-type]  # wrong on purpose
