from collections.abc import Sequence

import numpy as np
import pytest
import torch
from torch import Tensor

from pellucid.data.content import Ragged
from pellucid.data.gathering import Gathered
from pellucid.foundation.errors import RangeError, ShapeError

COUNT = 300


def ragged() -> Ragged:
    lengths = np.random.default_rng(0).integers(1, 40, COUNT)
    return Ragged.of([np.full(length, row, np.int64) for row, length in enumerate(lengths)])


def seen(source: Gathered, epoch: int, start: int = 0) -> list[list[float]]:
    return [batch.targets.tolist() for batch in source.batches(epoch, start)]


def joined(batches: Sequence[Sequence[float]]) -> list[float]:
    return [value for batch in batches for value in batch]


def test_every_row_comes_once_and_the_epoch_decides_the_order() -> None:
    rows = np.arange(5, COUNT, 2)
    source = Gathered([ragged()], np.arange(COUNT, dtype=np.float32), rows=rows, batch_size=7, seed=3)
    first, second = seen(source, 0), seen(source, 1)
    assert sorted(joined(first)) == rows.tolist()
    assert first != second
    assert seen(source, 0) == first
    assert seen(source, 1, start=4) == second[4:]
    assert len(first) == source.steps
    assert len(source) == len(rows)


def test_examples_of_like_length_come_together_and_are_still_mixed() -> None:
    content = ragged()
    source = Gathered([content], np.arange(COUNT, dtype=np.float32), rows=np.arange(COUNT), batch_size=10, seed=0)
    batches = list(source.batches(0))
    filled = sum(batch.inputs[0].numel() for batch in batches)
    lone = sum(int(content.lengths[np.array(batch)].max()) * len(batch) for batch in np.split(np.arange(COUNT), 30))
    assert filled < 0.75 * lone  # in the order of the data a batch is as long as the longest of ten
    longest = [batch.inputs[0].shape[1] for batch in batches]
    assert longest != sorted(longest)


def test_without_a_seed_the_order_is_kept_and_nothing_is_random() -> None:
    drawn = []

    def finish(arrays: tuple[Tensor, ...], generator: torch.Generator | None) -> tuple[Tensor, ...]:
        drawn.append(generator)
        return (arrays[0].float() / 2,)

    rows = np.array([4, 2, 9])
    source = Gathered(
        [np.arange(COUNT)], np.arange(COUNT, dtype=np.float32), np.ones(COUNT), rows=rows, finish=finish, batch_size=2
    )
    (batch,) = source.batches(5)  # a last one alone joins the batch before it
    assert batch.inputs[0].tolist() == [2.0, 1.0, 4.5]
    assert batch.offset is not None
    assert batch.offset.tolist() == [1, 1, 1]
    assert drawn == [None]


def test_what_is_drawn_depends_on_seed_epoch_and_batch_alone() -> None:
    def finish(arrays: tuple[Tensor, ...], generator: torch.Generator | None) -> tuple[Tensor, ...]:
        return (torch.rand(1, generator=generator),)

    def drawn(seed: int, epoch: int, start: int = 0) -> list[float]:
        source = Gathered(
            [np.arange(COUNT)], np.zeros(COUNT), rows=np.arange(20), finish=finish, batch_size=5, seed=seed
        )
        return [float(batch.inputs[0]) for batch in source.batches(epoch, start)]

    assert drawn(0, 0) == drawn(0, 0)
    assert drawn(0, 1, start=2) == drawn(0, 1)[2:]
    assert len({*drawn(0, 0), *drawn(0, 1), *drawn(1, 0)}) == 12


def test_parts_of_unequal_length_and_no_rows_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"as many rows, got \[3, 4\]"):
        Gathered([np.zeros(3)], np.zeros(4), rows=np.arange(3), batch_size=2)
    with pytest.raises(RangeError, match="at least one row and a batch size above 0, got 0 and 2"):
        Gathered([np.zeros(3)], np.zeros(3), rows=np.arange(0), batch_size=2)
