"""A softmax over the rows."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from pellucid.diagnosis.rules.softmax_wrong_dim import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)
YES = (X[:, :1] > 0).float()


def of(dim: int) -> Any:
    return lambda z, y: -torch.log(torch.softmax(z, dim=dim))[torch.arange(len(y)), y].mean()


def test_a_softmax_over_the_rows_is_found(examined: Any, dense: Any) -> None:
    assert "96" not in examined(RULE, dense(6, 16, 3), of(0), X, CLASSES).measured  # the probe batch has 64 rows
    assert "(64 of them)" in examined(RULE, dense(6, 16, 3), of(0), X, CLASSES).measured
    assert examined(RULE, dense(6, 16, 3).append(nn.LogSoftmax(0)), nn.NLLLoss(), X, CLASSES) is not None
    assert examined(RULE, dense(6, 16, 1).append(nn.Softmax(0)), nn.BCELoss(), X, YES) is not None


def test_a_softmax_over_the_classes_is_left_alone(examined: Any, dense: Any) -> None:
    assert examined(RULE, dense(6, 16, 3), of(1), X, CLASSES) is None
    assert examined(RULE, dense(6, 16, 3), of(-1), X, CLASSES) is None
    assert examined(RULE, dense(6, 16, 3).append(nn.LogSoftmax(1)), nn.NLLLoss(), X, CLASSES) is None


def test_positions_are_no_classes(examined: Any) -> None:
    x, y = torch.randn(40, 4, 8), torch.randint(0, 5, (40, 8))
    right, wrong = (nn.Sequential(nn.Conv1d(4, 5, 1), nn.LogSoftmax(dim)) for dim in (1, 2))
    assert examined(RULE, right, nn.NLLLoss(), x, y) is None
    assert "axis 2" in examined(RULE, wrong, nn.NLLLoss(), x, y).measured
