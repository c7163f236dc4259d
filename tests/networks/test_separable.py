"""The separable stack: parameters counted by hand, sizes, what it is invariant to, and that it learns."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from pellucid.foundation.errors import RangeError, ShapeError
from pellucid.foundation.records import InputSpec
from pellucid.networks.separable import (
    SEPARABLE,
    SeparableBlock,
    SeparableConfiguration,
    SeparableStack,
    plan_of,
)
from pellucid.tasks.multiclass import Multiclass
from pellucid.tasks.settings import TaskSettings
from pellucid.training.settings import TrainingSettings

SMALL = SeparableConfiguration(width=8, depth=1)


def spec(*shape: int, examples: int = 1000) -> InputSpec:
    return InputSpec(kind="picture", examples=examples, shape=shape)


def built(*shape: int, outputs: int = 10, configuration: SeparableConfiguration = SMALL, seed: int = 0) -> nn.Module:
    return SEPARABLE.build(configuration, spec(*shape), outputs, seed)


def count(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def test_parameters_are_counted_by_hand() -> None:
    # First convolution 3*3*1*8 = 72, its norm 2*8 = 16; at 14 x 14 one block 8 -> 8: depthwise 9*8 = 72, pointwise
    # 8*8 = 64, norm 16, together 152; at 7 x 7 a block 8 -> 16: 72 + 128 + 32 = 232, and one 16 -> 16:
    # 144 + 256 + 32 = 432; at 3 x 3 a block 16 -> 32: 144 + 512 + 64 = 720, and one 32 -> 32: 288 + 1024 + 64 = 1376;
    # last layer 32*10 + 10 = 330.
    network = built(1, 28, 28, configuration=SeparableConfiguration(width=8, depth=2))
    assert count(network) == 72 + 16 + 152 + 232 + 432 + 720 + 1376 + 330


def test_a_block_has_far_fewer_weights_than_a_plain_convolution() -> None:
    # Plain 3 x 3, 64 -> 64: 9*64*64 = 36,864; separable: 9*64 + 64*64 = 4,672, and its norm 128.
    assert count(SeparableBlock(64, 64, torch.Generator())) == 4672 + 128


@pytest.mark.parametrize(
    ("side", "plan"),
    [
        (8, (1, 1, 2)),  # 8, 4
        (15, (1, 1, 3)),  # 15, 7, 3
        (16, (1, 2, 2)),  # 8, 4
        (28, (1, 2, 3)),  # 14, 7, 3
        (32, (1, 2, 3)),  # 16, 8, 4
        (64, (1, 2, 4)),  # 32, 16, 8, 4
        (95, (1, 2, 4)),  # 47, 23, 11, 5
        (96, (2, 2, 4)),  # 24, 12, 6, 3
        (224, (2, 2, 5)),  # 56, 28, 14, 7, 3
        (256, (2, 2, 5)),  # 64, 32, 16, 8, 4
    ],
)
def test_the_plan_follows_the_size(side: int, plan: tuple[int, int, int]) -> None:
    assert plan_of(side) == plan


@given(side=st.integers(8, 4096))
def test_three_to_five_pixels_are_left(side: int) -> None:
    stride, pool, stages = plan_of(side)
    left = -(-side // stride) // pool
    for _ in range(stages - 1):
        left //= 2
    assert 3 <= left <= 5


@pytest.mark.parametrize(
    ("shape", "maps"),
    [
        ((1, 8, 8), (16, 4, 4)),
        ((1, 28, 28), (32, 3, 3)),
        ((3, 33, 17), (16, 8, 4)),
        ((3, 64, 64), (64, 4, 4)),
        ((2, 256, 130), (64, 8, 4)),
    ],
)
def test_any_size_comes_down_to_a_few_pixels(shape: tuple[int, ...], maps: tuple[int, ...]) -> None:
    network = built(*shape, outputs=3).eval()
    assert isinstance(network, SeparableStack)
    pictures = torch.randn(2, *shape, generator=torch.Generator().manual_seed(0))
    assert network.features(pictures).shape == (2, *maps)
    assert network(pictures).shape == (2, 3)


def test_one_example_can_be_trained_on() -> None:
    # Batch norm refuses one value per channel; the last maps keep 16 at least.
    assert built(1, 8, 8).train()(torch.ones(1, 1, 8, 8)).shape == (1, 10)


def test_too_small_pictures_get_a_sentence() -> None:
    with pytest.raises(ShapeError, match=r"separable expected pictures of at least 8 x 8 pixels, got 7 x 30: pass"):
        built(1, 7, 30)


def test_the_same_seed_gives_the_same_weights_and_no_global_generator_moves() -> None:
    before = torch.get_rng_state()
    first, again, other = (built(1, 28, 28, seed=seed).state_dict() for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["last.weight"], other["last.weight"])


def test_the_gradient_reaches_every_parameter() -> None:
    network = built(1, 28, 28)
    pictures = torch.randn(16, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    nn.functional.cross_entropy(network(pictures), torch.arange(16) % 10).backward()
    assert [name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()] == []


def test_a_depthwise_convolution_looks_at_one_channel_only() -> None:
    block = SeparableBlock(4, 4, torch.Generator().manual_seed(0))
    maps = torch.zeros(1, 4, 6, 6)
    maps[0, 2, 3, 3] = 1.0
    assert block.depthwise(maps).flatten(2).any(dim=2).tolist() == [[False, False, True, False]]


def test_a_shape_that_moves_sideways_moves_the_maps_and_keeps_the_logits() -> None:
    # 16 x 96 pixels become 8 x 48 and 4 x 24 maps, 4 pixels apart: moving the shape by 8 pixels moves the maps by 2.
    # The shape reaches at most 1 + 2 + 4 pixels and the width of the poolings, far from the left and right rims.
    network = built(1, 16, 96).eval()
    assert isinstance(network, SeparableStack)
    shape = torch.randn(6, 6, generator=torch.Generator().manual_seed(0))
    pictures = torch.zeros(2, 1, 16, 96)
    pictures[0, 0, 5:11, 40:46] = shape
    pictures[1, 0, 5:11, 48:54] = shape
    with torch.no_grad():
        maps, logits, blank = network.features(pictures), network(pictures), network(torch.zeros(1, 1, 16, 96))
    torch.testing.assert_close(maps[1, :, :, 2:], maps[0, :, :, :-2], atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(logits[1], logits[0], atol=1e-5, rtol=1e-5)
    assert (logits[0] - blank[0]).abs().max() > 0.01  # the shape is seen


def test_it_learns_to_tell_bars_apart() -> None:
    generator = torch.Generator().manual_seed(0)
    pictures = torch.randn(64, 1, 8, 8, generator=generator) * 0.3
    labels = torch.arange(64) % 2
    for index, label in enumerate(labels.tolist()):
        place = index % 8
        pictures[index, 0][(place, slice(None)) if label else (slice(None), place)] += 2.0
    network = built(1, 8, 8, outputs=2)
    weights = list(network.parameters())
    for _ in range(40):
        gradients = torch.autograd.grad(nn.functional.cross_entropy(network(pictures), labels), weights)
        with torch.no_grad():
            for weight, gradient in zip(weights, gradients, strict=True):
                weight -= 0.1 * gradient
    assert (network.eval()(pictures).argmax(dim=1) == labels).all()


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
        SeparableConfiguration(**options)  # type: ignore[arg-type]  # wrong on purpose


def test_the_recommendation_names_settings_that_exist() -> None:
    known = {field.name for kind in (TrainingSettings, TaskSettings) for field in dataclasses.fields(kind)}
    task = Multiclass(targets=("y",), classes=("a", "b"))
    assert set(SEPARABLE.recommend(spec(1, 28, 28), task).settings) <= known
