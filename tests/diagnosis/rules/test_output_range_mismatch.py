"""Targets beyond the last activation, beside targets within."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.output_range_mismatch import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(
    ("end", "shift"),
    [(nn.ReLU(), 0.0), (nn.Sigmoid(), 3.0), (nn.Tanh(), 2.0), (nn.Softplus(), -1.0), (nn.Hardtanh(), 3.0)],
)
def test_targets_out_of_reach_are_found(examined: Any, dense: Any, end: nn.Module, shift: float) -> None:
    verdict = examined(RULE, dense(6, 16, 1).append(end), nn.MSELoss(), X, X[:, :1] + shift)
    assert "of the targets lie outside" in verdict.measured


@pytest.mark.parametrize(
    ("end", "targets"),
    [
        (nn.Identity(), X[:, :1]),
        (nn.ReLU(), X[:, :1].abs()),
        (nn.Sigmoid(), X[:, :1].sigmoid()),
        (nn.Tanh(), 0.9 * X[:, :1].tanh()),
        (nn.LeakyReLU(), X[:, :1]),
        (nn.Softplus(), X[:, :1].abs() - 1e-3),  # noise at the border
    ],
)
def test_targets_within_reach_are_left_alone(examined: Any, dense: Any, end: nn.Module, targets: torch.Tensor) -> None:
    assert examined(RULE, dense(6, 16, 1).append(end), nn.MSELoss(), X, targets) is None


class Scaled(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(6, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return 300 * self.layer(x).sigmoid()


class Cut(Scaled):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x).clamp(min=0)


def test_what_is_done_after_the_activation_counts(examined: Any) -> None:
    targets = 100 + 10 * X[:, :1]
    assert examined(RULE, Scaled(), nn.MSELoss(), X, targets) is None
    assert examined(RULE, Cut(), nn.MSELoss(), X, targets) is None
    assert "from 0 to inf" in examined(RULE, Cut(), nn.MSELoss(), X, X[:, :1]).measured


def test_targets_that_do_not_fit_the_loss_are_another_fault(examined: Any, dense: Any) -> None:
    loss_fn = nn.functional.binary_cross_entropy_with_logits
    assert examined(RULE, dense(6, 1, 1).append(nn.ReLU()), loss_fn, X, 3 * X[:, :1]) is None


def test_logarithms_of_soft_labels_are_in_other_units(examined: Any, dense: Any) -> None:
    x = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
    soft = x[:, :3].softmax(1)
    for loss_fn in (nn.KLDivLoss(reduction="batchmean"), lambda z, y: -(y * z).sum(1).mean()):
        assert examined(RULE, dense(6, 16, 3).append(nn.LogSoftmax(1)), loss_fn, x, soft) is None
