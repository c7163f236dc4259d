"""A softmax over one unit, beside one over several and a sigmoid."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.single_unit_softmax import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)
YES = (X[:, :1] > 0).float()


def test_a_softmax_over_one_unit_is_found(examined: Any, dense: Any) -> None:
    verdict = examined(RULE, dense(6, 16, 1).append(nn.Softmax(1)), nn.BCELoss(), X, YES)
    assert "gives 1 for every row" in verdict.measured


def test_cross_entropy_of_one_output_is_found(examined: Any, dense: Any) -> None:
    assert "one output" in examined(RULE, dense(6, 16, 1), nn.CrossEntropyLoss(), X, YES).measured


@pytest.mark.parametrize(
    ("network", "loss_fn", "y"),
    [
        (nn.Sequential(nn.Linear(6, 1), nn.Sigmoid()), nn.BCELoss(), YES),
        (nn.Sequential(nn.Linear(6, 3), nn.Softmax(1)), lambda p, y: nn.functional.nll_loss(p.log(), y), CLASSES),
        (nn.Linear(6, 1), nn.BCEWithLogitsLoss(), YES),
    ],
)
def test_other_heads_are_left_alone(examined: Any, network: nn.Module, loss_fn: Any, y: torch.Tensor) -> None:
    assert examined(RULE, network, loss_fn, X, y) is None
