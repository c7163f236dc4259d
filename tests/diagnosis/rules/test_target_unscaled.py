"""Targets that are too large: what counts is whether scaling helps a copy, and whether the network got there."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.looking import Look
from pellucid.diagnosis.rules import target_unscaled


def net(outputs: int = 3, features: int = 6) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(features, 16), nn.ReLU(), nn.Linear(16, outputs))


def regression(gathered: Any, factor: float, *, inputs: float = 1.0) -> Any:
    torch.manual_seed(0)
    x = torch.randn(200, 6)
    network = net(1)
    data = inputs * x, factor * (2 + x[:, :1] + x[:, 1:2])
    return gathered(network, nn.MSELoss(), data, optimizer=torch.optim.Adam(network.parameters(), lr=1e-2))


def look(score: float | None) -> Look:
    return Look(
        step=50, seconds=1.0, layers=(), parameters=(), loss_training_mode=1.0, loss=1.0, validation_loss=None,
        score=score, validation_score=None, metric=None,
    )  # fmt: skip


def test_huge_targets_before_the_first_step(gathered: Any) -> None:
    verdict = target_unscaled.measure_before(regression(gathered, 1e6))
    assert verdict is not None
    assert verdict.remedy.startswith("targets = (targets - 2.067e+06) / ")
    assert target_unscaled.measure_before(regression(gathered, 1.0)) is None
    assert target_unscaled.measure_before(regression(gathered, 100.0)) is None


def test_both_scales(gathered: Any) -> None:
    """Where the targets are large too, both copies get them standardised."""
    evidence = regression(gathered, 1e6, inputs=100.0)
    assert target_unscaled.measure_before(evidence) is not None


@pytest.mark.parametrize(
    ("factor", "score", "found"), [(100.0, 0.1, True), (100.0, None, True), (100.0, 0.99, False), (1.0, 0.1, False)]
)
def test_large_targets_and_a_network_left_behind(
    gathered: Any, factor: float, score: float | None, found: bool
) -> None:
    evidence = regression(gathered, factor)
    evidence.looks = [look(score)]
    assert (target_unscaled.measure_after(evidence) is not None) is found


def test_nothing_without_examples(gathered: Any) -> None:
    evidence = regression(gathered, 1e6)
    evidence.data.train = None
    assert target_unscaled.measure_before(evidence) is None
    assert target_unscaled.measure_after(evidence) is None
