"""Graphs that grow."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.graph_retained import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


def loop_that(does: str) -> Any:
    def loop(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        total: Any = 0.0
        losses = []
        for x, y in 5 * batches:
            optimizer.zero_grad()
            loss = loss_fn(network(x), y)
            loss.backward()
            optimizer.step()
            if does == "sum":
                total += loss
            elif does == "collect":
                losses.append(loss)
            else:
                total += loss.item()
                losses.append(loss.detach())

    return loop


@pytest.mark.parametrize(("does", "said"), [("sum", "grows from"), ("collect", "are still held")])
def test_kept_graphs_are_found(looped: Any, dense: Any, does: str, said: str) -> None:
    assert (
        said
        in looped(
            RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X.repeat(4, 1), CLASSES.repeat(4), loop_that(does)
        ).measured
    )


def test_numbers_are_left_alone(looped: Any, dense: Any) -> None:
    assert (
        looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X.repeat(4, 1), CLASSES.repeat(4), loop_that("item"))
        is None
    )


class Carrier(nn.Module):
    """Keeps its last state for the next batch."""

    def __init__(self, kind: Any, *, cut: bool) -> None:
        super().__init__()
        self.rnn, self.head, self.cut = kind(1, 8, batch_first=True), nn.Linear(8, 1), cut
        self.state: Any = None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        states, last = self.rnn(x[:, :, None], self.state)
        parts = last if isinstance(last, tuple) else (last,)
        kept = tuple(one.detach() for one in parts) if self.cut else parts
        self.state = kept if isinstance(last, tuple) else kept[0]
        out: torch.Tensor = self.head(states)[..., 0]
        return out


def broken_off(retain: bool = False, reset: bool = False) -> Any:
    """Return a loop that ends where torch raises, or after the second pass."""

    def loop(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for step, (x, y) in enumerate(batches):
            if reset:
                network.state = None
            optimizer.zero_grad()
            loss = loss_fn(network(x), y)
            try:
                loss.backward(retain_graph=retain)
            except RuntimeError:
                return
            if step:
                return
            optimizer.step()

    return loop


@pytest.mark.parametrize("kind", [nn.GRU, nn.LSTM])
@pytest.mark.parametrize("retain", [False, True])
def test_a_state_carried_on_with_its_graph(looped: Any, kind: Any, retain: bool) -> None:
    verdict = looped(RULE, Carrier(kind, cut=False), nn.MSELoss(), X, X.roll(1, 1), broken_off(retain))
    assert "state is carried on with its graph" in verdict.measured
    assert verdict.remedy.startswith("self.state")


def test_states_without_graphs_are_left_alone(looped: Any) -> None:
    for cut, reset in ((True, False), (False, True)):
        network = Carrier(nn.GRU, cut=cut)
        assert looped(RULE, network, nn.MSELoss(), X, X.roll(1, 1), broken_off(reset=reset)) is None
