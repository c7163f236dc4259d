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
