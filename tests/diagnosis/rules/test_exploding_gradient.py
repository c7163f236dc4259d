"""Recurrent weights of gain 1.5 over forty steps, and of gain 1."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from pellucid.diagnosis.rules.exploding_gradient import RULE


class Recurrent(nn.Module):
    def __init__(self, gain: float) -> None:
        super().__init__()
        self.rnn, self.head = nn.RNN(1, 8, nonlinearity="relu", batch_first=True), nn.Linear(8, 1)
        with torch.no_grad():
            self.rnn.weight_hh_l0.copy_(gain * torch.eye(8))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.head(self.rnn(x)[0][:, -1])
        return out


@pytest.mark.parametrize(("gain", "found"), [(1.5, ["exploding_gradient"]), (0.9, [])])
def test_a_gain_above_one_explodes(watched: Any, gain: float, found: list[str]) -> None:
    """1.5 to the power of 40 is 1.1e7."""
    torch.manual_seed(0)
    x = torch.rand(64, 40, 1)
    doctor = watched(
        Recurrent(gain), data=(x, x.mean(1)), loss_fn=nn.MSELoss(), epochs=3, rules=(RULE,),
        optimizer=lambda some: torch.optim.SGD(some, lr=1e-3),
    )  # fmt: skip
    assert [one.cause for one in doctor.findings] == found


class ByHand(nn.Module):
    """The same with a matrix of its own."""

    def __init__(self, gain: float) -> None:
        super().__init__()
        self.enter, self.push, self.head = nn.Linear(1, 8), nn.Parameter(gain * torch.eye(8)), nn.Linear(8, 1)

    def forward(self, x: Tensor) -> Tensor:
        state = x.new_zeros(len(x), 8)
        for step in range(x.shape[1]):
            state = torch.relu(state @ self.push + self.enter(x[:, step]))
        out: Tensor = self.head(state)
        return out


class Deep(nn.Module):
    """Thirty layers with shortcuts."""

    def __init__(self, gain: float) -> None:
        super().__init__()
        self.enter, self.head = nn.Linear(40, 8), nn.Linear(8, 1)
        self.layers = nn.ModuleList(nn.Linear(8, 8) for _ in range(30))
        for layer in self.layers:
            nn.init.orthogonal_(layer.weight, gain)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        x = self.enter(x.flatten(1))
        for layer in self.layers:
            x = x + torch.relu(layer(x))
        out: Tensor = self.head(x)
        return out


@pytest.mark.parametrize("make", [ByHand, Deep])
@pytest.mark.parametrize(("gain", "found"), [(1.5, ["exploding_gradient"]), (0.1, [])])
def test_states_and_layers_written_by_hand_explode_too(watched: Any, make: Any, gain: float, found: list[str]) -> None:
    torch.manual_seed(0)
    x = torch.rand(64, 40, 1)
    doctor = watched(
        make(gain), data=(x, x.mean(1)), loss_fn=nn.MSELoss(), epochs=3, rules=(RULE,),
        optimizer=lambda some: torch.optim.SGD(some, lr=1e-3),
    )  # fmt: skip
    assert [one.cause for one in doctor.findings] == found
