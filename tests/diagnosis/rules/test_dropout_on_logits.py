"""Dropout after the last layer."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from pellucid.diagnosis.rules.dropout_on_logits import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


def test_dropout_after_the_last_layer_is_found(examined: Any, dense: Any) -> None:
    verdict = examined(RULE, dense(6, 16, 3).append(nn.Dropout(0.3)), nn.CrossEntropyLoss(), X, CLASSES)
    assert "30%" in verdict.measured
    network = dense(6, 16, 3).extend([nn.Dropout(0.5), nn.LogSoftmax(1)])
    assert examined(RULE, network, nn.NLLLoss(), X, CLASSES) is not None


def test_dropout_before_it_is_left_alone(examined: Any) -> None:
    for share, network in (
        (0.5, nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 3))),
        (0.0, nn.Sequential(nn.Linear(6, 3), nn.Dropout(0.0))),
    ):
        assert examined(RULE, network, nn.CrossEntropyLoss(), X, CLASSES) is None, share
