"""Probabilities that say 99 % of coin flips, and honest ones."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from pellucid.diagnosis.doctor import Doctor
from pellucid.diagnosis.rules.overconfident import RULE


class Loud(nn.Module):
    """Says the sign of its input, as loudly as it is told to."""

    def __init__(self, scale: float, *, classes: bool) -> None:
        super().__init__()
        self.scale, self.classes = nn.Parameter(torch.tensor(scale)), classes

    def forward(self, x: Tensor) -> Tensor:
        logit = self.scale * torch.sign(x[:, :1])
        return torch.cat([-logit / 2, logit / 2], 1) if self.classes else logit


def examined(scale: float, *, classes: bool, rows: int = 600) -> Doctor:
    """The sign is right three times in four."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(rows, 2, generator=generator)
    right = torch.rand(rows, generator=generator) < 0.75
    y = ((x[:, 0] > 0) == right).long()
    targets: Any = y if classes else y.float()[:, None]
    loss_fn = nn.CrossEntropyLoss() if classes else nn.BCEWithLogitsLoss()
    doctor = Doctor.of(Loud(scale, classes=classes), None, loss_fn, [(x, targets)], [(x, targets)], rules=(RULE,))
    doctor.end()
    return doctor


@pytest.mark.parametrize("classes", [True, False])
def test_a_probability_of_99_percent_for_what_is_right_in_75_is_found(classes: bool) -> None:
    (finding,) = examined(4.6, classes=classes).findings  # 1 / (1 + exp(-4.6)) = 0.99
    assert finding.cause == "overconfident"
    assert "a probability of 0.99 on average" in finding.measured


@pytest.mark.parametrize("classes", [True, False])
def test_log_three_is_calibrated(classes: bool) -> None:
    """1 / (1 + 1/3) = 0.75."""
    assert examined(1.0986, classes=classes).findings == ()


def test_a_few_rows_say_nothing() -> None:
    assert examined(4.6, classes=True, rows=100).findings == ()
