"""The copy on which everything is tried."""

from __future__ import annotations

import math

import torch
from torch import nn

from pellucid.diagnosis.double import Double, buffers_kept, number
from pellucid.diagnosis.evidence import Examples

X = torch.randn(10, 3, generator=torch.Generator().manual_seed(0))


def test_the_double_follows_when_it_is_told_to() -> None:
    network = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    double = Double(network, nn.MSELoss())
    with torch.no_grad():
        network[0].weight.add_(1.0)
        network[1].running_mean.add_(2.0)  # type: ignore[operator]
    assert not torch.equal(double.network.get_parameter("0.weight"), network[0].weight)
    double.sync()
    for name, one in network.state_dict().items():
        assert torch.equal(one, double.network.state_dict()[name])
    assert not torch.equal(double.first["0.weight"], network[0].weight)


def test_users_hooks_are_not_called_on_it() -> None:
    network, called = nn.Linear(3, 1), []
    network.register_forward_hook(lambda *_: called.append(1))
    Double(network, nn.MSELoss()).outputs(Examples((X,), X))
    assert not called


def test_outputs_are_those_of_the_network_in_parts() -> None:
    network = nn.Sequential(nn.Linear(3, 2), nn.Dropout(0.5))
    outputs = Double(network, nn.MSELoss()).outputs(Examples((X,), X), rows=4)
    assert outputs is not None
    assert torch.allclose(outputs, network[0](X))
    assert network.training


def test_a_network_that_returns_no_tensor_gives_none() -> None:
    class Pair(nn.Module):
        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            return x, x

    assert Double(Pair(), nn.MSELoss()).outputs(Examples((X,), X)) is None


def test_a_loss_that_refuses_is_nan() -> None:
    double = Double(nn.Linear(3, 1), nn.CrossEntropyLoss())
    assert math.isnan(double.loss_of(X, torch.full((10,), 7)))
    assert number(torch.tensor([1.0, 3.0])) == 2.0
    assert number(2) == 2.0


def test_buffers_and_modes_come_back() -> None:
    network = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout()).train()
    network[1].eval()
    before = network[0].running_mean.clone()  # type: ignore[operator]
    with buffers_kept(network):
        network.train()
        network(X + 5)
    assert torch.equal(network[0].running_mean, before)  # type: ignore[arg-type]
    assert [one.training for one in network] == [True, False]
