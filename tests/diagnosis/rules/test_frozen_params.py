"""Frozen weights, trained and untrained."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from pellucid.diagnosis.rules.frozen_params import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


def body_and_head() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 3)
    )


def trained(network: nn.Sequential) -> nn.Sequential:
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    for _ in range(60):
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(X), CLASSES).backward()
        optimizer.step()
    return network


def test_untrained_frozen_weights_are_found(examined: Any) -> None:
    network = body_and_head()
    network[:5].requires_grad_(False)
    verdict = examined(
        RULE, network, nn.CrossEntropyLoss(), X, CLASSES, optimizer=torch.optim.SGD(network[5].parameters(), lr=0.1)
    )
    assert "416 of 467 weights" in verdict.measured  # 6·16 + 16 + 2·16 + 16·16 + 16 of those and 16·3 + 3


def test_a_trained_frozen_body_is_left_alone(examined: Any) -> None:
    network = trained(body_and_head())
    network[:5].requires_grad_(False)
    assert examined(RULE, network, nn.CrossEntropyLoss(), X, CLASSES) is None


def test_nothing_frozen_is_left_alone(examined: Any) -> None:
    assert examined(RULE, body_and_head(), nn.CrossEntropyLoss(), X, CLASSES) is None
