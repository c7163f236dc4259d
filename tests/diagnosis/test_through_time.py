"""Recurrences found in a pass, and gradients on their way back in time."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from tests.diagnosis.rules.conftest import _gathered
from torch import Tensor, nn

from pellucid.diagnosis.overriding import Replacing
from pellucid.diagnosis.through_time import faded, remembering, repeated, states

X = torch.randn(64, 12, 3, generator=torch.Generator().manual_seed(0))
Y = torch.randint(0, 2, (64,), generator=torch.Generator().manual_seed(1))


class Layered(nn.Module):
    """A recurrent layer behind a linear one or an embedding."""

    def __init__(self, layer: Any, before: nn.Module | None = None) -> None:
        super().__init__()
        self.before, self.layer = before or nn.Identity(), layer(3, 8, batch_first=True)
        self.head = nn.Linear(8, 2)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.head(self.layer(self.before(x))[0][:, -1])
        return out


class Stepped(nn.Module):
    """A cell, step by step."""

    def __init__(self, cell: Any) -> None:
        super().__init__()
        self.cell, self.head = cell(3, 8), nn.Linear(8, 2)

    def forward(self, x: Tensor) -> Tensor:
        state: Any = None
        for step in range(x.shape[1]):
            state = self.cell(x[:, step], state)
        out: Tensor = self.head(state[0] if isinstance(state, tuple) else state)
        return out


@pytest.mark.parametrize("network", [Layered(nn.GRU), Layered(nn.LSTM), Stepped(nn.RNNCell), Stepped(nn.GRUCell)])
def test_states_have_time_first(network: nn.Module) -> None:
    evidence = _gathered(network, nn.CrossEntropyLoss(), (X, Y))
    assert {tuple(one.shape) for one in states(evidence)} == {(12, 64, 8)}
    assert bool(repeated(evidence)) == isinstance(network, Stepped)


def test_the_gradient_of_torch_s_default_recurrence_fades() -> None:
    found = faded(_gathered(Layered(nn.RNN), nn.CrossEntropyLoss(), (X, Y)))
    assert found is not None
    assert found[1] == 12
    assert found[0] < 0.1


def test_tokens_are_followed_to_their_embedding() -> None:
    tokens = torch.randint(0, 5, (64, 12), generator=torch.Generator().manual_seed(0))
    found = faded(_gathered(Layered(nn.RNN, nn.Embedding(5, 3)), nn.CrossEntropyLoss(), (tokens, Y)))
    assert found is not None
    assert found[1] == 12


def test_other_networks_have_no_time() -> None:
    network = nn.Sequential(nn.Flatten(), nn.Linear(36, 2))
    evidence = _gathered(network, nn.CrossEntropyLoss(), (X, Y))
    assert states(evidence) == []
    assert faded(evidence) is None


@pytest.mark.parametrize("layer", [nn.RNN, nn.GRU, nn.LSTM])
def test_layers_that_remember_give_running_means(layer: Any) -> None:
    made = layer(3, 8, batch_first=True)
    plain = made(X)[0]
    with Replacing(remembering()):
        out, last = made(X)
    assert torch.allclose(out[:, 3], plain[:, :4].mean(1), atol=1e-6)
    assert torch.allclose((last[0] if isinstance(last, tuple) else last)[0], plain.mean(1), atol=1e-6)


def test_a_cell_that_remembers_averages_its_states() -> None:
    cell = nn.RNNCell(3, 8)
    before = torch.zeros(64, 8)
    with Replacing(remembering()):
        one = cell(X[:, 0], before)
        two = cell(X[:, 1], one)
    assert torch.allclose(one, cell(X[:, 0], before), atol=1e-6)
    assert torch.allclose(two, (one + cell(X[:, 1], one)) / 2, atol=1e-6)
    both = nn.LSTMCell(3, 8)
    with Replacing(remembering()):
        assert len(both(X[:, 0], (before, before))) == 2
