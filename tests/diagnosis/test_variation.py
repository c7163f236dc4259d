"""Reading rows twice leaves every generator as it was."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, IterableDataset, get_worker_info

from pellucid.diagnosis.variation import same, variation_of


class Drawn(Dataset[tuple[Tensor, int]]):
    """Rows of noise from a generator of its own, made anew in each worker."""

    def __init__(self) -> None:
        self.random = np.random.default_rng(0)

    def __len__(self) -> int:
        return 40

    def __getitem__(self, row: int) -> tuple[Tensor, int]:
        return torch.as_tensor(self.random.normal(size=3), dtype=torch.float32), row % 2


def fresh(_: int) -> None:
    info = get_worker_info()
    if info is None:
        raise RuntimeError("not in a worker")
    info.dataset.random = np.random.default_rng(info.seed)  # type: ignore[attr-defined]


def test_workers_that_seed_themselves() -> None:
    dataset = Drawn()
    before, state = dataset.random, torch.get_rng_state()
    found = variation_of(DataLoader(dataset, 8, num_workers=2, worker_init_fn=fresh))
    assert found is not None
    assert found.varies
    assert not found.same_in_workers
    assert not found.same_in_epochs
    assert found.reseeds == ""
    assert torch.equal(torch.get_rng_state(), state)
    assert dataset.random is before
    assert get_worker_info() is None


def test_readings() -> None:
    found = variation_of(DataLoader(Drawn(), 8))
    assert found is not None
    assert len(found.readings) == 6
    assert same(found.readings[0], found.readings[0])
    assert not same(found.readings[0], found.readings[1])
    assert not same(None, found.readings[0])
    assert variation_of([1, 2]) is None

    class Endless(IterableDataset[int]):
        def __iter__(self) -> Iterator[int]:
            return iter(range(3))

    assert variation_of(DataLoader(Endless())) is None
