"""Steps that are rounded away."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.low_precision_update_lost import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


def plain(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
    for x, y in 5 * batches:
        optimizer.zero_grad()
        loss_fn(network(x), y).backward()
        optimizer.step()


class Half(nn.Module):
    def __init__(self, kind: torch.dtype) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.network = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 3)).to(kind)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.network(x.to(self.network[0].weight.dtype)).float()
        return out


@pytest.mark.parametrize(
    ("kind", "rate", "found"),
    [(torch.bfloat16, 1e-4, True), (torch.bfloat16, 0.5, False), (torch.float32, 1e-4, False)],
)
def test_small_steps_in_half_precision(looped: Any, kind: torch.dtype, rate: float, found: bool) -> None:
    network = Half(kind)
    optimizer = torch.optim.SGD(network.parameters(), lr=rate)
    verdict = looped(RULE, network, nn.CrossEntropyLoss(), X, CLASSES, plain, optimizer=optimizer)
    assert (verdict is not None) == found
    assert verdict is None or "bfloat16" in verdict.measured


def test_a_copy_in_single_precision_gets_further(looped: Any) -> None:
    network = Half(torch.bfloat16)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.02)

    def longer(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for x, y in 300 * batches:
            optimizer.zero_grad()
            loss_fn(network(x), y).backward()
            optimizer.step()

    verdict = looped(RULE, network, nn.CrossEntropyLoss(), X, CLASSES, longer, optimizer=optimizer)
    assert "a copy in float32" in verdict.proof
