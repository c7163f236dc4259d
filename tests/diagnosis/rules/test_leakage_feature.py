"""Columns that give the answer away: copies, codes, numbers; and columns that are only good."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from pellucid.diagnosis.rules.leakage_feature import measure


def rows() -> tuple[Tensor, Tensor, Tensor]:
    """Columns that say little, the class, and noise."""
    torch.manual_seed(0)
    y = torch.arange(300) % 3
    return torch.randn(300, 4) + 0.5 * nn.functional.one_hot(y, 4), y, torch.randn(300, 1)


def of(gathered: Any, x: Tensor, y: Tensor) -> Any:
    return measure(gathered(nn.Linear(x.shape[1], 3), nn.CrossEntropyLoss(), (x, y)))


@pytest.mark.parametrize(
    ("leak", "column"),
    [
        (lambda y, noise: y[:, None] + 0.02 * noise, "column 4 "),
        (lambda y, _: y[:, None].float(), "column 4 "),
        (lambda y, _: nn.functional.one_hot(y, 3).float(), "column 4, 5, 6 "),
        (lambda y, noise: y[:, None] + 0.5 * noise, None),
        (lambda y, noise: noise, None),
    ],
)
def test_a_column_beside_weak_ones(gathered: Any, leak: Any, column: str | None) -> None:
    x, y, noise = rows()
    verdict = of(gathered, torch.cat([x, leak(y, noise)], 1), y)
    assert (verdict is None) if column is None else verdict is not None and verdict.measured.startswith(column)


def test_a_threshold_is_no_leak(gathered: Any) -> None:
    """Halves of a normal distribution are 1.6 / 0.6 = 2.6 standard deviations apart."""
    x, *_ = rows()
    assert of(gathered, x, (x[:, 0] > 0).long()) is None


def test_easy_data_are_no_leak(gathered: Any, clouds: Any) -> None:
    x, y = clouds()
    assert of(gathered, 10 * x.round(), y) is None
    y = torch.arange(300) % 2
    both = torch.randn(300, 4) * 0.01 + y[:, None]
    assert of(gathered, both, y) is None


def test_numbers(gathered: Any) -> None:
    torch.manual_seed(0)
    x, y = torch.randn(200, 4), torch.randn(200, 1)
    loss = nn.MSELoss()
    assert measure(gathered(nn.Linear(5, 1), loss, (torch.cat([x, 3 * y + 1], 1), y))) is not None
    assert measure(gathered(nn.Linear(5, 1), loss, (torch.cat([x, y + x[:, :1]], 1), y))) is None


def test_sequences_and_narrow_tables_are_left_alone(gathered: Any) -> None:
    _, y, noise = rows()
    network = nn.Sequential(nn.Flatten(), nn.Linear(6, 3))
    bits = torch.cat([y[:, None].float(), torch.randn(300, 5)], 1)
    assert of(gathered, bits, y) is not None
    assert measure(gathered(network, nn.CrossEntropyLoss(), (bits.reshape(300, 6, 1), y))) is None
    assert of(gathered, torch.cat([y[:, None].float(), noise], 1), y) is None


def test_the_number_of_a_row_in_a_sorted_file(gathered: Any) -> None:
    x, y, noise = rows()
    number = y.argsort(stable=True).argsort().float()[:, None]
    verdict = of(gathered, torch.cat([x, (number - 150) / 87], 1), y)
    assert verdict is not None
    assert verdict.measured.startswith("column 4 ")
    assert of(gathered, torch.cat([x, torch.randperm(300).float()[:, None]], 1), y) is None
    assert of(gathered, torch.cat([x, y[:, None] + (noise.sigmoid() - 0.5)], 1), y) is None


def test_a_function_of_the_target(gathered: Any) -> None:
    torch.manual_seed(0)
    y = torch.randn(300, 1)
    x = torch.randn(300, 4)
    network, loss = nn.Linear(5, 1), nn.MSELoss()
    assert measure(gathered(network, loss, (torch.cat([x, (2 * y).exp()], 1), y))) is not None
    assert measure(gathered(network, loss, (torch.cat([x, (2 * y + torch.randn(300, 1)).exp()], 1), y))) is None


@pytest.mark.parametrize("noise", [0.05, 1.0])
def test_a_column_beside_good_ones(gathered: Any, noise: float) -> None:
    """Classes 2.6 standard deviations apart without the column (Bayes error 10 %), 40 in it."""
    torch.manual_seed(0)
    y = torch.arange(600) % 2
    x = torch.randn(600, 4)
    x[:, 0] += 2.6 * y
    verdict = of(gathered, torch.cat([x, 2.0 * y[:, None] + noise * torch.randn(600, 1)], 1), y)
    assert (verdict is not None) is (noise < 1)


def test_silent_for_an_autoencoder(gathered: Any) -> None:
    x = torch.randn(200, 6, generator=torch.Generator().manual_seed(0))
    assert measure(gathered(nn.Linear(6, 6), nn.MSELoss(), (x, x))) is None
