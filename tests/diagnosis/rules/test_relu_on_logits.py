"""Logits without negative values."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.relu_on_logits import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)
YES = (X[:, :1] > 0).float()


@pytest.mark.parametrize("end", [nn.ReLU(), nn.Softplus(), nn.ReLU6()])
def test_logits_that_cannot_be_negative_are_found(examined: Any, dense: Any, end: nn.Module) -> None:
    assert examined(RULE, dense(6, 16, 3).append(end), nn.CrossEntropyLoss(), X, CLASSES) is not None
    assert examined(RULE, dense(6, 16, 1).append(end), nn.BCEWithLogitsLoss(), X, YES) is not None


@pytest.mark.parametrize("end", [nn.Identity(), nn.LogSoftmax(1)])
def test_other_ends_are_left_alone(examined: Any, dense: Any, end: nn.Module) -> None:
    assert examined(RULE, dense(6, 16, 3).append(end), nn.CrossEntropyLoss(), X, CLASSES) is None


@pytest.mark.parametrize("relu", [True, False])
def test_a_relu_in_the_loop_is_found(looped: Any, dense: Any, relu: bool) -> None:
    def loop(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for x, y in batches:
            optimizer.zero_grad()
            loss_fn(network(x).relu() if relu else network(x), y).backward()
            optimizer.step()

    assert (looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES, loop) is not None) == relu
