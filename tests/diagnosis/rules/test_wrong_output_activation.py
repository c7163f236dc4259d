"""Activations that do not fit the loss."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.wrong_output_activation import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)
YES = (X[:, :1] > 0).float()


def clamped(p: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return nn.functional.binary_cross_entropy(p.clamp(0, 1), y)


@pytest.mark.parametrize(
    ("width", "end", "loss_fn", "y"),
    [
        (3, nn.Tanh(), nn.CrossEntropyLoss(), CLASSES),
        (1, nn.Tanh(), nn.BCEWithLogitsLoss(), YES),
        (1, nn.ReLU(), clamped, YES),
        (3, nn.Softmax(1), nn.MSELoss(), X[:, :3]),
    ],
)
def test_they_are_found(examined: Any, dense: Any, width: int, end: nn.Module, loss_fn: Any, y: torch.Tensor) -> None:
    assert examined(RULE, dense(6, 16, width).append(end), loss_fn, X, y) is not None


@pytest.mark.parametrize(
    ("width", "end", "loss_fn", "y"),
    [
        (3, nn.Identity(), nn.CrossEntropyLoss(), CLASSES),
        (1, nn.Sigmoid(), nn.BCELoss(), YES),
        (1, nn.Sigmoid(), clamped, YES),
        (3, nn.Softmax(1), nn.MSELoss(), X[:, :3].softmax(1)),
        (1, nn.Tanh(), nn.MSELoss(), X[:, :1].tanh()),
    ],
)
def test_those_that_fit_are_left_alone(
    examined: Any, dense: Any, width: int, end: nn.Module, loss_fn: Any, y: torch.Tensor
) -> None:
    assert examined(RULE, dense(6, 16, width).append(end), loss_fn, X, y) is None
