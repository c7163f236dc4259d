"""Inputs that the first layer's bias drowns."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from pellucid.diagnosis.rules.input_scale_tiny import measure


def net(outputs: int = 3, features: int = 6) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(features, 16), nn.ReLU(), nn.Linear(16, outputs))


def asked(gathered: Any, data: Any, *, network: Any = None, rate: float = 0.1) -> Any:
    network = network or net()
    optimizer = torch.optim.SGD(network.parameters(), lr=rate)
    return measure(gathered(network, nn.CrossEntropyLoss(), data, optimizer=optimizer))


def test_tiny_inputs(gathered: Any, clouds: Any) -> None:
    x, y = clouds()
    assert asked(gathered, (1e-3 * x, y)) is not None
    assert asked(gathered, (x, y)) is None
    assert asked(gathered, (1e-3 * x, y), rate=1e-6) is None  # nothing moves in either
