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
