"""Settings and sizes by the amount of data."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.networks.sequences.recipes import passes, width_for


@given(examples=st.integers(1, 10**7), steps=st.integers(1, 10_000))
def test_the_steps_are_about_those_wanted(examples: int, steps: int) -> None:
    batch, epochs = passes(examples, steps=steps, fewest=2, most=50)
    a_pass = math.ceil(examples / batch)
    assert 16 <= batch <= 512
    assert 2 <= epochs <= 50
    if 2 < epochs < 50:
        assert abs(epochs * a_pass - steps) <= a_pass / 2


@pytest.mark.parametrize(("examples", "batch"), [(1, 16), (500, 16), (1024, 32), (50_000, 64), (200_000, 128)])
def test_batches_grow_with_the_data(examples: int, batch: int) -> None:
    assert passes(examples, steps=100, fewest=1, most=9)[0] == batch


def test_networks_grow_with_the_data() -> None:
    assert [width_for(examples) for examples in (1, 19_999, 20_000)] == [64, 64, 128]
