"""Variation that turns rows into others, and variation that leaves nothing of them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from pellucid.diagnosis.rules import augmentation_breaks_label


def moved_with_label(_: Any, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    turn = int(torch.randint(0, 3, ()))
    return torch.cat([x[:3].roll(turn), x[3:]]), (y + turn) % 3


def test_against_the_label(variations: Any) -> None:
    assert augmentation_breaks_label.measure(variations.damaged(variations.moved)) is not None
    for change in (moved_with_label, variations.drowned, variations.by_torch, variations.plain):
        assert augmentation_breaks_label.measure(variations.damaged(change)) is None
