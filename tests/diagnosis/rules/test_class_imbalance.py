"""A rare class: found, not found, weighted, or drawn more often."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler

from pellucid.diagnosis.rules.class_imbalance import measure

ROWS, RARE = 600, 30


def rows(*, apart: float) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    y = (torch.arange(ROWS) < RARE).long()[torch.randperm(ROWS)]
    return torch.randn(ROWS, 3) + apart * y[:, None], y


def trained(gathered: Any, *, apart: float = 0.0, loss: Any = None, network: Any = None, data: Any = None) -> Any:
    """Put the evidence together with the weights that logistic regression would find: the log-odds of the share."""
    x, y = rows(apart=apart)
    network = network or nn.Linear(3, 2)
    with torch.no_grad():
        network.weight.zero_()
        network.weight[-1] = 5 * (apart > 0)
        network.bias.copy_(torch.tensor([0.0, -3 - 20.0 * (apart > 0)])[-len(network.bias) :])
    return gathered(network, loss or nn.CrossEntropyLoss(), data or (x, y))


def test_a_class_that_is_never_said(gathered: Any) -> None:
    """5 % of the rows, e^-3 / (1 + e^-3) = 4.7 % of the probability."""
    verdict = measure(trained(gathered))
    assert verdict is not None
    assert verdict.measured.startswith("class 1 has 5.0% of the training rows, and 0% of them are found")
    assert "pos_weight=torch.tensor(19.0)" in verdict.remedy


def test_yes_and_no(gathered: Any) -> None:
    x, y = rows(apart=0.0)
    evidence = trained(gathered, network=nn.Linear(3, 1), loss=nn.BCEWithLogitsLoss(), data=(x, y.float()[:, None]))
    assert measure(evidence) is not None


@pytest.mark.parametrize("weight", [torch.tensor([1.0, 19.0])])
def test_silent(gathered: Any, weight: torch.Tensor) -> None:
    assert measure(trained(gathered, apart=3.0)) is None
    assert measure(trained(gathered, loss=nn.CrossEntropyLoss(weight=weight))) is None
    x, y = rows(apart=0.0)
    sampler = WeightedRandomSampler(torch.where(y == 1, 19.0, 1.0), ROWS, generator=torch.Generator().manual_seed(0))
    assert measure(trained(gathered, data=DataLoader(TensorDataset(x, y), 32, sampler=sampler))) is None
    assert measure(trained(gathered, data=(x, torch.arange(ROWS) % 2))) is None
    early = trained(gathered)
    early.steps_taken = 10
    assert measure(early) is None


def test_nothing_known(gathered: Any) -> None:
    evidence = trained(gathered)
    evidence.double = None
    assert measure(evidence) is None
