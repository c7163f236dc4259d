"""Densely connected networks: channels, the published count of parameters, and options."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pellucid.foundation.errors import RangeError
from pellucid.foundation.records import InputSpec
from pellucid.networks.vision.densenet import (
    DENSENET,
    DENSENET121,
    DenseBlock,
    DenseNet,
    DenseNetConfiguration,
    SmallDenseNetConfiguration,
    Transition,
)


def count(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def test_parameters_are_those_of_torchvision() -> None:
    # Origin: the table of weights in torchvision's documentation ("num_params" of DenseNet121_Weights).
    spec = InputSpec(kind="picture", examples=1000, shape=(3, 224, 224))
    assert count(DENSENET121.build(DenseNetConfiguration(), spec, 1000, 0)) == 7_978_856


def test_parameters_of_the_small_one_are_counted_by_hand() -> None:
    # Growth 2: stem 9*1*4 + 8; a layer of c channels: norm 2c, 1x1 8c, norm 16, 3x3 9*8*2 = 144. Channels 4 -> 6,
    # transition 12 + 6*3 -> 3 -> 5, transition 10 + 5*2 -> 2 -> 4; last norm 8, last layer 4*3 + 3.
    spec = InputSpec(kind="picture", examples=1000, shape=(1, 8, 8))
    network = DENSENET.build(SmallDenseNetConfiguration(blocks=1, growth=2), spec, 3, 0)
    layers = sum(2 * c + 8 * c + 16 + 144 for c in (4, 3, 2))
    assert count(network) == 36 + 8 + layers + 12 + 18 + 10 + 10 + 8 + 15


@pytest.mark.knowledge("G10")
@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("bottleneck", [0, 4])
def test_channels_grow_and_the_inputs_stay_first(axes: int, bottleneck: int) -> None:
    maps = torch.randn(2, 3, *(5, 4, 3)[:axes], generator=torch.Generator().manual_seed(0))
    block = DenseBlock(3, layers=3, growth=8, bottleneck=bottleneck, axes=axes)
    out = block(maps)
    assert out.shape == (2, 27, *maps.shape[2:])  # 3 + 3 * 8
    assert block.outputs == 27
    assert torch.equal(out[:, :3], maps)
    assert Transition(27, 10, axes=axes)(out).shape == (2, 10, *(-(-side // 2) for side in maps.shape[2:]))
    assert Transition(27, 10, stride=1, axes=axes)(out).shape == (2, 10, *maps.shape[2:])


@pytest.mark.knowledge("G10")
def test_a_transition_is_a_1x1_convolution_and_a_mean_of_two_by_two() -> None:
    transition = Transition(4, 2, generator=torch.Generator().manual_seed(0)).eval()
    maps = torch.randn(1, 4, 6, 6, generator=torch.Generator().manual_seed(1))
    weight = transition.get_parameter("2.weight")
    normed = (maps / (1 + 1e-5) ** 0.5).relu()  # the moving averages start at mean 0 and variance 1
    wanted = nn.functional.avg_pool2d(torch.einsum("oi,nihw->nohw", weight[:, :, 0, 0], normed), 2)
    torch.testing.assert_close(transition(maps), wanted)


def test_channels_and_sides_of_all_stages() -> None:
    # growth 4: stem 8, block 16, transition 8 (half), block 16; 28 -> 14
    network = DenseNet((1, 28, 28), 10, blocks=(2, 2), growth=4)
    assert network.features(torch.zeros(2, 1, 28, 28)).shape == (2, 16, 14, 14)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"blocks": 0}, "blocks to be a whole number above 0, got 0"),
        ({"growth": 0}, "growth to be a whole number above 0, got 0"),
        ({"dropout": 1.0}, "dropout to be at least 0 and below 1, got 1.0"),
    ],
)
def test_options_have_ranges(options: dict[str, float], message: str) -> None:
    with pytest.raises(RangeError, match=message):
        SmallDenseNetConfiguration(**options)  # type: ignore[arg-type]  # wrong on purpose
