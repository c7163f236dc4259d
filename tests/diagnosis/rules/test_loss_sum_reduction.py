"""Sums over the batch."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.loss_sum_reduction import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


def plain(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
    for x, y in 8 * batches:
        optimizer.zero_grad()
        loss_fn(network(x), y).backward()
        optimizer.step()


def test_a_sum_that_makes_steps_too_long_is_found(looped: Any, dense: Any) -> None:
    network = dense(6, 16, 3)
    optimizer = torch.optim.SGD(network.parameters(), lr=1.0)
    verdict = looped(RULE, network, nn.CrossEntropyLoss(reduction="sum"), X, CLASSES, plain, optimizer=optimizer)
    assert "is 2 times as large" in verdict.measured
    assert "0.031" in verdict.remedy  # 1 / 32


@pytest.mark.parametrize(
    ("reduction", "make"),
    [
        ("mean", lambda some: torch.optim.SGD(some, lr=1.0)),
        ("sum", lambda some: torch.optim.SGD(some, lr=0.003)),  # a rate to match
        ("sum", lambda some: torch.optim.Adam(some, lr=0.01)),  # whatever the scale
    ],
)
def test_sums_with_a_rate_to_match_are_left_alone(looped: Any, dense: Any, reduction: str, make: Any) -> None:
    network = dense(6, 16, 3)
    loss_fn = nn.CrossEntropyLoss(reduction=reduction)
    assert looped(RULE, network, loss_fn, X, CLASSES, plain, optimizer=make(network.parameters())) is None
