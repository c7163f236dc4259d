"""Softmax twice, beside heads that only look so."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.softmax_before_ce import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


def test_a_softmax_before_cross_entropy_is_found(examined: Any, dense: Any) -> None:
    verdict = examined(RULE, dense(6, 16, 3).append(nn.Softmax(1)), nn.CrossEntropyLoss(), X, CLASSES)
    assert "cannot fall below 0.5514" in verdict.measured  # log(1 + 2 / e)
    assert "without the softmax bring the loss" in verdict.proof


def test_soft_targets_do_not_hide_it(examined: Any, dense: Any) -> None:
    soft = 0.9 * nn.functional.one_hot(CLASSES, 3).float() + 0.1 / 3
    assert examined(RULE, dense(6, 16, 3).append(nn.Softmax(1)), nn.CrossEntropyLoss(), X, soft) is not None
    assert examined(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, soft) is None


@pytest.mark.parametrize(
    ("end", "loss_fn"),
    [
        (nn.Identity(), nn.CrossEntropyLoss(label_smoothing=0.1)),
        (nn.LogSoftmax(1), nn.CrossEntropyLoss()),  # applied twice it changes nothing
        (nn.LogSoftmax(1), nn.NLLLoss()),
        (nn.Softmax(1), lambda p, y: nn.functional.nll_loss(p.log(), y)),
    ],
)
def test_other_heads_are_left_alone(examined: Any, dense: Any, end: nn.Module, loss_fn: Any) -> None:
    assert examined(RULE, dense(6, 16, 3).append(end), loss_fn, X, CLASSES) is None


@pytest.mark.parametrize("softmax", [True, False])
def test_a_softmax_in_the_loop_is_found(looped: Any, dense: Any, softmax: bool) -> None:
    def loop(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for x, y in batches:
            optimizer.zero_grad()
            loss_fn(network(x).softmax(1) if softmax else network(x), y).backward()
            optimizer.step()

    assert (looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES, loop) is not None) == softmax
