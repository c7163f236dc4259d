"""The separable stack: parameters counted by hand, sizes, what it is invariant to, and that it learns."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from torch import nn

from pellucid.foundation.errors import RangeError, ShapeError
from pellucid.foundation.records import InputSpec
from pellucid.networks.separable import (
    SEPARABLE,
    SeparableBlock,
    SeparableConfiguration,
    SeparableStack,
    stages_of,
)
from pellucid.tasks.multiclass import Multiclass
from pellucid.tasks.regression import Regression
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
    # First convolution 5*5*1*8 = 200, its norm 2*8 = 16; at 14 x 14 two blocks 8 -> 8: depthwise 9*8 = 72,
    # pointwise 8*8 = 64, norm 16, together 152 each; at 7 x 7 a block 8 -> 16: 72 + 128 + 32 = 232, and one
    # 16 -> 16: 144 + 256 + 32 = 432; last layer 16*10 + 10 = 170.
    network = built(1, 28, 28, configuration=SeparableConfiguration(width=8, depth=2))
    assert count(network) == 200 + 16 + 2 * 152 + 232 + 432 + 170


def test_a_block_has_far_fewer_weights_than_a_plain_convolution() -> None:
    # Plain 3 x 3, 64 -> 64: 9*64*64 = 36,864; separable: 9*64 + 64*64 = 4,672, and its norm 128.
    assert count(SeparableBlock(64, 64, torch.Generator())) == 4672 + 128


@pytest.mark.parametrize(
    ("side", "stride", "stages"),
    # By hand: 8 -> 8, 4. 15 -> 15, 7. 16 -> 8, 4. 28 -> 14, 7. 32 -> 16, 8, 4. 64 -> 32, 16, 8, 4.
    # 127 -> 64, 32, 16, 8, 4. 128 -> 32, 16, 8, 4. 224 -> 56, 28, 14, 7. 256 -> 64, 32, 16, 8, 4.
    [(8, 1, 2), (15, 1, 2), (16, 2, 2), (28, 2, 2), (32, 2, 3), (64, 2, 4)]
    + [(127, 2, 5), (128, 4, 4), (224, 4, 4), (256, 4, 5)],
)
def test_stages_follow_the_size(side: int, stride: int, stages: int) -> None:
    assert stages_of(side) == (stride, stages)


@pytest.mark.parametrize(
    ("shape", "maps"),
    [
        ((1, 8, 8), (16, 4, 4)),
        ((1, 28, 28), (16, 7, 7)),
        ((3, 33, 17), (16, 8, 4)),
        ((3, 64, 64), (64, 4, 4)),
        ((2, 130, 256), (64, 4, 8)),
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


def test_moving_a_shape_moves_the_maps_and_leaves_the_logits() -> None:
    # The stride of the last maps is 2 (first convolution) * 2 * 2 * 2 (poolings) = 16 pixels; content this far from
    # the border does not feel its padding, so that a move by 16 pixels moves the maps by 1 and keeps their mean.
    network = built(1, 104, 104).eval()
    assert isinstance(network, SeparableStack)
    shape = torch.randn(1, 1, 6, 6, generator=torch.Generator().manual_seed(0))
    pictures = torch.zeros(2, 1, 104, 104)
    pictures[0, :, 40:46, 40:46] = shape
    pictures[1, :, 56:62, 56:62] = shape
    with torch.no_grad():
        maps, logits = network.features(pictures), network(pictures)
    blank = maps[0, :, 0, 0]
    assert not torch.allclose(maps[0], blank[:, None, None].expand_as(maps[0]), atol=1e-3)
    torch.testing.assert_close(maps[1, :, 1:, 1:], maps[0, :, :-1, :-1], atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(logits[0], logits[1], atol=1e-5, rtol=1e-5)


def test_it_learns_to_tell_bars_apart() -> None:
    generator = torch.Generator().manual_seed(0)
    pictures = torch.randn(64, 1, 8, 8, generator=generator) * 0.3
    labels = torch.arange(64) % 2
    for index, label in enumerate(labels.tolist()):
        place = index % 8
        pictures[index, 0][(place, slice(None)) if label else (slice(None), place)] += 2.0
    network = built(1, 8, 8, outputs=2)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    for _ in range(40):
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(pictures), labels).backward()
        optimizer.step()
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
