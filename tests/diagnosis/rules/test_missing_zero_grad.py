"""Gradients that are not cleared."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.missing_zero_grad import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


def loop_clearing(every: int, after: int) -> Any:
    """Return a loop that clears every so many batches and steps after every so many."""

    def loop(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for place, (x, y) in enumerate(4 * batches):
            if every and place % every == 0:
                optimizer.zero_grad()
            loss_fn(network(x), y).backward()
            if place % after == after - 1:
                optimizer.step()

    return loop


@pytest.mark.parametrize(("every", "after"), [(0, 1), (4, 1)])
def test_gradients_that_are_not_cleared_are_found(looped: Any, dense: Any, every: int, after: int) -> None:
    loop = loop_clearing(every, after)
    assert looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES, loop) is not None


@pytest.mark.parametrize(("every", "after"), [(1, 1), (3, 3)])
def test_clearing_and_collecting_are_left_alone(looped: Any, dense: Any, every: int, after: int) -> None:
    loop = loop_clearing(every, after)
    assert looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES, loop) is None


def test_a_critic_whose_gradients_another_backward_filled_is_left_alone(looped: Any, dense: Any) -> None:
    def adversaries(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        maker = nn.Linear(6, 6)
        other = torch.optim.SGD(maker.parameters(), lr=0.1)
        for x, y in 2 * batches:
            other.zero_grad()
            loss_fn(network(maker(x)), y).backward()
            other.step()
            optimizer.zero_grad()
            loss_fn(network(maker(x).detach()), y).backward()
            optimizer.step()

    assert looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES, adversaries) is None


@pytest.mark.parametrize("optimizer", [torch.optim.SGD, torch.optim.LBFGS])
def test_a_closure_that_never_clears_is_found(looped: Any, dense: Any, closed: Any, optimizer: Any) -> None:
    for order in ("never", "before"):
        network = dense(6, 16, 3)
        chosen = optimizer(network.parameters(), lr=0.05)
        verdict = looped(RULE, network, nn.CrossEntropyLoss(), X, CLASSES, closed(order), optimizer=chosen)
        assert (verdict is not None) == (order == "never")
