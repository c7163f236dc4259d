"""Variation that turns rows into others, and variation that leaves nothing of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from pellucid.diagnosis.rules import augmentation_breaks_label


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


def plain(_: Any, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    return x, y


def damaged(gathered: Any, clouds: Any, change: Any) -> Any:
    x, y = clouds(200)
    loader = DataLoader(Varied(x, y, change), 32, shuffle=True)
    torch.manual_seed(0)
    return gathered(nn.Linear(6, 3), nn.CrossEntropyLoss(), loader, clouds(100, seed=1))


def moved(_: Any, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Exchange the columns of classes 0, 1 and 2: a row becomes one of another class."""
    turn = int(torch.randint(0, 3, ()))
    return torch.cat([x[:3].roll(turn), x[3:]]), y


def moved_with_label(_: Any, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    turn = int(torch.randint(0, 3, ()))
    return torch.cat([x[:3].roll(turn), x[3:]]), (y + turn) % 3


def drowned(_: Any, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    return x + 20 * torch.randn(6), y


def test_against_the_label(gathered: Any, clouds: Any) -> None:
    assert augmentation_breaks_label.measure(damaged(gathered, clouds, moved)) is not None
    for change in (moved_with_label, drowned, by_torch, plain):
        assert augmentation_breaks_label.measure(damaged(gathered, clouds, change)) is None
