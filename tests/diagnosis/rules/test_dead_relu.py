"""Units that are off for every example."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from pellucid.diagnosis.rules.dead_relu import RULE


def test_biases_far_below_zero_kill_a_layer(watched: Any, dense: Any) -> None:
    network = dense(2, 16, 2)
    with torch.no_grad():
        network[0].bias.fill_(-100.0)
    (finding,) = watched(network, epochs=3, rules=(RULE,)).findings
    assert (finding.cause, finding.layer) == ("dead_relu", "1")
    assert finding.measured.startswith("100% of the units of 1 are 0 for every one of 64 rows")


def test_units_that_are_off_for_half_of_the_rows_live(watched: Any, dense: Any) -> None:
    assert watched(dense(2, 16, 2), epochs=3, rules=(RULE,)).findings == ()


class Cut(nn.Module):
    def __init__(self, bias: float) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(2, 16), nn.Linear(16, 2)
        nn.init.constant_(self.first.bias, bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.last(self.first(x).clamp(min=0))
        return out


def test_a_clamp_at_zero_dies_as_a_relu_does(watched: Any) -> None:
    (finding,) = watched(Cut(-30.0), epochs=3, rules=(RULE,)).findings
    assert finding.cause == "dead_relu"
    assert watched(Cut(0.0), epochs=3, rules=(RULE,)).findings == ()
