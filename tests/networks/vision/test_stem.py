"""How networks begin, and how far they shrink."""

from __future__ import annotations

import dataclasses
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pellucid.foundation.errors import RangeError, ShapeError, UnknownNameError
from pellucid.foundation.records import InputKind, InputSpec
from pellucid.networks.vision.stem import (
    NormConfiguration,
    Stem,
    begin,
    channels_and_sides,
    recommend_large,
    recommend_plain,
    recommend_small,
    shrunk,
    stride_for,
)
from pellucid.tasks.multiclass import Multiclass
from pellucid.tasks.settings import TaskSettings
from pellucid.training.settings import TrainingSettings


def test_norm_and_dropout_are_checked_for_all_networks_that_share_them() -> None:
    with pytest.raises(RangeError, match="dropout"):
        NormConfiguration(dropout=1.0)
    with pytest.raises(UnknownNameError, match="norm"):
        NormConfiguration(norm="bach")  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize(
    ("sides", "stem", "left"),
    [
        ((28, 28), "auto", (28, 28)),
        ((95, 400), "auto", (95, 400)),
        ((96, 96), "auto", (24, 24)),
        ((224, 224), "auto", (56, 56)),  # as in the paper
        ((224, 224), "small", (224, 224)),
        ((1, 33), "large", (1, 9)),
        ((1023,), "auto", (1023,)),
        ((1025,), "auto", (257,)),
        ((47, 60, 60), "auto", (47, 60, 60)),
        ((48, 60, 60), "auto", (12, 15, 15)),
    ],
)
def test_the_stem_follows_the_size(sides: tuple[int, ...], stem: Stem, left: tuple[int, ...]) -> None:
    network, found = begin((3, *sides), 4, stem, None)
    assert found == left
    assert network(torch.zeros(2, 3, *sides)).shape == (2, 4, *left)


@given(st.lists(st.integers(1, 70), min_size=1, max_size=3))
def test_four_places_are_left_where_there_were_four(sides: list[int]) -> None:
    left = tuple(sides)
    while stride_for(left) > 1:
        left = shrunk(left, 2)
    places, before = torch.Size(left).numel(), torch.Size(sides).numel()
    assert places >= min(before, 4)
    assert torch.Size(shrunk(left, 2)).numel() < 4 or left == tuple(sides)


@pytest.mark.parametrize("shape", [(), (3,), (3, 0, 5), (0, 5, 5)])
def test_a_shape_without_channels_or_size_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"network expected a shape \(c, sizes\) of numbers above 0, got \("):
        channels_and_sides(shape)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((1, 28, 28), "keep every pixel of pictures of 28 x 28 unless"),
        ((3, 96, 120), "keep every fourth pixel of pictures of 96 x 120 unless"),
    ],
)
def test_the_recommendation_names_settings_that_exist_and_says_the_stem(shape: tuple[int, ...], words: str) -> None:
    known = {field.name for kind in (TrainingSettings, TaskSettings) for field in dataclasses.fields(kind)}
    spec, task = InputSpec(kind="picture", examples=1000, shape=shape), Multiclass(targets=("y",), classes=("a", "b"))
    small, large = recommend_small(spec, task), recommend_large(spec, task)
    assert set(small.settings) <= known
    assert words in small.reason
    assert words in large.reason
    assert "stem" not in recommend_plain(spec, task).reason
    assert large.settings["learning_rate"] < small.settings["learning_rate"]


@pytest.mark.parametrize(
    ("kind", "shape", "words", "batch"),
    # 2^18 places in all after the stem: 262,144 / 10,000 = 26
    [
        ("series", (2, 300), "keep every place of series of 300 unless", 128),
        ("sound", (1, 40_000), "keep every fourth place of sounds of 40000 unless", 26),
        ("video", (1, 10, 112, 112), "keep every place of clips of 10 x 112 x 112 unless", 2),
        ("volume", (1, 48, 48, 48), "keep every fourth place of volumes of 48 x 48 x 48 unless", 128),
        ("volume", (1, 200, 200, 200), "keep every fourth place of volumes", 2),
    ],
)
def test_what_is_no_picture_comes_in_batches_that_fit_into_memory(
    kind: InputKind, shape: tuple[int, ...], words: str, batch: int
) -> None:
    spec = InputSpec(kind=kind, examples=100_000, shape=shape)
    recommended = recommend_large(spec, Multiclass(targets=("y",), classes=("a", "b")))
    assert words in recommended.reason
    assert recommended.settings["batch_size"] == batch
    small = recommend_small(spec, Multiclass(targets=("y",), classes=("a", "b")))
    assert small.settings["batch_size"] == min(8 * 2**18 // math.prod(shape[1:]), 128) or "fourth" in words
