"""Losses that are cut off."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.loss_clamped import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)
YES = (X[:, :1] > 0).float()


def plain(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
    for x, y in [*batches, *batches]:
        optimizer.zero_grad()
        loss_fn(network(x), y).backward()
        optimizer.step()


def cut_rows(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return nn.functional.cross_entropy(z, y, reduction="none").clamp(max=0.9).mean()


def cut_whole(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.clamp(nn.functional.cross_entropy(z, y), max=0.5)


@pytest.mark.parametrize("loss_fn", [cut_rows, cut_whole])
def test_a_cut_in_the_loss_is_found(examined: Any, dense: Any, loss_fn: Any) -> None:
    assert "cut off at" in examined(RULE, dense(6, 16, 3), loss_fn, X, CLASSES).measured


@pytest.mark.parametrize(
    ("width", "end", "loss_fn", "y"),
    [
        (3, nn.Identity(), nn.CrossEntropyLoss(), CLASSES),
        (1, nn.Identity(), lambda z, y: (1 - y * z).clamp(min=0).mean(), 2 * YES - 1),
        (1, nn.Sigmoid(), lambda p, y: nn.functional.binary_cross_entropy(p.clamp(0.1, 0.9), y), YES),
        (1, nn.Identity(), nn.HuberLoss(), X[:, :1]),
        (1, nn.Identity(), lambda z, y: nn.functional.mse_loss(z, y).clamp(max=1e6), X[:, :1]),
    ],
)
def test_other_cuts_are_left_alone(examined: Any, dense: Any, width: int, end: nn.Module, loss_fn: Any, y: Any) -> None:
    assert examined(RULE, dense(6, 16, width).append(end), loss_fn, X, y) is None


@pytest.mark.parametrize("most", [0.5, 50.0])
def test_a_cut_in_the_loop_is_found_where_it_holds_back(looped: Any, dense: Any, most: float) -> None:
    def loop(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for x, y in batches:
            optimizer.zero_grad()
            loss_fn(network(x), y).clamp(max=most).backward()
            optimizer.step()

    assert (looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES, loop) is not None) == (most < 1)
