"""Sigmoid twice."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.sigmoid_before_bcelogits import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)
YES = (X[:, :1] > 0).float()


@pytest.mark.parametrize("y", [YES, (X[:, :3] > 0).float()])
def test_a_sigmoid_before_the_logits_loss_is_found(examined: Any, dense: Any, y: torch.Tensor) -> None:
    network = dense(6, 16, y.shape[1]).append(nn.Sigmoid())
    assert "0.731" in examined(RULE, network, nn.BCEWithLogitsLoss(), X, y).measured  # 1 / (1 + exp(-1))
    assert examined(RULE, network, nn.BCEWithLogitsLoss(pos_weight=torch.tensor(3.0)), X, y) is not None


def test_one_hot_classes_do_not_hide_it(examined: Any, dense: Any) -> None:
    hot = nn.functional.one_hot(CLASSES, 3).float()
    assert examined(RULE, dense(6, 16, 3).append(nn.Sigmoid()), nn.BCEWithLogitsLoss(), X, hot) is not None


def test_the_right_pairs_are_left_alone(examined: Any, dense: Any) -> None:
    assert examined(RULE, dense(6, 16, 1).append(nn.Sigmoid()), nn.BCELoss(), X, YES) is None
    assert examined(RULE, dense(6, 16, 1), nn.BCEWithLogitsLoss(), X, YES) is None
    assert examined(RULE, dense(6, 16, 1).append(nn.Sigmoid()), nn.MSELoss(), X, YES) is None


@pytest.mark.parametrize("sigmoid", [True, False])
def test_a_sigmoid_in_the_loop_is_found(looped: Any, dense: Any, sigmoid: bool) -> None:
    def loop(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for x, y in batches:
            optimizer.zero_grad()
            loss_fn(network(x).sigmoid() if sigmoid else network(x), y).backward()
            optimizer.step()

    assert (looped(RULE, dense(6, 16, 1), nn.BCEWithLogitsLoss(), X, YES, loop) is not None) == sigmoid
