"""Steps that are not made."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.missing_step import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


def plain(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
    for x, y in [*batches, *batches]:
        optimizer.zero_grad()
        loss_fn(network(x), y).backward()
        optimizer.step()


def never(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
    for x, y in batches:
        optimizer.zero_grad()
        loss_fn(network(x), y).backward()


def once_an_epoch(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
    for _ in range(3):
        for x, y in batches:
            optimizer.zero_grad()
            loss_fn(network(x), y).backward()
        optimizer.step()


def collecting(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
    for _ in range(3):
        optimizer.zero_grad()
        for x, y in batches:
            loss_fn(network(x), y).backward()
        optimizer.step()


def by_another(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
    plain(network, loss_fn, torch.optim.SGD(network.parameters(), lr=0.1), batches)


MANY, THEIRS = X.repeat(4, 1), CLASSES.repeat(4)  # 12 batches


def test_no_step_is_found(looped: Any, dense: Any) -> None:
    verdict = looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), MANY, THEIRS, never)
    assert "12 backward passes" in verdict.measured


def test_a_step_outside_the_loop_over_batches_is_found(looped: Any, dense: Any) -> None:
    verdict = looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), MANY, THEIRS, once_an_epoch)
    assert "11 of their gradients were cleared unused" in verdict.measured


@pytest.mark.parametrize("loop", [plain, collecting, by_another, lambda *_: None])
def test_other_loops_are_left_alone(looped: Any, dense: Any, loop: Any) -> None:
    assert looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), MANY, THEIRS, loop) is None


def test_an_optimizer_that_asks_again_is_left_alone(looped: Any, dense: Any, closed: Any) -> None:
    network = dense(6, 16, 3)
    optimizer = torch.optim.LBFGS(network.parameters(), lr=0.1, max_iter=12)
    assert looped(RULE, network, nn.CrossEntropyLoss(), X, CLASSES, closed("before"), optimizer=optimizer) is None
