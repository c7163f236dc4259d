"""Graphs that grow."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.graph_retained import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


def loop_that(does: str) -> Any:
    def loop(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        total: Any = 0.0
        losses = []
        for x, y in 5 * batches:
            optimizer.zero_grad()
            loss = loss_fn(network(x), y)
            loss.backward()
            optimizer.step()
            if does == "sum":
                total += loss
            elif does == "collect":
                losses.append(loss)
            else:
                total += loss.item()
                losses.append(loss.detach())

    return loop


@pytest.mark.parametrize(("does", "said"), [("sum", "grows from"), ("collect", "are still held")])
def test_kept_graphs_are_found(looped: Any, dense: Any, does: str, said: str) -> None:
    assert (
        said
        in looped(
            RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X.repeat(4, 1), CLASSES.repeat(4), loop_that(does)
        ).measured
    )


def test_numbers_are_left_alone(looped: Any, dense: Any) -> None:
    assert (
        looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X.repeat(4, 1), CLASSES.repeat(4), loop_that("item"))
        is None
    )
