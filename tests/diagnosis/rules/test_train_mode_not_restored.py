"""Training in eval mode, from the start or after the first evaluation; frozen parts in eval mode are left alone."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.train_mode_not_restored import RULE
from pellucid.diagnosis.watch import watch


def trained(clouds: Any, before: Any, each: Any, network: nn.Module | None = None) -> Any:
    torch.manual_seed(0)
    if network is None:
        network = nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 3))
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD([one for one in network.parameters() if one.requires_grad], lr=0.01)
    x, y = clouds(96)
    batches = list(zip(x.split(32), y.split(32), strict=True))
    before(network)
    with watch(network, optimizer, loss_fn, batches) as doctor:
        doctor.rules = (RULE,)
        for _ in range(4):
            each(network)
            for inputs, targets in batches:
                optimizer.zero_grad()
                loss_fn(network(inputs), targets).backward()
                optimizer.step()
            network.eval()
    return [one for one in doctor.findings if one.cause == RULE.cause]


@pytest.mark.parametrize(
    ("before", "each", "remedy"),
    [
        (nn.Module.train, lambda _: None, "network.train() at the start of every epoch, after the evaluation"),
        (nn.Module.eval, lambda _: None, "network.train() before the loop"),
        (nn.Module.eval, nn.Module.train, None),
    ],
)
def test_modes(clouds: Any, before: Any, each: Any, remedy: str | None) -> None:
    assert [one.remedy for one in trained(clouds, before, each)] == ([remedy] if remedy else [])


def test_silent_for_a_frozen_part(clouds: Any) -> None:
    body = nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8))
    body.requires_grad_(False)
    assert trained(clouds, nn.Module.eval, lambda _: None, nn.Sequential(body, nn.Linear(8, 3))) == []


def test_batch_norms_are_named(clouds: Any) -> None:
    network = nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.Linear(8, 3))
    found = trained(clouds, nn.Module.eval, lambda _: None, network)
    assert "learns no statistics" in found[0].measured
