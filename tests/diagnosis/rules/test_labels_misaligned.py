"""Labels of other rows: permuted in one part, moved by one row, or permuted in both."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.looking import Look
from pellucid.diagnosis.rules.labels_misaligned import measure, measure_after


def of(gathered: Any, train: Any, held: Any, loss: Any = None) -> Any:
    torch.manual_seed(0)
    outputs = 1 if loss is not None else 3
    return gathered(nn.Linear(6, outputs), loss or nn.CrossEntropyLoss(), train, held)


def permuted(data: Any) -> Any:
    x, y = data
    return x, y[torch.randperm(len(y), generator=torch.Generator().manual_seed(0))]


def test_permuted_in_one_part(gathered: Any, clouds: Any) -> None:
    train, held = clouds(300), clouds(150, seed=1)
    assert measure(of(gathered, train, held)) is None
    verdict = measure(of(gathered, permuted(train), held))
    assert verdict is not None
    assert "training inputs and labels together" in verdict.remedy
    verdict = measure(of(gathered, train, permuted(held)))
    assert verdict is not None
    assert "validation inputs and labels together" in verdict.remedy


def test_numbers(gathered: Any) -> None:
    torch.manual_seed(0)
    x, held = torch.randn(300, 6), torch.randn(150, 6)
    train, right = (x, x.sum(1, keepdim=True)), (held, held.sum(1, keepdim=True))
    assert measure(of(gathered, train, right, nn.MSELoss())) is None
    assert measure(of(gathered, permuted(train), right, nn.MSELoss())) is not None


@pytest.mark.parametrize("shift", [1, -2])
def test_moved(gathered: Any, clouds: Any, shift: int) -> None:
    x, y = clouds(300)
    verdict = measure(of(gathered, (x, y.roll(shift)), None))
    assert verdict is not None
    assert verdict.remedy.startswith(f"labels = labels.roll({-shift})")


def look(score: float, held: float) -> Look:
    return Look(
        step=50, seconds=1.0, layers=(), parameters=(), loss_training_mode=1.0, loss=1.0, validation_loss=1.0,
        score=score, validation_score=held, metric=None,
    )  # fmt: skip


def test_learnt_by_heart(gathered: Any, clouds: Any) -> None:
    evidence = of(gathered, permuted(clouds(300)), permuted(clouds(150, seed=1)))
    assert measure(evidence) is None
    assert measure_after(evidence) is None
    evidence.looks = [look(0.9, 0.33)]
    assert measure_after(evidence) is not None
    evidence.looks = [look(0.9, 0.8)]
    assert measure_after(evidence) is None
    evidence = of(gathered, clouds(300), clouds(150, seed=1))
    evidence.looks = [look(0.9, 0.33)]
    assert measure_after(evidence) is None


def test_too_few_rows(gathered: Any, clouds: Any) -> None:
    assert measure(of(gathered, permuted(clouds(40)), clouds(150, seed=1))) is None
    assert measure(of(gathered, permuted(clouds(300)), None)) is None


def test_a_little_learnt_by_heart(gathered: Any, clouds: Any) -> None:
    torch.manual_seed(0)
    train, held = permuted(clouds(300)), permuted(clouds(150, seed=1))
    network = nn.Linear(6, 3)
    evidence = gathered(network, nn.CrossEntropyLoss(), train, held)
    evidence.looks = [look(0.4, 0.33)]
    assert measure_after(evidence) is None  # chance: the weights are the first
    with torch.no_grad():
        hot = torch.nn.functional.one_hot(train[1], 3).float()
        evidence.double.network = Heart(train[0], hot, 0.35)
    assert measure_after(evidence) is not None
    evidence.double = None
    assert measure_after(evidence) is None


class Heart(nn.Module):
    """Knows a share of the training rows by heart."""

    def __init__(self, x: torch.Tensor, hot: torch.Tensor, share: float) -> None:
        super().__init__()
        count = int(share * len(x))
        self.x, self.hot, self.weight = x[:count], hot[:count], nn.Parameter(torch.ones(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        near = torch.cdist(x, self.x)
        known = (near.amin(1) < 1e-2).float()[:, None]
        return known * self.hot[near.argmin(1)] + (1 - known) * torch.rand(len(x), 3)
