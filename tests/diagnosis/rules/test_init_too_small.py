"""Weights that are too small."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.init_too_small import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


def drawn(network: nn.Module, scale: float) -> nn.Module:
    torch.manual_seed(0)
    for weight in network.parameters():
        nn.init.normal_(weight, 0, scale if weight.ndim > 1 else 0.0)
    return network


def test_a_signal_that_fades_is_found(examined: Any, dense: Any) -> None:
    verdict = examined(RULE, drawn(dense(6, 64, 64, 64, 3), 0.01), nn.CrossEntropyLoss(), X, CLASSES)
    assert "varies by" in verdict.measured


@pytest.mark.parametrize("scale", [0.0, 0.01])
def test_usual_weights_and_a_small_last_layer_are_left_alone(examined: Any, dense: Any, scale: float) -> None:
    network = dense(6, 64, 64, 64, 3)
    if scale:
        drawn(network[6], scale)
    assert examined(RULE, network, nn.CrossEntropyLoss(), X, CLASSES) is None


def test_norms_bring_the_signal_back(examined: Any) -> None:
    network = nn.Sequential(
        nn.Linear(6, 64), nn.LayerNorm(64), nn.ReLU(), nn.Linear(64, 64), nn.LayerNorm(64), nn.Linear(64, 3)
    )
    for place in (0, 3, 5):
        drawn(network[place], 0.01)
    assert examined(RULE, network, nn.CrossEntropyLoss(), X, CLASSES) is None


def test_where_the_default_fades_too_he_is_tried(examined: Any, dense: Any) -> None:
    """Through ten layers torch's default weights (gain 0.577) leave nothing to learn from in 100 steps."""
    verdict = examined(RULE, drawn(dense(6, *[24] * 10, 3), 0.01), nn.CrossEntropyLoss(), X, CLASSES)
    assert "with He's weights" in verdict.proof
