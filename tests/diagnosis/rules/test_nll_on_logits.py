"""Logits in NLLLoss, beside log-probabilities."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.nll_on_logits import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


def test_logits_are_found(examined: Any, dense: Any) -> None:
    verdict = examined(RULE, dense(6, 16, 3), nn.NLLLoss(), X, CLASSES)
    assert "with cross-entropy" in verdict.proof


@pytest.mark.parametrize(
    ("end", "loss_fn"),
    [(nn.LogSoftmax(1), nn.NLLLoss()), (nn.Identity(), nn.CrossEntropyLoss()), (nn.Softmax(1), nn.NLLLoss())],
)
def test_other_heads_are_left_alone(examined: Any, dense: Any, end: nn.Module, loss_fn: Any) -> None:
    assert examined(RULE, dense(6, 16, 3).append(end), loss_fn, X, CLASSES) is None
