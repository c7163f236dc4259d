"""LeNet: parameters counted by hand, sizes, and that it learns."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from torch import nn

from pellucid.foundation.errors import RangeError, ShapeError
from pellucid.foundation.records import InputSpec
from pellucid.networks.lenet import LENET, LeNetConfiguration
from pellucid.tasks.multiclass import Multiclass
from pellucid.tasks.regression import Regression
from pellucid.tasks.settings import TaskSettings
from pellucid.training.settings import TrainingSettings

CLASSIC = LeNetConfiguration()


def spec(*shape: int, examples: int = 1000) -> InputSpec:
    return InputSpec(kind="picture", examples=examples, shape=shape)


def built(*shape: int, outputs: int = 10, configuration: LeNetConfiguration = CLASSIC, seed: int = 0) -> nn.Module:
    return LENET.build(configuration, spec(*shape), outputs, seed)


@pytest.mark.parametrize(
    ("shape", "outputs", "parameters"),
    [
        # LeCun et al. 1998 with all maps of the first pooling joined to all of the second convolution, as textbooks
        # have it: 6*(25 + 1) + 16*(6*25 + 1) + 400*120 + 120 + 120*84 + 84 + 84*10 + 10; 400 = 16 maps of 5 x 5.
        ((1, 28, 28), 10, 61706),
        # 8 -> 8 -> 4 -> 4 (kept) -> 2: 64 inputs of the dense layers: 156 + 2416 + 64*120 + 120 + 10164 + 850.
        ((1, 8, 8), 10, 21386),
        # Three channels: 6*(75 + 1) + 2416; 32 -> 16 -> 12 -> 6: 576*120 + 120 + 10164; two classes: 84*2 + 2.
        ((3, 32, 32), 2, 456 + 2416 + 69240 + 10164 + 170),
    ],
)
def test_parameters_are_counted_by_hand(shape: tuple[int, ...], outputs: int, parameters: int) -> None:
    assert sum(parameter.numel() for parameter in built(*shape, outputs=outputs).parameters()) == parameters


@pytest.mark.parametrize(
    ("shape", "maps"),
    [
        ((1, 4, 4), (16, 1, 1)),  # 4 -> 2 -> 2 (kept) -> 1
        ((1, 13, 28), (16, 1, 5)),  # 13 -> 6 -> 2 -> 1
        ((2, 41, 64), (16, 8, 6)),  # 41 pooled by 2 -> 20 -> 16 -> 8; 64 pooled by 4 -> 16 -> 12 -> 6
        ((3, 224, 256), (16, 5, 5)),  # pooled by 16 and 18 -> 14 -> 10 -> 5
    ],
)
def test_any_size_comes_down_to_a_few_pixels(shape: tuple[int, ...], maps: tuple[int, ...]) -> None:
    network = built(*shape, outputs=3)
    pictures = torch.randn(2, *shape, generator=torch.Generator().manual_seed(0))
    assert network.features(pictures).shape == (2, *maps)  # type: ignore[operator]  # a Sequential
    assert network(pictures).shape == (2, 3)


def test_options_change_the_layers() -> None:
    # 3*26 + 4*(75 + 1) + 4*25 inputs to the last layer of 2: 100*2 + 2, without a dense layer in between.
    network = built(1, 28, 28, outputs=2, configuration=LeNetConfiguration(channels=(3, 4), hidden=()))
    assert sum(parameter.numel() for parameter in network.parameters()) == 78 + 304 + 202


def test_dropout_leaves_units_out_while_training_only() -> None:
    network = built(1, 8, 8, configuration=LeNetConfiguration(dropout=0.5))
    pictures = torch.ones(1, 1, 8, 8)
    torch.manual_seed(0)
    assert not torch.equal(network(pictures), network(pictures))
    assert torch.equal(network.eval()(pictures), network(pictures))


def test_too_small_pictures_get_a_sentence() -> None:
    with pytest.raises(ShapeError, match=r"lenet expected pictures of at least 4 x 4 pixels, got 9 x 3: pass size=4 "):
        built(1, 9, 3)


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
        ({"channels": (6, 0)}, r"channels to be two whole numbers above 0, got \(6, 0\)"),
        ({"hidden": (0,)}, r"hidden to be whole numbers above 0, got \(0,\)"),
        ({"dropout": -0.1}, "dropout to be at least 0 and below 1, got -0.1"),
    ],
)
def test_options_have_ranges(options: dict[str, float], message: str) -> None:
    with pytest.raises(RangeError, match=message):
        LeNetConfiguration(**options)  # type: ignore[arg-type]  # wrong on purpose


def test_the_recommendation_names_settings_that_exist() -> None:
    known = {field.name for kind in (TrainingSettings, TaskSettings) for field in dataclasses.fields(kind)}
    settings = LENET.recommend(spec(1, 28, 28), Multiclass(targets=("y",), classes=("a", "b"))).settings
    assert set(settings) <= known


def test_labels_are_smoothed_only_where_there_are_some() -> None:
    assert "label_smoothing" not in LENET.recommend(spec(1, 28, 28), Regression(targets=("y",))).settings
