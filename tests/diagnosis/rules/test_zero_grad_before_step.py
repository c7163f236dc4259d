"""Gradients that are gone at the step."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from pellucid.diagnosis.rules.zero_grad_before_step import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


def plain(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
    for x, y in [*batches, *batches]:
        optimizer.zero_grad()
        loss_fn(network(x), y).backward()
        optimizer.step()


def cleared(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
    for x, y in [*batches, *batches]:
        loss_fn(network(x), y).backward()
        optimizer.zero_grad()
        optimizer.step()


def test_cleared_gradients_are_found(looped: Any, dense: Any) -> None:
    assert "0 at the step" in looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES, cleared).measured


def test_the_usual_order_is_left_alone(looped: Any, dense: Any) -> None:
    assert looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES, plain) is None


def test_a_closure_that_clears_after_backward_is_found(looped: Any, dense: Any, closed: Any) -> None:
    verdict = looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES, closed("after"))
    assert "0 at the step" in verdict.measured
    assert "in the closure" in verdict.remedy
    for order in ("before", "between", "never"):
        assert looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES, closed(order)) is None
