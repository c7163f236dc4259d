"""Matrices of modules and of the program's own, and what torch's default weights would do."""

from __future__ import annotations

from typing import Any

import torch
from tests.diagnosis.rules.conftest import _gathered, _rings
from torch import Tensor, nn

from pellucid.diagnosis.weights import beside_default, matrices, resetting


class Own(nn.Module):
    """Two ways of multiplying, a matrix that is not used as one, and one that is shared."""

    def __init__(self) -> None:
        super().__init__()
        self.before, self.behind = nn.Parameter(torch.randn(2, 5)), nn.Parameter(torch.randn(4, 5))
        self.shift = nn.Parameter(torch.randn(1, 4))
        self.head, self.same = nn.Linear(4, 2), nn.Linear(4, 2)
        self.same.weight = self.head.weight

    def forward(self, x: Tensor) -> Tensor:
        x = torch.tanh(x @ self.before) @ self.behind.t() + self.shift
        return self.head(x) + self.same(x)


def test_outputs_come_first() -> None:
    found = {name: tuple(one.shape) for name, _, one in matrices(_gathered(Own(), nn.CrossEntropyLoss(), _rings()))}
    assert found == {"before": (5, 2), "behind": (4, 5), "head.weight": (2, 4)}


def test_resetting_draws_one_s_own_matrices_as_torch_does() -> None:
    network: Any = Own()
    evidence = _gathered(network, nn.CrossEntropyLoss(), _rings())
    with torch.no_grad():
        network.behind.fill_(100.0)
    resetting(evidence)(network)
    assert float(network.behind.detach().abs().max()) <= 5**-0.5 + 1e-6


def test_copies_are_trained_side_by_side() -> None:
    evidence = _gathered(Own(), nn.CrossEntropyLoss(), _rings())
    found = beside_default(evidence)
    assert found is not None
    assert found[0].before != found[1].before
    evidence.probes.seconds_spent = 1e9
    evidence.probes.forget()
    assert beside_default(evidence) is None
