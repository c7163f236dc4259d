"""Columns against vectors."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.loss_broadcast import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))


def plain(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
    for x, y in [*batches, *batches]:
        optimizer.zero_grad()
        loss_fn(network(x), y).backward()
        optimizer.step()


def squeezing(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
    for x, y in batches:
        optimizer.zero_grad()
        loss_fn(network(x).squeeze(1), y).backward()
        optimizer.step()


@pytest.mark.filterwarnings("ignore:Using a target size")
@pytest.mark.parametrize("loss_fn", [nn.MSELoss(), nn.L1Loss(), lambda z, y: (z - y).square().mean()])
def test_every_output_against_every_target_is_found(looped: Any, dense: Any, loss_fn: Any) -> None:
    verdict = looped(RULE, dense(6, 16, 1), loss_fn, X, X[:, 0], plain)
    assert "4096 differences" in verdict.measured  # 64 rows, squared
    assert verdict.remedy == "network(inputs).squeeze(1)"


@pytest.mark.filterwarnings("ignore:Using a target size")
def test_a_loop_that_squeezes_is_left_alone(looped: Any, dense: Any) -> None:
    assert looped(RULE, dense(6, 16, 1), nn.MSELoss(), X, X[:, 0], squeezing) is None


def test_equal_shapes_and_losses_that_squeeze_are_left_alone(looped: Any, dense: Any) -> None:
    assert looped(RULE, dense(6, 16, 1), nn.MSELoss(), X, X[:, :1], plain) is None
    assert (
        looped(RULE, dense(6, 16, 1), lambda z, y: nn.functional.mse_loss(z.squeeze(1), y), X, X[:, 0], plain) is None
    )
