"""How networks begin, and how far they shrink."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pellucid.foundation.errors import ShapeError
from pellucid.foundation.records import InputSpec
from pellucid.networks.vision.stem import (
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


@pytest.mark.parametrize(
    ("sides", "stem", "left"),
    [
        ((28, 28), "auto", (28, 28)),
        ((95, 400), "auto", (95, 400)),
        ((96, 96), "auto", (24, 24)),
        ((224, 224), "auto", (56, 56)),  # as in the paper
        ((224, 224), "small", (224, 224)),
        ((1, 33), "large", (1, 9)),
        ((97,), "auto", (25,)),
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
