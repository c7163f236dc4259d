"""A loop that standardises its batches is heeded."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pellucid.diagnosis.doctor import Doctor
from pellucid.diagnosis.watch import watch


def trained(*, in_loop: bool) -> Doctor:
    torch.manual_seed(0)
    x = torch.randn(200, 4) * torch.tensor([1.0, 10.0, 100.0, 1000.0]) + 300
    y = (x[:, 3] > 300).long()
    mean, std = (x.mean(0), x.std(0)) if in_loop else (0.0, 1.0)
    network = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    batches = list(zip(x[:160].split(20), y[:160].split(20), strict=True))
    with watch(network, optimizer, nn.CrossEntropyLoss(), batches, [(x[160:], y[160:])]) as doctor:
        for rows, targets in 4 * batches:
            optimizer.zero_grad()
            nn.functional.cross_entropy(network((rows - mean) / std), targets).backward()
            optimizer.step()
    return doctor


@pytest.mark.parametrize("in_loop", [True, False])
def test_rows_as_the_network_gets_them(in_loop: bool) -> None:
    doctor = trained(in_loop=in_loop)
    train = doctor.evidence.data.train
    assert train is not None
    assert (float(train.inputs[0].std()) < 2) is in_loop
    assert ("input_unscaled" in [one.cause for one in doctor.findings]) is not in_loop
