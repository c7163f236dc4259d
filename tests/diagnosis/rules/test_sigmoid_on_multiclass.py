"""Sigmoids for exclusive classes."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.sigmoid_on_multiclass import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


def minus_log(p: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return -p.gather(1, y.unsqueeze(1)).clamp_min(1e-7).log().mean()


@pytest.mark.parametrize("loss_fn", [minus_log, nn.CrossEntropyLoss(), nn.NLLLoss()])
def test_sigmoids_are_found(examined: Any, dense: Any, loss_fn: Any) -> None:
    assert examined(RULE, dense(6, 16, 3).append(nn.Sigmoid()), loss_fn, X, CLASSES) is not None


def test_one_against_the_rest_is_left_alone(examined: Any, dense: Any) -> None:
    hot = nn.functional.one_hot(CLASSES, 3).float()
    assert examined(RULE, dense(6, 16, 3).append(nn.Sigmoid()), nn.BCELoss(), X, hot) is None
    assert examined(RULE, dense(6, 16, 3).append(nn.Sigmoid()), nn.MSELoss(), X, hot) is None
    assert examined(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES) is None


@pytest.mark.parametrize("sigmoid", [True, False])
def test_sigmoids_in_the_loop_are_found(looped: Any, dense: Any, sigmoid: bool) -> None:
    def loop(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for x, y in batches:
            optimizer.zero_grad()
            loss_fn(network(x).sigmoid() if sigmoid else network(x), y).backward()
            optimizer.step()

    assert (looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES, loop) is not None) == sigmoid
