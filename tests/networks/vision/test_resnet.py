"""Residual networks: the published counts of parameters, and options."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pellucid.foundation.errors import RangeError
from pellucid.foundation.records import InputSpec
from pellucid.networks.family import Family
from pellucid.networks.vision.residual import Residual, SqueezeExcite
from pellucid.networks.vision.resnet import (
    RESNET,
    RESNET18,
    RESNET34,
    RESNET50,
    ResNet,
    ResNetConfiguration,
    SmallResNetConfiguration,
)

IMAGENET = InputSpec(kind="picture", examples=1000, shape=(3, 224, 224))
CIFAR = InputSpec(kind="picture", examples=1000, shape=(3, 32, 32))


def count(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


@pytest.mark.parametrize(
    ("family", "parameters"),
    # Origin: the table of weights in torchvision's documentation ("num_params" of IMAGENET1K_V1).
    [(RESNET18, 11_689_512), (RESNET34, 21_797_672), (RESNET50, 25_557_032)],
    ids=lambda value: getattr(value, "name", ""),
)
def test_parameters_are_those_of_torchvision(family: Family, parameters: int) -> None:
    assert count(family.build(family.configuration(), IMAGENET, 1000, 0)) == parameters


def test_parameters_of_the_small_one_are_counted_by_hand() -> None:
    # The paper's 20 layers for CIFAR-10 have 0.27 million (its table 6) with n = 3 and shortcuts without weights:
    # 432 + 6*2304 + (4608 + 5*9216) + (18432 + 5*36864) kernels, 2*(16*7 + 32*6 + 64*6) of norms, 650; here the two
    # shortcuts of a new shape add 16*32 + 64 and 32*64 + 128.
    paper = 432 + 6 * 2304 + 4608 + 5 * 9216 + 18432 + 5 * 36864 + 2 * (16 * 7 + 32 * 6 + 64 * 6) + 650
    assert round(paper, -4) == 270_000
    network = RESNET.build(SmallResNetConfiguration(blocks=3), CIFAR, 10, 0)
    assert count(network) == paper + 16 * 32 + 64 + 32 * 64 + 128


def test_stages_halve_and_double() -> None:
    network = RESNET.build(SmallResNetConfiguration(width=4), CIFAR, 10, 0)
    assert isinstance(network, ResNet)
    assert network.features(torch.zeros(2, 3, 32, 32)).shape == (2, 16, 8, 8)
    large = ResNet((3, 96, 96), 10, blocks=(1, 1, 1, 1), width=4, bottleneck=True)
    assert large.features(torch.zeros(2, 3, 96, 96)).shape == (2, 128, 3, 3)


def test_options_reach_the_blocks() -> None:
    options = SmallResNetConfiguration(blocks=1, width=4, bottleneck=True, squeeze_excite=True, zero_init=False)
    network = RESNET.build(options, CIFAR, 10, 0)
    blocks = [module for module in network.modules() if isinstance(module, Residual)]
    assert len(blocks) == 3
    assert all(isinstance(block.branch[-1], SqueezeExcite) for block in blocks)
    assert all(bool(block.branch[-2].weight.all()) for block in blocks)  # the last norm


def test_a_sound_and_a_volume_work_too() -> None:
    for sides in ((33,), (9, 8, 7)):
        network = ResNet((2, *sides), 3, blocks=(1, 1), width=4)
        assert network(torch.zeros(2, 2, *sides)).shape == (2, 3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"blocks": 0}, "blocks to be a whole number above 0, got 0"),
        ({"width": 0}, "width to be a whole number above 0, got 0"),
        ({"stem": "tiny"}, "stem to be one of auto, small, large, got 'tiny'"),
        ({"dropout": 1.0}, "dropout to be at least 0 and below 1, got 1.0"),
    ],
)
def test_options_have_ranges(options: dict[str, float], message: str) -> None:
    with pytest.raises(RangeError, match=message):
        SmallResNetConfiguration(**options)  # type: ignore[arg-type]  # wrong on purpose


def test_the_networks_of_the_paper_check_their_options() -> None:
    with pytest.raises(RangeError, match="dropout to be at least 0 and below 1, got -1"):
        ResNetConfiguration(dropout=-1)
