"""Random variation that is the same in all workers, or in all epochs, or seeded inside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from pellucid.diagnosis.rules import duplicate_augmentation
from pellucid.diagnosis.variation import variation_of
from pellucid.diagnosis.watch import watch


class Varied(Dataset[tuple[Tensor, Tensor]]):
    def __init__(self, x: Tensor, y: Tensor, change: Callable[[Any, Tensor, Tensor], tuple[Tensor, Tensor]]) -> None:
        self.x, self.y, self.change = x, y, change
        self.random = np.random.default_rng(0)

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, row: int) -> tuple[Tensor, Tensor]:
        return self.change(self, self.x[row], self.y[row])


def by_torch(_: Any, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    return x + 0.1 * torch.randn(6), y


def by_numpy(_: Any, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    return x + torch.as_tensor(np.random.normal(0, 0.1, 6), dtype=torch.float32), y  # noqa: NPY002


def by_own(self: Any, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    return x + torch.as_tensor(self.random.normal(0, 0.1, 6), dtype=torch.float32), y


def seeded(_: Any, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    torch.manual_seed(0)
    return x + 0.1 * torch.randn(6), y


def plain(_: Any, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    return x, y


def alike(_: int) -> None:
    np.random.seed(0)  # noqa: NPY002


@pytest.mark.parametrize(
    ("change", "workers", "begin", "words"),
    [
        (by_numpy, 2, alike, "two workers and two epochs"),
        (by_own, 2, None, "two workers and two epochs"),
        (by_own, 1, None, "two epochs"),
        (seeded, 0, None, "generator of torch"),
        (by_torch, 2, None, None),
        (by_numpy, 2, None, None),
        (by_own, 0, None, None),
        (plain, 2, alike, None),
    ],
)
def test_the_same_again(gathered: Any, clouds: Any, change: Any, workers: int, begin: Any, words: str | None) -> None:
    x, y = clouds(96)
    loader = DataLoader(Varied(x, y, change), 32, num_workers=workers, worker_init_fn=begin)
    verdict = duplicate_augmentation.measure(gathered(nn.Linear(6, 3), nn.CrossEntropyLoss(), loader))
    assert (verdict is None) if words is None else verdict is not None and words in verdict.measured


def test_nothing_of_lists_and_of_nothing(gathered: Any, clouds: Any) -> None:
    assert duplicate_augmentation.measure(gathered(nn.Linear(6, 3), nn.CrossEntropyLoss(), clouds())) is None
    x, y = clouds(8)
    assert variation_of(DataLoader(Varied(x[:0], y[:0], plain))) is None

    def broken(_: Any, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        raise ValueError("unreadable")

    assert variation_of(DataLoader(Varied(x, y, broken))) is None


def by_new(_: Any, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    return x + 0.1 * torch.randn(6, generator=torch.Generator().manual_seed(7)), y


def test_a_generator_made_anew_for_each_row(gathered: Any, clouds: Any) -> None:
    loader = DataLoader(Varied(*clouds(64), by_new), 16)
    verdict = duplicate_augmentation.measure(gathered(nn.Linear(6, 3), nn.CrossEntropyLoss(), loader))
    assert verdict is not None
    assert "with the seed 7 (of torch)" in verdict.measured


def test_rows_made_from_their_number(gathered: Any) -> None:
    class Made(Dataset[Any]):
        def __len__(self) -> int:
            return 64

        def __getitem__(self, row: int) -> Any:
            return torch.randn(6, generator=torch.Generator().manual_seed(row)), row % 3

    evidence = gathered(nn.Linear(6, 3), nn.CrossEntropyLoss(), DataLoader(Made(), 16))
    assert duplicate_augmentation.measure(evidence) is None


@pytest.mark.parametrize("seed_each_epoch", [True, False])
def test_a_loop_that_seeds_every_epoch(seed_each_epoch: bool) -> None:
    torch.manual_seed(0)
    loader = DataLoader(Varied(torch.randn(64, 6), torch.arange(64) % 3, by_torch), 16, shuffle=True)
    network = nn.Linear(6, 3)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    with watch(network, optimizer, nn.CrossEntropyLoss(), loader) as doctor:
        for _ in range(4):
            if seed_each_epoch:
                torch.manual_seed(1)
            for x, y in loader:
                optimizer.zero_grad()
                nn.functional.cross_entropy(network(x), y).backward()
                optimizer.step()
    verdict = duplicate_augmentation.measure_during(doctor.evidence)
    assert (verdict is not None) is seed_each_epoch
    if verdict is not None:
        assert "epochs of 4 steps apart are equal" in verdict.measured
    doctor.evidence.data.variation = None
    assert duplicate_augmentation.measure_during(doctor.evidence) is None
