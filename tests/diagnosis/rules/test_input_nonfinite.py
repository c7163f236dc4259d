"""Data that is not finite."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from pellucid.diagnosis.rules.input_nonfinite import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


SPOILT = X.clone()
SPOILT[7, 2] = float("nan")


class Filling(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(torch.nan_to_num(x))


def test_one_number_is_found(examined: Any, dense: Any) -> None:
    verdict = examined(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), SPOILT, CLASSES)
    assert "1 of 576 numbers" in verdict.measured  # 96 rows of 6
    assert "in column 2" in verdict.measured


def test_targets_count_as_well(examined: Any, dense: Any) -> None:
    targets = X[:, :1].clone()
    targets[3] = float("inf")
    assert "1 of 96 targets" in examined(RULE, dense(6, 16, 1), nn.MSELoss(), X, targets).measured


def test_what_the_network_can_take_is_left_alone(examined: Any, dense: Any) -> None:
    assert examined(RULE, Filling(), nn.CrossEntropyLoss(), SPOILT, CLASSES) is None
    assert examined(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES) is None


def test_an_input_that_the_loop_spoils_is_found(looped: Any, dense: Any) -> None:
    def loop(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for x, y in batches:
            optimizer.zero_grad()
            loss_fn(network(x / 0.0), y).backward()
            optimizer.step()

    assert looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES, loop).step == 1
