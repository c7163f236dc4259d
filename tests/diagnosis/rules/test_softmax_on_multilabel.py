"""A softmax over answers that may all be right."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.softmax_on_multilabel import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


SEVERAL = (X[:, :3] > 0).float()


def by_hand(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return nn.functional.binary_cross_entropy(nn.functional.softmax(z, 1), y)


@pytest.mark.parametrize(("end", "loss_fn"), [(nn.Softmax(1), nn.BCELoss()), (nn.Identity(), by_hand)])
def test_it_is_found(examined: Any, dense: Any, end: nn.Module, loss_fn: Any) -> None:
    verdict = examined(RULE, dense(6, 16, 3).append(end), loss_fn, X, SEVERAL)
    none_or_several = float((SEVERAL.sum(1) != 1).float().mean())
    assert f"{none_or_several:.0%} of the rows" in verdict.measured


def test_sigmoids_and_single_answers_are_left_alone(examined: Any, dense: Any) -> None:
    hot = nn.functional.one_hot(CLASSES, 3).float()
    assert examined(RULE, dense(6, 16, 3), nn.BCEWithLogitsLoss(), X, SEVERAL) is None
    assert examined(RULE, dense(6, 16, 3).append(nn.Sigmoid()), nn.BCELoss(), X, SEVERAL) is None
    assert examined(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, hot) is None
    assert examined(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, SEVERAL) is None  # a loss for another task
    assert examined(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES) is None
