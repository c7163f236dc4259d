"""Waves of numbers and codes of levels."""

from __future__ import annotations

import math

import torch
from hypothesis import given
from hypothesis import strategies as st

from pellucid.networks.embeddings import LEVEL_WIDTH, SLOWEST, LevelEmbedding, NumberEmbedding


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@given(rows=st.integers(0, 5), numbers=st.integers(1, 5), frequencies=st.integers(1, 9))
def test_numbers_follow_the_formula(rows: int, numbers: int, frequencies: int) -> None:
    embedding = NumberEmbedding(numbers, frequencies, 2.0, generator())
    x = torch.randn(rows, numbers)
    found = embedding(x)
    assert found.shape == (rows, embedding.width)
    torch.testing.assert_close(found[:, :numbers], x)
    for row in range(rows):
        for j in range(numbers):
            waves = torch.cos(embedding.frequency[j, 0] * x[row, j] + embedding.phase[j, 0])
            values = waves @ embedding.weight[j] + embedding.bias[j, 0]
            start = numbers + j * len(values)
            torch.testing.assert_close(found[row, start : start + len(values)], values, rtol=1e-4, atol=1e-5)


def test_frequencies_span_their_range() -> None:
    periods = NumberEmbedding(50, 50, 10.0, generator()).frequency / (2 * math.pi)
    assert SLOWEST <= periods.min() < 2 * SLOWEST
    assert 5.0 < periods.max() <= 10.0 + 1e-4


def test_a_category_of_few_levels_is_a_one_hot_code_that_is_not_learnt() -> None:
    embedding = LevelEmbedding((3, 9), generator())
    assert not list(embedding.parameters())
    found = embedding(torch.tensor([[1, 8], [2, 0]]))
    assert found.shape == (2, embedding.width) == (2, 2 * LEVEL_WIDTH)
    assert found.nonzero().tolist() == [[0, 0], [0, LEVEL_WIDTH + 7], [1, 1]]  # level l is unit l - 1


def test_a_category_of_many_levels_is_learnt_and_columns_do_not_share_vectors() -> None:
    embedding = LevelEmbedding((10, 3, 12), generator())
    assert embedding.weight is not None
    assert embedding.weight.shape == (10 + 12, LEVEL_WIDTH)
    found = embedding(torch.tensor([[4, 1, 5]])).reshape(3, LEVEL_WIDTH)
    torch.testing.assert_close(found[1], embedding.weight[4])  # after the code of the short column
    torch.testing.assert_close(found[2], embedding.weight[10 + 5])


def test_unseen_levels_say_nothing() -> None:
    assert not LevelEmbedding((4, 30), generator())(torch.zeros(2, 2, dtype=torch.int64)).any()
