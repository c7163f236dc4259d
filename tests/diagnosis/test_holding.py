"""Datasets that hold more rows than their length says, and samplers that draw few."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, RandomSampler, Subset, SubsetRandomSampler, TensorDataset

from pellucid.diagnosis.holding import rows_held

X, Y = torch.randn(64, 3, generator=torch.Generator().manual_seed(0)), torch.arange(64)


class Rows(Dataset[Any]):
    def __init__(self, length: int, x: Any = X, y: Any = Y) -> None:
        self.x, self.y, self.length = x, y, length

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, row: int) -> tuple[Tensor, Tensor]:
        return torch.as_tensor(self.x[row]), torch.as_tensor(self.y[row])


class Windows(Rows):
    def __getitem__(self, row: int) -> tuple[Tensor, Tensor]:
        return self.x[4 * row : 4 * row + 4], self.y[4 * row + 3]


@pytest.mark.parametrize(
    ("dataset", "held"),
    [(Rows(8), 64), (Rows(64), None), (Rows(8, X.numpy(), Y.numpy()), 64), (Windows(16), None),
     (Subset(Rows(64), range(8)), None), (Rows(8, X[:8]), None)],
)  # fmt: skip
def test_length(dataset: Any, held: int | None) -> None:
    assert rows_held(DataLoader(dataset, 4), None) == held


@pytest.mark.parametrize(
    ("sampler", "held"),
    [(SubsetRandomSampler(range(8)), 64), (RandomSampler(TensorDataset(X), num_samples=8), None), (None, None)],
)
def test_sampler(sampler: Any, held: int | None) -> None:
    rows = TensorDataset(X, Y)
    assert rows_held(DataLoader(rows, 4, sampler=sampler), None) == held
    assert rows_held(DataLoader(rows, 4, sampler=sampler), DataLoader(rows, 4)) is None
    assert rows_held([(X, Y)], None) is None


def test_a_dataset_that_refuses() -> None:
    class Broken(Rows):
        def __getitem__(self, row: int) -> tuple[Tensor, Tensor]:
            raise KeyError(row)

    assert rows_held(DataLoader(Broken(8), 4), None) is None
