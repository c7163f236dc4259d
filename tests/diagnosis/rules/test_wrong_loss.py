"""Losses that do not heed the targets, or one of two classes."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.wrong_loss import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)
YES = (X[:, :1] > 0).float()


def test_a_loss_of_one_class_is_found(examined: Any, dense: Any) -> None:
    verdict = examined(RULE, dense(6, 16, 1).append(nn.Sigmoid()), lambda p, y: -(y * p.log()).mean(), X, YES)
    assert "where the answer is no" in verdict.measured
    verdict = examined(
        RULE, dense(6, 16, 1).append(nn.Sigmoid()), lambda p, y: -((1 - y) * (1 - p).log()).mean(), X, YES
    )
    assert "where the answer is yes" in verdict.measured


def test_a_loss_that_does_not_heed_the_targets_is_found(examined: Any, dense: Any) -> None:
    assert (
        "whichever row"
        in examined(RULE, dense(6, 16, 3), lambda z, _: z.softmax(1).max(1)[0].mean(), X, CLASSES).measured
    )


@pytest.mark.parametrize(
    ("width", "loss_fn", "y"),
    [
        (3, nn.CrossEntropyLoss(weight=torch.tensor([1.0, 5.0, 2.0])), CLASSES),
        (1, nn.BCEWithLogitsLoss(pos_weight=torch.tensor(9.0)), YES),
        (1, nn.L1Loss(), X[:, :1]),
        (3, nn.MSELoss(), X[:, :3]),
        (3, nn.BCEWithLogitsLoss(), (X[:, :3] > 0).float()),
        (1, nn.PoissonNLLLoss(), X[:, :1].abs().round()),
    ],
)
def test_losses_that_heed_them_are_left_alone(
    examined: Any, dense: Any, width: int, loss_fn: Any, y: torch.Tensor
) -> None:
    assert examined(RULE, dense(6, 16, width), loss_fn, X, y) is None


def test_an_overlap_is_heard_where_there_are_rows_of_both_kinds(examined: Any, dense: Any) -> None:
    def dice(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        p = torch.sigmoid(z)
        return 1 - 2 * (p * y).sum() / (p.sum() + y.sum())

    yes = (torch.arange(96) % 3 == 0).float()[:, None]
    x = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
    assert examined(RULE, dense(6, 16, 1), dice, x, yes) is None
    assert examined(RULE, dense(6, 16, 1), lambda z, y: (y * (1 - torch.sigmoid(z))).mean(), x, yes) is not None


def test_a_loss_of_means_only(examined: Any, dense: Any) -> None:
    x = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
    verdict = examined(RULE, dense(6, 16, 1), lambda p, t: (p.mean() - t.mean()).square(), x, x[:, :1])
    assert "whichever row has which target" in verdict.measured
    column_and_row = lambda p, t: (p - t).square().mean()  # noqa: E731
    assert examined(RULE, dense(6, 16, 1), column_and_row, x, x[:, 0]) is None  # another fault


def test_targets_far_beyond_the_outputs_are_heeded(examined: Any, dense: Any) -> None:
    prices = 300_000 + 80_000 * X[:, :1]
    assert examined(RULE, dense(6, 16, 1), nn.MSELoss(), X, prices) is None
    assert examined(RULE, dense(6, 16, 1), lambda z, y: (z.mean() - y.mean()).square(), X, prices) is not None
