"""Batches from memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pellucid.data import batches
from pellucid.data.batches import InMemory, Normalise
from pellucid.foundation.errors import RangeError, ShapeError
from pellucid.foundation.seeds import torch_generator

PICTURES = np.random.default_rng(0).integers(0, 255, (10, 3, 4, 5), dtype=np.uint8)


def source(rows: int = 10, **options: Any) -> InMemory:
    values = np.arange(rows, dtype=np.float32)
    return InMemory([values[:, None], np.arange(rows)[:, None]], values, **{"batch_size": 3, "seed": 0, **options})


def order(from_: InMemory, epoch: int, start: int = 0) -> list[list[float]]:
    return [batch.targets.tolist() for batch in from_.batches(epoch, start)]


@given(rows=st.integers(1, 60), batch_size=st.integers(1, 70), epoch=st.integers(0, 3), shuffled=st.booleans())
def test_every_example_once_and_in_pairs(rows: int, batch_size: int, epoch: int, shuffled: bool) -> None:
    one = source(rows, batch_size=batch_size, seed=0 if shuffled else None)
    found = list(one.batches(epoch))
    assert len(one) == rows
    assert len(found) == one.steps
    assert sorted(value for batch in found for value in batch.targets.tolist()) == list(range(rows))
    for batch in found:
        numbers, levels = batch.inputs
        assert numbers[:, 0].tolist() == levels[:, 0].tolist() == batch.targets.tolist()
        assert len(batch) > 1 or batch_size == 1 or rows == 1


@pytest.mark.parametrize("cuts", [True, False])
def test_the_order_is_a_function_of_seed_and_epoch(monkeypatch: pytest.MonkeyPatch, cuts: bool) -> None:
    monkeypatch.setattr(batches, "SHUFFLED_BYTES", 1 << 25 if cuts else 0)
    expected = torch.randperm(10, generator=torch_generator(0, "order", 2)).tolist()
    assert [value for batch in order(source(), 2) for value in batch] == expected
    assert order(source(), 1) != order(source(), 2)
    assert order(source(seed=1), 2) != order(source(), 2)
    one = source()
    assert order(one, 3) == order(one, 3)


@pytest.mark.parametrize("cuts", [True, False])
@pytest.mark.parametrize("seed", [0, None])
def test_a_pass_that_starts_later_goes_on_alike(monkeypatch: pytest.MonkeyPatch, cuts: bool, seed: int | None) -> None:
    monkeypatch.setattr(batches, "SHUFFLED_BYTES", 1 << 25 if cuts else 0)
    monkeypatch.setattr(batches, "KEPT_BYTES", 1 << 26 if cuts else 0)
    for start in range(4):
        assert order(source(seed=seed), 1, start) == order(source(seed=seed), 1)[start:]


def test_without_a_seed_the_order_is_that_of_the_data() -> None:
    assert order(source(seed=None), 5) == [[0, 1, 2], [3, 4, 5], [6, 7, 8, 9]]


def test_a_full_batch_is_the_data_itself() -> None:
    values = torch.arange(6.0)
    one = InMemory([values[:, None]], values, batch_size=6, seed=0)
    (batch,) = one.batches(0)
    assert batch.inputs[0].data_ptr() == values.data_ptr()
    assert next(iter(one.batches(1))) is batch


def test_offset() -> None:
    one = InMemory([np.zeros((4, 1), np.float32)], np.arange(4.0), np.arange(4.0) * 2, batch_size=2, seed=0)
    for batch in one.batches(0):
        assert batch.offset is not None
        assert batch.offset.tolist() == (batch.targets * 2).tolist()


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("channels_last", [False, True])
def test_pictures_are_normalised_batch_by_batch(channels: int, channels_last: bool) -> None:
    pictures = PICTURES[:, :channels]
    mean, std = (0.1, 0.2, 0.3)[:channels], (0.5, 0.6, 0.7)[:channels]
    normalise = Normalise(mean=mean, std=std, channels_last=channels_last)
    one = InMemory([pictures], np.arange(10), batch_size=4, seed=0, transform=normalise)
    for batch in one.batches(0):
        expected = pictures[batch.targets.numpy()] / 255 - np.reshape(mean, (-1, 1, 1))
        np.testing.assert_allclose(
            batch.inputs[0].numpy(), expected / np.reshape(std, (-1, 1, 1)), rtol=1e-5, atol=1e-6
        )
        assert batch.inputs[0].dtype == torch.float32
        if channels_last:
            assert batch.inputs[0].is_contiguous(memory_format=torch.channels_last)


def test_bytes_stay_bytes_until_the_batch() -> None:
    one = InMemory(
        [PICTURES], np.arange(10), batch_size=4, seed=0, transform=Normalise(mean=(0.5,) * 3, std=(1.0,) * 3)
    )
    assert one._tensors[0].dtype == torch.uint8
    assert one._tensors[0].data_ptr() == PICTURES.ctypes.data


def test_an_array_that_may_not_be_written_is_copied() -> None:
    frozen = np.zeros((4, 1), np.float32)
    frozen.flags.writeable = False
    assert len(InMemory([frozen], np.zeros(4), batch_size=2)) == 4


@pytest.mark.parametrize(
    ("inputs", "targets", "batch_size", "error", "sentence"),
    [
        (np.zeros((3, 1)), np.zeros(2), 2, ShapeError, r"as many rows, got \[\(3, 1\), \(2,\)\]"),
        (np.zeros((3, 1)), np.zeros(3), 0, RangeError, "got 3 and 0"),
        (np.zeros((0, 1)), np.zeros(0), 2, RangeError, "got 0 and 2"),
    ],
)
def test_what_does_not_fit(
    inputs: np.ndarray[Any, Any], targets: np.ndarray[Any, Any], batch_size: int, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        InMemory([inputs], targets, batch_size=batch_size)


def test_pictures_of_other_channels_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"with c = 1, got \(10, 3, 4, 5\)"):
        InMemory([PICTURES], np.zeros(10), batch_size=2, transform=Normalise(mean=(0.0,), std=(1.0,)))
