"""Probabilities in NLLLoss, beside their logarithms."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.nll_on_probs import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


def test_probabilities_are_found(examined: Any, dense: Any) -> None:
    verdict = examined(RULE, dense(6, 16, 3).append(nn.Softmax(1)), nn.NLLLoss(), X, CLASSES)
    assert "between -1 and 0" in verdict.measured


@pytest.mark.parametrize("end", [nn.LogSoftmax(1), nn.Identity()])
def test_logarithms_and_logits_are_another_matter(examined: Any, dense: Any, end: nn.Module) -> None:
    assert examined(RULE, dense(6, 16, 3).append(end), nn.NLLLoss(), X, CLASSES) is None


def test_a_softmax_in_the_loop_is_found(looped: Any, dense: Any) -> None:
    def loop(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for x, y in batches:
            optimizer.zero_grad()
            loss_fn(network(x).softmax(1), y).backward()
            optimizer.step()

    assert looped(RULE, dense(6, 16, 3), nn.NLLLoss(), X, CLASSES, loop) is not None
