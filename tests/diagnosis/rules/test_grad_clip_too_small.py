"""Gradients cut to next to nothing."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.grad_clip_too_small import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


def loop_with(after_backward: Any) -> Any:
    def loop(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for x, y in 7 * batches:
            optimizer.zero_grad()
            loss_fn(network(x), y).backward()
            after_backward(network)
            optimizer.step()

    return loop


def scaled(network: nn.Module) -> None:
    for weight in network.parameters():
        if weight.grad is not None:
            weight.grad.mul_(1e-4)


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (lambda network: nn.utils.clip_grad_norm_(network.parameters(), 1e-4), True),
        (lambda network: nn.utils.clip_grad_value_(network.parameters(), 1e-6), True),
        (lambda network: nn.utils.clip_grad_norm_(network.parameters(), 1.0), False),
        (scaled, False),  # as mixed precision does
        (lambda _: None, False),
    ],
)
def test_clipping(looped: Any, dense: Any, after: Any, found: bool) -> None:
    network = dense(6, 16, 3)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.5)
    verdict = looped(RULE, network, nn.CrossEntropyLoss(), X, CLASSES, loop_with(after), optimizer=optimizer)
    assert (verdict is not None) == found


def test_clipping_does_not_matter_to_adam(looped: Any, dense: Any) -> None:
    network = dense(6, 16, 3)
    loop = loop_with(lambda network: nn.utils.clip_grad_norm_(network.parameters(), 1e-4))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    assert looped(RULE, network, nn.CrossEntropyLoss(), X, CLASSES, loop, optimizer=optimizer) is None
