"""When nothing can be said about what variation does."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from pellucid.diagnosis.augmenting import damage_of
from pellucid.diagnosis.doctor import Doctor


class Noisy(Dataset[tuple[Tensor, Tensor]]):
    def __init__(self, x: Tensor, y: Tensor, size: float) -> None:
        self.x, self.y, self.size = x, y, size

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, row: int) -> tuple[Tensor, Tensor]:
        return self.x[row] + self.size * torch.randn(4), self.y[row]


def of(size: float, held: Any, *, apart: float = 4.0) -> Any:
    torch.manual_seed(0)
    y = torch.arange(100) % 2
    network = nn.Linear(4, 2)
    loader = DataLoader(Noisy(torch.randn(100, 4) + apart * y[:, None], y, size), 20, shuffle=True)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    return Doctor.of(network, optimizer, nn.CrossEntropyLoss(), loader, held, rules=()).evidence


def test_a_little_noise() -> None:
    torch.manual_seed(1)
    y = torch.arange(60) % 2
    clear = [(torch.randn(60, 4) + 4 * y[:, None], y)]
    damage = damage_of(of(0.1, clear))
    assert damage is not None
    assert damage.changes < 0.1
    assert damage.varied > 0.9
    assert damage.between < damage.distance
    assert damage_of(of(0.0, clear)) is None
    assert damage_of(of(0.1, None)) is None
    assert damage_of(of(0.1, [(torch.randn(60, 4), y)])) is None  # nothing is known of such rows


def test_a_column_that_hardly_varies_has_no_scale() -> None:
    torch.manual_seed(1)
    y = torch.arange(60) % 2
    x = torch.randn(60, 4) + 4 * y[:, None]
    x[:, 3] *= 1e-4
    damage = damage_of(of(0.3, [(x, y)]))
    assert damage is not None
    assert damage.distance < 2
