"""Weights outside the optimizer."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from pellucid.diagnosis.rules.params_not_in_optimizer import RULE

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


def plain(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
    for x, y in 8 * batches:
        optimizer.zero_grad()
        loss_fn(network(x), y).backward()
        optimizer.step()


def test_a_layer_replaced_too_late_is_found_before_step_one(examined: Any) -> None:
    network = body_and_head()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    network[5] = nn.Linear(16, 3)
    verdict = examined(RULE, network, nn.CrossEntropyLoss(), X, CLASSES, optimizer=optimizer)
    assert "51 of 467 trainable weights" in verdict.measured  # 16·3 + 3
    assert "2 tensors that are not the network's" in verdict.measured


def test_weights_that_nothing_moves_are_found(looped: Any) -> None:
    network = body_and_head()
    optimizer = torch.optim.SGD(network[:5].parameters(), lr=0.1)
    assert looped(RULE, network, nn.CrossEntropyLoss(), X, CLASSES, plain, optimizer=optimizer) is not None


def test_a_second_optimizer_is_left_alone(looped: Any) -> None:
    network = body_and_head()
    optimizer, other = (torch.optim.SGD(part.parameters(), lr=0.1) for part in (network[:5], network[5]))

    def both(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for x, y in 8 * batches:
            network.zero_grad()
            loss_fn(network(x), y).backward()
            optimizer.step()
            other.step()

    assert looped(RULE, network, nn.CrossEntropyLoss(), X, CLASSES, both, optimizer=optimizer) is None


def test_a_trained_body_outside_the_optimizer_is_left_alone(looped: Any) -> None:
    network = trained(body_and_head())
    network[5] = nn.Linear(16, 3)
    optimizer = torch.optim.SGD(network[5].parameters(), lr=0.1)
    assert looped(RULE, network, nn.CrossEntropyLoss(), X, CLASSES, plain, optimizer=optimizer) is None


def narrow(trained: bool) -> nn.Sequential:
    """A first layer of few weights, of which no distribution can be told."""
    network = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 3))
    nn.init.normal_(network[0].weight, 0, 0.3)
    nn.init.zeros_(network[2].weight) if trained else None
    return network


def longer(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
    for x, y in 40 * batches:
        optimizer.zero_grad()
        loss_fn(network(x), y).backward()
        optimizer.step()


def test_where_the_weights_do_not_tell_a_copy_trains_them(looped: Any) -> None:
    torch.manual_seed(0)
    network = narrow(trained=False)
    with torch.no_grad():
        network[0].weight.mul_(0.05)  # hardly anything gets through
    optimizer = torch.optim.Adam(network[2].parameters(), lr=0.02)
    verdict = looped(RULE, network, nn.CrossEntropyLoss(), X, CLASSES, longer, optimizer=optimizer)
    assert "a copy that trains all weights" in verdict.proof


def test_weights_loaded_into_another_network_than_the_optimizers(looped: Any) -> None:
    optimizer = torch.optim.SGD(body_and_head().parameters(), lr=0.1)
    network = trained(body_and_head())
    assert looped(RULE, network, nn.CrossEntropyLoss(), X, CLASSES, plain, optimizer=optimizer) is not None
