"""Batches of too few rows for batch statistics, and a last batch of one."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from pellucid.diagnosis.rules.bn_small_batch import measure


def loader(shape: tuple[int, ...], rows: int, size: int, *, drop_last: bool = False) -> Any:
    x = torch.randn(rows, *shape, generator=torch.Generator().manual_seed(0))
    return DataLoader(TensorDataset(x, torch.arange(rows) % 3), size, drop_last=drop_last)


def flat() -> nn.Module:
    return nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.Linear(8, 3))


def picture(side: int) -> nn.Module:
    return nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(4 * side**2, 3))


@pytest.mark.parametrize(
    ("network", "shape", "rows", "size", "drop", "severity"),
    [
        (flat(), (6,), 65, 32, False, "error"),
        (flat(), (6,), 65, 32, True, None),
        (flat(), (6,), 66, 32, False, None),
        (flat(), (6,), 64, 2, False, "warning"),
        (flat(), (6,), 64, 1, False, "error"),
        (picture(2), (1, 2, 2), 65, 32, False, "warning"),
        (picture(8), (1, 8, 8), 65, 32, False, None),
        (nn.Linear(6, 3), (6,), 65, 32, False, None),
    ],
)
def test_values_for_each_variance(
    gathered: Any, network: nn.Module, shape: tuple[int, ...], rows: int, size: int, drop: bool, severity: str | None
) -> None:
    """Rows times places: 1 in a last batch of one row, 2 in a batch of two, 4 in one of 2 x 2 pixels."""
    verdict = measure(gathered(network, nn.CrossEntropyLoss(), loader(shape, rows, size, drop_last=drop)))
    assert (None if verdict is None else verdict.severity) == severity


def test_nothing_without_a_batch(gathered: Any, clouds: Any) -> None:
    evidence = gathered(flat(), nn.CrossEntropyLoss(), clouds())
    evidence.contract = None
    assert measure(evidence) is None
