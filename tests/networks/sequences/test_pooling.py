"""Pooling over time: the true steps alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from pellucid.networks.sequences.pooling import MaskedMax, MaskedMean, mask_of

POOLS: dict[str, tuple[nn.Module, Callable[[Tensor], Tensor]]] = {
    "max": (MaskedMax(), lambda steps: steps.amax(dim=1)),
    "mean": (MaskedMean(), lambda steps: steps.mean(dim=1)),
}
each = pytest.mark.parametrize("name", POOLS)


@given(lengths=st.lists(st.integers(1, 6), min_size=1, max_size=4))
def test_the_mask_has_as_many_true_steps_as_the_length(lengths: list[int]) -> None:
    mask = mask_of(torch.tensor(lengths), 6)
    assert mask.sum(dim=1).tolist() == lengths
    assert [row.tolist() for row in mask] == [[True] * length + [False] * (6 - length) for length in lengths]


@each
@given(lengths=st.lists(st.integers(1, 6), min_size=1, max_size=4), padding=st.floats(-1e6, 1e6))
def test_each_sequence_is_pooled_as_if_it_were_alone(name: str, lengths: list[int], padding: float) -> None:
    pool, alone = POOLS[name]
    sequences = torch.randn(len(lengths), 3, 6, generator=torch.Generator().manual_seed(0)) - 5
    for sequence, length in zip(sequences, lengths, strict=True):
        sequence[:, length:] = padding
    expected = [alone(sequence[:, :length]) for sequence, length in zip(sequences, lengths, strict=True)]
    torch.testing.assert_close(pool(sequences, torch.tensor(lengths)), torch.stack(expected))


@each
def test_without_lengths_all_steps_are_true(name: str) -> None:
    pool, _ = POOLS[name]
    sequences = torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(pool(sequences), pool(sequences, torch.tensor([4, 4])))


@each
def test_no_gradient_reaches_the_padding(name: str) -> None:
    pool, _ = POOLS[name]
    sequences = nn.Parameter(torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(0)))
    pool(sequences, torch.tensor([2, 4])).sum().backward()
    assert sequences.grad is not None
    assert not sequences.grad[0, :, 2:].any()
    assert sequences.grad[0, :, :2].any()
