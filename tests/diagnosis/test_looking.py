"""What a look sees, against torch by hand."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pellucid.diagnosis.double import Double
from pellucid.diagnosis.evidence import DataFacts, Examples
from pellucid.diagnosis.looking import Looker, evenly


def looker(network: nn.Module, x: torch.Tensor, y: torch.Tensor) -> Looker:
    examples = Examples((x,), y)
    data = DataFacts(
        train=examples, validation=None, train_rows=len(x), validation_rows=None, batches=(), again=(),
        batches_in_epoch=1,
    )  # fmt: skip
    return Looker(Double(network, nn.MSELoss()), examples, data)


def test_a_look_agrees_with_torch() -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Dropout(0.0), nn.Linear(5, 1))
    x, y = torch.randn(32, 3), torch.randn(32, 1)
    look = looker(network, x, y).look(4, 0.5)
    hidden = torch.relu(network[0](x)).detach()
    loss = nn.functional.mse_loss(network(x), y)
    gradient = torch.autograd.grad(loss, network[0].weight)[0]
    relu = next(one for one in look.layers if one.function == "relu")
    weight = look.parameters[0]
    assert (look.step, relu.name, relu.shape) == (4, "1", (32, 5))
    assert relu.zero_share == pytest.approx((hidden == 0).float().mean().item())
    assert relu.dead_share == pytest.approx((hidden == 0).all(0).float().mean().item())
    assert relu.row_std == pytest.approx(hidden.std(0, correction=0).mean().item(), rel=1e-5)
    assert look.loss == pytest.approx(loss.item(), rel=1e-5)
    assert look.score == pytest.approx(1 - loss.item() / y.var(correction=0).item(), rel=1e-4)
    assert weight.gradient_norm == pytest.approx(gradient.norm().item(), rel=1e-5)
    assert (weight.name, weight.moved, weight.unchanged_share) == ("0.weight", 0.0, 1.0)


def test_looking_changes_nothing() -> None:
    network = nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.Linear(5, 1)).train()
    one = looker(network, torch.randn(16, 3), torch.randn(16, 1))
    before = {name: value.clone() for name, value in one.double.network.state_dict().items()}
    one.look(0, 0.0)
    assert network.training
    assert all(parameter.grad is None for parameter in network.parameters())
    assert all(torch.equal(value, before[name]) for name, value in one.double.network.state_dict().items())


def test_moved_weights_are_measured_from_the_start() -> None:
    network = nn.Linear(2, 1)
    one = looker(network, torch.randn(8, 2), torch.randn(8, 1))
    with torch.no_grad():
        network.weight.mul_(1.5)
    one.double.sync()
    facts = one.look(1, 0.0).parameters[0]
    assert facts.moved == pytest.approx(0.5)
    assert facts.unchanged_share == 0.0


def test_rows_are_taken_evenly() -> None:
    examples = Examples((torch.arange(9.0).reshape(9, 1),), torch.arange(9))
    assert evenly(examples, 3).targets.tolist() == [0, 4, 8]
    assert evenly(examples, 20) is examples
