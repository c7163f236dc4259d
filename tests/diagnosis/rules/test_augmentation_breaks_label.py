"""Variation that turns rows into others, and variation that leaves nothing of them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from pellucid.diagnosis.rules import augmentation_breaks_label


def moved_with_label(_: Any, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    turn = int(torch.randint(0, 3, ()))
    return torch.cat([x[:3].roll(turn), x[3:]]), (y + turn) % 3


def test_against_the_label(variations: Any) -> None:
    assert augmentation_breaks_label.measure(variations.damaged(variations.moved)) is not None
    for change in (moved_with_label, variations.drowned, variations.by_torch, variations.plain):
        assert augmentation_breaks_label.measure(variations.damaged(change)) is None


class Mirrored(Dataset[Any]):
    """Numbers that turn their sign at random; the answer, which has the sign, turns with them or not."""

    def __init__(self, x: Tensor, together: bool) -> None:
        self.x, self.together = x, together

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, row: int) -> tuple[Tensor, Tensor]:
        sign = float(torch.randint(0, 2, ())) * 2 - 1
        return sign * self.x[row], self.x[row, :1] * (sign if self.together else 1)


def test_numbers(gathered: Any) -> None:
    torch.manual_seed(0)
    x, held = 2 * torch.randn(200, 3), 2 * torch.randn(150, 3)
    for together in (True, False):
        loader = DataLoader(Mirrored(x, together), 32)
        verdict = augmentation_breaks_label.measure(
            gathered(nn.Linear(3, 1), nn.MSELoss(), loader, (held, held[:, :1]))
        )
        assert (verdict is None) is together
