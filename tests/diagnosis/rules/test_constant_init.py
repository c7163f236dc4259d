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


class Own(nn.Module):
    """Layers of the program's own, inputs first as in `x @ w`."""

    def __init__(self, value: float | None) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.one = nn.Parameter(torch.randn(6, 16) / 6**0.5 if value is None else torch.full((6, 16), value))
        self.bias, self.head = nn.Parameter(torch.zeros(16)), nn.Linear(16, 3)
        if value is not None:
            filled(self.head, value)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.head(torch.relu(x @ self.one + self.bias))
        return out


def test_layers_written_by_hand_are_looked_at_too(examined: Any) -> None:
    verdict = examined(RULE, Own(0.1), nn.CrossEntropyLoss(), X, CLASSES)
    assert "the 16 units of one have the same weights" in verdict.measured
    assert examined(RULE, Own(None), nn.CrossEntropyLoss(), X, CLASSES) is None


def test_weights_of_zero_that_random_biases_set_apart_are_found_where_they_are_slow(examined: Any, dense: Any) -> None:
    network = dense(6, 16, 3)
    for layer in (network[0], network[2]):
        nn.init.zeros_(layer.weight)
    verdict = examined(RULE, network, nn.CrossEntropyLoss(), X, CLASSES)
    assert "torch's default weights bring the loss" in verdict.proof
    assert "still" not in verdict.measured
