"""Activations that do not belong between layers."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.wrong_hidden_activation import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


class Stairs(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.sign()


def with_hidden(*middle: nn.Module) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 16), *middle, nn.Linear(16, 3))


def test_a_softmax_between_layers_is_found(examined: Any) -> None:
    verdict = examined(RULE, with_hidden(nn.Softmax(1), nn.Dropout(0.1)), nn.CrossEntropyLoss(), X, CLASSES)
    assert "16 numbers that sum to 1" in verdict.measured


def test_stairs_are_found(examined: Any) -> None:
    assert (
        "sign stands between 0 and 2"
        in examined(RULE, with_hidden(Stairs()), nn.CrossEntropyLoss(), X, CLASSES).measured
    )


class Attention(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.key, self.value, self.head = nn.Linear(1, 4), nn.Linear(1, 4), nn.Linear(4, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        keys, values = self.key(x.unsqueeze(2)), self.value(x.unsqueeze(2))
        weights = (keys @ keys.transpose(1, 2)).softmax(-1)
        out: torch.Tensor = self.head((weights @ values).mean(1))
        return out


@pytest.mark.parametrize("network", [with_hidden(nn.ReLU()), with_hidden(nn.Sigmoid()), Attention(), nn.Linear(6, 3)])
def test_other_networks_are_left_alone(examined: Any, network: nn.Module) -> None:
    assert examined(RULE, network, nn.CrossEntropyLoss(), X, CLASSES) is None
