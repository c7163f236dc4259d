"""Parts that were sorted before they were cut."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from pellucid.diagnosis.rules.split_biased import measure


def cut(x: Tensor, y: Tensor, order: Tensor) -> Any:
    first, last = order[: int(0.8 * len(y))], order[int(0.8 * len(y)) :]
    return (x[first], y[first]), (x[last], y[last])


def of(gathered: Any, train: Any, held: Any, loss: Any = None) -> Any:
    features = train[0].shape[1]
    return measure(gathered(nn.Linear(features, 1 if loss else 3), loss or nn.CrossEntropyLoss(), train, held))


def test_sorted_by_class(gathered: Any, clouds: Any) -> None:
    x, y = clouds(300)
    verdict = of(gathered, *cut(x, y, y.argsort()))
    assert verdict is not None
    assert verdict.measured.startswith("class 0 has")
    assert of(gathered, *cut(x, y, torch.arange(300))) is None


def test_a_new_class(gathered: Any, clouds: Any) -> None:
    (x, y), held = clouds(300), clouds(100, seed=1)
    verdict = of(gathered, (x[y < 2], y[y < 2]), held)
    assert verdict is not None
    assert "no training row" in verdict.measured


@pytest.mark.parametrize("balanced", [True, False])
def test_other_shares(gathered: Any, clouds: Any, balanced: bool) -> None:
    """Training classes that were balanced on purpose may differ from those of validation."""
    (x, y), (held_x, held_y) = clouds(600), clouds(400, seed=1)
    keep = torch.ones(len(y), dtype=torch.bool) if balanced else (y != 0) | (torch.arange(len(y)) % 4 == 0)
    held = (held_y == 0) | (torch.arange(400) % 8 == 0)
    verdict = of(gathered, (x[keep], y[keep]), (held_x[held], held_y[held]))
    assert (verdict is None) is balanced


def test_numbers(gathered: Any) -> None:
    torch.manual_seed(0)
    x = torch.randn(300, 3)
    y = x[:, :1] + torch.randn(300, 1)
    verdict = of(gathered, *cut(x, y, y[:, 0].argsort()), nn.MSELoss())
    assert verdict is not None
    assert verdict.measured.startswith("the targets run from")
    assert of(gathered, *cut(x, y, torch.arange(300)), nn.MSELoss()) is None


def test_sorted_by_a_column(gathered: Any) -> None:
    torch.manual_seed(0)
    x, y = torch.randn(300, 3), torch.randn(300, 1)
    verdict = of(gathered, *cut(x, y, x[:, 1].argsort()), nn.MSELoss())
    assert verdict is not None
    assert verdict.measured.startswith("column 1 runs from")


def test_pictures_and_nothing(gathered: Any, clouds: Any) -> None:
    x, y = torch.randn(100, 1, 2, 2), torch.randn(100, 1)
    network = nn.Sequential(nn.Flatten(), nn.Linear(4, 1))
    assert measure(gathered(network, nn.MSELoss(), (x, y), (x + 9, y))) is None
    assert of(gathered, clouds(), None) is None


def test_soft_labels_in_training_only(gathered: Any, clouds: Any) -> None:
    """Mixed rows have shares of classes, validation rows have one class: two ways to say the same."""
    (x, y), held = clouds(300), clouds(100, seed=1)
    hot, order = nn.functional.one_hot(y, 3).float(), torch.randperm(300, generator=torch.Generator().manual_seed(0))
    assert of(gathered, (0.7 * x + 0.3 * x[order], 0.7 * hot + 0.3 * hot[order]), held) is None
    assert of(gathered, (x, 0.9 * hot + 0.1 / 3), held) is None
