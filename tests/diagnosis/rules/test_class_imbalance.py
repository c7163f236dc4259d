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


def test_found_in_part_where_weights_would_gain(gathered: Any) -> None:
    """Of classes at 0 and 3 with variance 1 and 5 %, the best answer has the log-odds 3 x - 4.5 - ln 19.

    Its border is at 2.48: it finds Φ(0.52) = 70 % of the one class and 99 % of the other, 0.85 on the mean. Divided
    by the shares it is at 1.5, with Φ(1.5) = 0.93 of both.
    """
    torch.manual_seed(0)
    y = (torch.arange(4000) < 200).long()[torch.randperm(4000)]
    x = torch.randn(4000, 3)
    x[:, 2] += 3.0 * y
    evidence = gathered(nn.Linear(3, 2), nn.CrossEntropyLoss(), (x, y))
    double = evidence.double.network
    with torch.no_grad():
        double.weight.zero_()
        double.bias.copy_(torch.tensor([0.0, -7.444]))
        double.weight[1, 2] = 3.0
    verdict = measure(evidence)
    assert verdict is not None
    assert "balanced accuracy is 0.8" in verdict.measured
    assert "0.93 with the same network" in verdict.measured
    with torch.no_grad():  # steeper: dividing by the shares hardly moves the border
        double.weight[1, 2], double.bias[1] = 30.0, -74.44
    assert measure(evidence) is None
