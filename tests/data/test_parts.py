"""Choosing the rows of one part."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.data.parts import Way, choose_part
from pellucid.foundation.errors import DataError

MANY = 10**6


def chosen(way: Way, fraction: float, most: int = MANY, seed: int = 0) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return choose_part(np.arange(len(way.blocks)), fraction, most, way, seed, "test")


@given(
    classes=st.lists(st.integers(0, 4), min_size=5, max_size=200),
    fraction=st.floats(0.05, 0.5),
    seed=st.integers(0, 5),
)
def test_classes_keep_their_shares(classes: list[int], fraction: float, seed: int) -> None:
    """Each class has its share within one row, never all of its rows, and the part has its size within one a class."""
    codes = np.unique(classes, return_inverse=True)[1]
    way = Way(name="stratified", blocks=np.arange(len(codes)), classes=codes)
    rows = chosen(way, fraction, seed=seed)
    counts, taken = np.bincount(codes), np.bincount(codes[rows], minlength=codes.max() + 1)
    assert (np.abs(taken - counts * max(round(fraction * len(codes)), 1) / len(codes)) <= 1).all() or (
        taken >= counts - 1
    ).any()
    assert (taken < counts).all()
    assert len(set(rows.tolist())) == len(rows)


@given(blocks=st.lists(st.integers(0, 30), min_size=4, max_size=100), seed=st.integers(0, 5))
def test_blocks_stay_whole(blocks: list[int], seed: int) -> None:
    codes = np.array(blocks)
    for name in ("random", "group"):
        if name == "group" and len(set(blocks)) == 1:
            continue
        rows = chosen(Way(name=name, blocks=codes), 0.3, seed=seed)
        assert not set(codes[rows]) & set(np.delete(codes, rows))


def test_the_seed_decides() -> None:
    way = Way(name="random", blocks=np.arange(100))
    assert chosen(way, 0.2).tolist() == chosen(way, 0.2).tolist()
    assert chosen(way, 0.2).tolist() != chosen(way, 0.2, seed=1).tolist()
    assert len(chosen(way, 0.2)) == 20
    assert len(chosen(way, 0.2, most=7)) == 7


def test_no_rows_are_wanted_or_to_be_had() -> None:
    assert len(chosen(Way(name="random", blocks=np.arange(100)), 0.0)) == 0
    assert len(chosen(Way(name="random", blocks=np.arange(1)), 0.5)) == 0


def test_groups_come_near_the_wanted_size() -> None:
    rows = chosen(Way(name="group", blocks=np.repeat(np.arange(20), 5)), 0.2)
    assert len(rows) == 20


def test_a_large_group_leaves_something_to_train_on() -> None:
    rows = chosen(Way(name="group", blocks=np.array([0] * 90 + [1] * 10)), 0.5)
    assert len(rows) == 10


def test_time_takes_the_latest_and_whole_moments() -> None:
    times = np.array([5, 1, 2, 2, 3, 4, 4, 4, 0, 5])
    assert times[chosen(Way(name="time", blocks=times), 0.3)].tolist() == [5, 4, 4, 4, 5]
    assert chosen(Way(name="time", blocks=np.array([1, 1, 1, 2])), 0.5).tolist() == [3]


@pytest.mark.parametrize(
    ("name", "sentence"), [("group", "at least two groups"), ("time", "at least two different times")]
)
def test_one_group_or_time_is_an_error(name: str, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        chosen(Way(name=name, blocks=np.zeros(9, np.int64)), 0.3)
