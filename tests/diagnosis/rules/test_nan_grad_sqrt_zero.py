"""Roots of 0."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.evidence import Failure
from pellucid.diagnosis.rules.nan_grad_sqrt_zero import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))


class Length(nn.Module):
    """The length of what a layer gives, plus a small number under the root."""

    def __init__(self, small: float) -> None:
        super().__init__()
        self.layer, self.small = nn.Linear(6, 4, bias=False), small

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (self.layer(x).square().sum(1, keepdim=True) + self.small).sqrt()


WITH_ZEROS = torch.cat([X[:60], torch.zeros(36, 6)])


def test_a_root_of_zero_is_found(examined: Any) -> None:
    verdict = examined(RULE, Length(0.0), nn.MSELoss(), WITH_ZEROS, X[:, :1])
    assert verdict.measured.startswith("sqrt is given")
    assert examined(RULE, Length(1e-8), nn.MSELoss(), WITH_ZEROS, X[:, :1]) is None
    assert examined(RULE, Length(0.0), nn.MSELoss(), X, X[:, :1]) is None


@pytest.mark.parametrize(
    ("loss_fn", "found"),
    [
        (lambda z, y: (z - y).pow(2).sum(1).pow(0.5).mean(), True),
        (lambda z, y: (z - y).abs().mean(), False),
        (lambda z, y: ((z - y).pow(2).sum(1) + 1e-8).sqrt().mean(), False),
    ],
)
def test_a_root_in_the_loss_is_found(examined: Any, loss_fn: Any, found: bool) -> None:
    """The network says exactly the targets: the root is of 0 in every row."""
    network = nn.Linear(6, 1, bias=False)
    with torch.no_grad():
        network.weight.copy_(torch.tensor([[1.0, 0, 0, 0, 0, 0]]))
    assert (examined(RULE, network, loss_fn, X, X[:, :1]) is not None) == found


def test_it_is_found_where_it_happens_later(looped: Any) -> None:
    def loop(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for x, y in batches:
            optimizer.zero_grad()
            loss_fn(network(x), y).backward()
            optimizer.step()

    rare = X.clone()
    rare[71] = 0.0  # a row that the probe batch has not
    verdict = looped(RULE, Length(0.0), nn.MSELoss(), rare, X[:, :1], loop)
    assert verdict.step == 3


def test_a_rare_row_is_found_by_where_it_failed(examined: Any, gathered: Any, dense: Any) -> None:
    x = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
    evidence = gathered(dense(6, 16, 1), nn.MSELoss(), (x, x[:, :1]))
    said = "the gradient of sqrt is not finite: sqrt was given numbers from 0 to 3"
    evidence.failure = Failure(step=3, where="backward", layer="", function="sqrt", explanation=said)
    verdict = RULE.measure(evidence)
    assert verdict is not None
    assert (verdict.step, said in verdict.measured) == (3, True)
