"""Units that start alike."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.constant_init import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


def filled(network: nn.Module, value: float) -> nn.Module:
    for weight in network.parameters():
        nn.init.constant_(weight, value)
    return network


class Recurrent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.cells, self.head = nn.LSTM(1, 8, batch_first=True), nn.Linear(8, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.head(self.cells(x.unsqueeze(2))[0][:, -1])
        return out


@pytest.mark.parametrize("value", [0.01, 0.0])
def test_equal_weights_are_found(examined: Any, dense: Any, value: float) -> None:
    assert examined(RULE, filled(dense(6, 16, 3), value), nn.CrossEntropyLoss(), X, CLASSES).layer == "0"
    assert examined(RULE, filled(Recurrent(), value), nn.CrossEntropyLoss(), X, CLASSES).layer == "cells"


def test_random_weights_and_last_layers_of_zeros_are_left_alone(examined: Any, dense: Any) -> None:
    network = dense(6, 16, 3)
    assert examined(RULE, network, nn.CrossEntropyLoss(), X, CLASSES) is None
    filled(network[2], 0.0)
    assert examined(RULE, network, nn.CrossEntropyLoss(), X, CLASSES) is None
    assert examined(RULE, filled(nn.Linear(6, 3), 0.0), nn.CrossEntropyLoss(), X, CLASSES) is None
