"""Decay that holds the weights at 0, and decay that does not."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from pellucid.diagnosis.rules.weight_decay_too_high import RULE
from pellucid.diagnosis.watch import watch


@pytest.mark.parametrize(("decay", "found"), [(0.5, ["weight_decay_too_high"]), (1e-4, []), (0.0, [])])
def test_only_strong_decay_is_found(watched: Any, dense: Any, decay: float, found: list[str]) -> None:
    doctor = watched(
        dense(2, 32, 2), rules=(RULE,), optimizer=lambda some: torch.optim.Adam(some, lr=0.01, weight_decay=decay)
    )
    assert [one.cause for one in doctor.findings] == found


def test_a_penalty_in_the_loop_is_found(rings: Any, dense: Any) -> None:
    """At once it is several times the loss, and soon small, for it has made the weights small."""
    for factor, found in ((1.0, ["weight_decay_too_high"]), (1e-5, [])):
        network = dense(2, 32, 2)
        optimizer, loss_fn, (x, y) = (
            torch.optim.Adam(network.parameters(), lr=0.01),
            torch.nn.CrossEntropyLoss(),
            rings(),
        )
        with watch(network, optimizer, loss_fn, [(x, y)]) as doctor:
            doctor.rules = (RULE,)
            for _ in range(120):
                optimizer.zero_grad()
                (loss_fn(network(x), y) + factor * sum(one.square().sum() for one in network.parameters())).backward()
                optimizer.step()
        assert [one.cause for one in doctor.findings] == found
