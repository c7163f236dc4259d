"""What arrives at the first layer with weights."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pellucid.diagnosis.arriving import arrival_of
from pellucid.diagnosis.doctor import Doctor
from pellucid.diagnosis.evidence import Evidence


def of(network: nn.Module, x: torch.Tensor) -> Evidence:
    y = torch.arange(len(x)) % 2
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    return Doctor.of(network, optimizer, nn.CrossEntropyLoss(), [(x, y)], rules=()).evidence


class Divided(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x / 255


def test_the_networks_own_scaling_counts() -> None:
    x = 255.0 * (torch.arange(64) % 2)[:, None].repeat(1, 4)
    found = arrival_of(of(nn.Sequential(Divided(), nn.Linear(4, 2)), x))
    assert found is not None
    assert (found.layer, found.fan_in, found.normalised) == ("1", 4, False)
    assert found.size == pytest.approx(0.5**0.5)  # half of the values are 1
    assert found.spread == pytest.approx(1.0)  # four columns of standard deviation 1/2: sqrt(4 / 4)


def test_pictures() -> None:
    network = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.ReLU(), nn.Flatten(), nn.Linear(12, 2))
    found = arrival_of(of(network, torch.randn(8, 2, 4, 4)))
    assert found is not None
    assert (found.columns.shape, found.fan_in, found.normalised) == ((128, 2), 18, True)


def test_nothing_arrives() -> None:
    tokens = torch.randint(0, 5, (16, 3))
    assert arrival_of(of(nn.Sequential(nn.Embedding(5, 2), nn.Flatten(), nn.Linear(6, 2)), tokens)) is None
    assert arrival_of(of(nn.Sequential(nn.Embedding(5, 2), nn.Flatten()), tokens)) is None
    assert arrival_of(of(nn.PReLU(), torch.randn(16, 2))) is None
    assert arrival_of(of(nn.Linear(2, 2), torch.full((16, 2), torch.nan))) is None
