"""Targets in another code than the loss's."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.target_out_of_range import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)
YES = (X[:, :1] > 0).float()


@pytest.mark.parametrize("loss_fn", [nn.BCEWithLogitsLoss(), nn.BCEWithLogitsLoss(reduction="sum")])
def test_minus_one_and_one_for_a_binary_cross_entropy_is_found(examined: Any, dense: Any, loss_fn: Any) -> None:
    verdict = examined(RULE, dense(6, 16, 1), loss_fn, X, 2 * YES - 1)
    assert verdict.measured.startswith("the targets are -1, 1")
    assert verdict.remedy == "targets = (targets > 0).float()"


@pytest.mark.parametrize("loss_fn", [nn.SoftMarginLoss(), lambda z, y: (1 - y * z).clamp(min=0).mean()])
def test_zero_and_one_for_margins_is_found(examined: Any, dense: Any, loss_fn: Any) -> None:
    assert "takes -1 and 1" in examined(RULE, dense(6, 16, 1), loss_fn, X, YES).measured
    assert examined(RULE, dense(6, 16, 1), loss_fn, X, 2 * YES - 1) is None


def test_labels_beyond_the_classes_are_found(examined: Any, dense: Any) -> None:
    verdict = examined(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES + 1)
    assert "from 1 to 3" in verdict.measured
    assert verdict.remedy == "labels - 1"


def by_hand(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return -z.log_softmax(1)[torch.arange(len(y)), y].mean()


def without_negative(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return nn.functional.cross_entropy(z[y >= 0], y[y >= 0])


def test_negative_labels_count_unless_they_are_left_out(examined: Any, dense: Any) -> None:
    some = CLASSES.clone()
    some[::4] = -1
    assert examined(RULE, dense(6, 16, 3), by_hand, X, some) is not None
    assert examined(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(ignore_index=-1), X, some) is None
    assert examined(RULE, dense(6, 16, 3), without_negative, X, some) is None


@pytest.mark.parametrize(
    ("width", "loss_fn", "y"),
    [
        (3, nn.CrossEntropyLoss(), CLASSES),
        (1, nn.BCEWithLogitsLoss(), YES),
        (1, nn.BCEWithLogitsLoss(), 0.1 + 0.8 * YES),
        (1, nn.L1Loss(), YES),
        (1, nn.MSELoss(), 2 * YES - 1),
        (1, nn.PoissonNLLLoss(), YES),
    ],
)
def test_targets_that_fit_are_left_alone(examined: Any, dense: Any, width: int, loss_fn: Any, y: torch.Tensor) -> None:
    assert examined(RULE, dense(6, 16, width), loss_fn, X, y) is None


@pytest.mark.parametrize(
    ("y", "remedy"), [(X.repeat(1, 8).abs(), "targets / "), (X.repeat(1, 8), ""), (X.repeat(1, 8).sigmoid(), "")]
)
def test_grey_values_for_a_binary_cross_entropy(examined: Any, dense: Any, y: torch.Tensor, remedy: str) -> None:
    verdict = examined(RULE, dense(48, 16, 48), nn.BCEWithLogitsLoss(), y, y)
    assert verdict is None if not remedy else verdict.remedy.startswith(remedy)
