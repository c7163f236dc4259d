"""Weights that are too large."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from pellucid.diagnosis.rules.init_too_large import BEFORE as RULE
from pellucid.diagnosis.rules.init_too_large import RULES

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


def drawn(network: nn.Module, scale: float) -> nn.Module:
    torch.manual_seed(0)
    for weight in network.parameters():
        nn.init.normal_(weight, 0, scale)
    return network


def test_weights_of_size_one_in_wide_layers_are_found(examined: Any, dense: Any) -> None:
    verdict = examined(RULE, drawn(dense(6, 200, 200, 3), 1.0), nn.CrossEntropyLoss(), X, CLASSES)
    assert verdict.layer in ("2", "4")
    assert "with 200 inputs: a gain of 14" in verdict.measured  # the root of 200


def test_usual_weights_large_inputs_and_norms_are_left_alone(examined: Any, dense: Any) -> None:
    assert examined(RULE, dense(6, 200, 200, 3), nn.CrossEntropyLoss(), X, CLASSES) is None
    assert examined(RULE, dense(6, 200, 200, 3), nn.CrossEntropyLoss(), 1000 * X, CLASSES) is None
    normed = nn.Sequential(nn.Linear(6, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 3))
    drawn(normed[0], 5.0)
    assert examined(RULE, normed, nn.CrossEntropyLoss(), X, CLASSES) is None


def test_where_the_first_loss_is_usual_the_end_tells(watched: Any, dense: Any, rings: Any) -> None:
    """The weights between the tanhs saturate the second one: the outputs are moderate, and little is learnt."""
    sgd, held = (lambda some: torch.optim.SGD(some, lr=0.5)), rings(200, seed=1)
    network = dense(2, 64, 64, 2, activation=nn.Tanh)
    drawn(network[2], 20.0)
    (finding,) = watched(network, epochs=20, rules=RULES, optimizer=sgd, validation=held).findings
    assert finding.phase == "after"
    assert "a copy with torch's default weights reaches" in finding.proof
    usual = dense(2, 64, 64, 2, activation=nn.Tanh)
    assert watched(usual, epochs=20, rules=RULES, optimizer=sgd, validation=held).findings == ()
