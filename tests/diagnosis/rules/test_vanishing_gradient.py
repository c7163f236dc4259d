"""Ten sigmoids one after another, and ten ReLUs."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from pellucid.diagnosis.rules.vanishing_gradient import DEPTH as RULE
from pellucid.diagnosis.rules.vanishing_gradient import TIME, _faded_outputs

WIDTHS = (2, *[16] * 10, 2)


def test_ten_sigmoids_let_no_gradient_through(watched: Any, dense: Any) -> None:
    (finding,) = watched(dense(*WIDTHS, activation=nn.Sigmoid), epochs=6, rules=(RULE,)).findings
    assert (finding.cause, finding.layer) == ("vanishing_gradient", "0.weight")


def test_shallow_sigmoids_and_living_networks_are_left_alone(watched: Any, dense: Any) -> None:
    assert watched(dense(2, 16, 2, activation=nn.Sigmoid), epochs=6, rules=(RULE,)).findings == ()
    assert watched(dense(2, 16, 16, 16, 2, activation=nn.Tanh), epochs=10, rules=(RULE,)).findings == ()


class Memory(nn.Module):
    """A recurrence whose last state, or the mean of all, is read."""

    def __init__(self, *, mean: bool, cell: bool = False) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.rnn: Any = nn.RNNCell(1, 16) if cell else nn.RNN(1, 16, batch_first=True)
        self.head, self.mean, self.cell = nn.Linear(16, 2), mean, cell

    def forward(self, x: Tensor) -> Tensor:
        if self.cell:
            state, states = x.new_zeros(len(x), 16), []
            for step in range(x.shape[1]):
                state = self.rnn(x[:, step], state)
                states.append(state)
            read = torch.stack(states, 1)
        else:
            read = self.rnn(x)[0]
        out: Tensor = self.head(read.mean(1) if self.mean else read[:, -1])
        return out


@pytest.mark.parametrize(("mean", "cell"), [(False, False), (False, True), (True, False)])
def test_the_beginning_of_a_long_sequence_is_forgotten(watched: Any, *, mean: bool, cell: bool) -> None:
    generator = torch.Generator().manual_seed(0)
    y = torch.randint(0, 2, (128,), generator=generator)
    x = 0.3 * torch.randn(128, 40, 1, generator=generator)
    x[:, :6, 0] += 2.0 * y[:, None] - 1
    doctor = watched(Memory(mean=mean, cell=cell), data=(x, y), epochs=25, rules=(TIME,),
                     optimizer=lambda some: torch.optim.SGD(some, lr=0.1))  # fmt: skip
    assert [one.cause for one in doctor.findings] == ([] if mean else ["vanishing_gradient"])


def test_what_fades_with_the_signal_is_seen_by_the_outputs(watched: Any, dense: Any) -> None:
    """Torch's default gain 0.58 leaves 0.58^14 = 1/2000 of the signal, and of the gradient, after 14 layers."""
    network = dense(2, *[24] * 15, 2, activation=nn.Tanh)
    doctor = watched(network, epochs=5, rules=(RULE,), optimizer=lambda some: torch.optim.SGD(some, lr=0.01))
    assert [one.cause for one in doctor.findings] == ["vanishing_gradient"]


def test_gradients_by_the_outputs_of_layers_are_compared(gathered: Any, dense: Any) -> None:
    x, y = torch.randn(64, 2), torch.randint(0, 2, (64,))
    deep = gathered(dense(2, *[24] * 15, 2, activation=nn.Tanh), nn.CrossEntropyLoss(), (x, y))
    ratio, first, last = _faded_outputs(deep)
    assert ratio < 1e-3
    assert (first, last) == ("the outputs of 0", "28")
    shallow = gathered(dense(2, 24, 2), nn.CrossEntropyLoss(), (x, y))
    assert _faded_outputs(shallow) == (math.inf, "", "")
