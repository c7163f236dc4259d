"""The numbers that a last activation can give; expected values are the ranges of the functions."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from pellucid.diagnosis.doctor import Doctor
from pellucid.diagnosis.heads import head_of
from pellucid.diagnosis.reach import reach


class Clamp(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.clamp(0.0, max=2.0)


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (nn.Identity(), (-math.inf, math.inf)),
        (nn.ReLU(), (0, math.inf)),
        (nn.ReLU6(), (0, 6)),
        (nn.Hardtanh(), (-1, 1)),
        (nn.Sigmoid(), (0, 1)),
        (Clamp(), (0, 2)),
    ],
)
def test_ranges(end: nn.Module, expected: tuple[float, float]) -> None:
    network = nn.Sequential(nn.Linear(2, 1), end)
    batches = [(torch.randn(16, 2), torch.randn(16, 1))]
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    evidence = Doctor.of(network, optimizer, nn.MSELoss(), batches, rules=()).evidence
    head = head_of(evidence)
    assert head is not None
    assert reach(evidence, head) == expected
