"""Trials on copies, against torch by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from pellucid.diagnosis.double import Double
from pellucid.diagnosis.evidence import Examples
from pellucid.diagnosis.probes.probes import TOTAL_SECONDS, Probes


def probes(network: nn.Module, optimizer: torch.optim.Optimizer | None = None, size: int = 16) -> Probes:
    x = torch.randn(64, 3, generator=torch.Generator().manual_seed(0))
    double = Double(network, nn.MSELoss())
    made = Probes(double, optimizer, Examples((x,), x.sum(1, keepdim=True)), batch_size=size)
    made.start = double.state()
    return made


def test_one_step_is_that_of_the_training() -> None:
    torch.manual_seed(0)
    network = nn.Linear(3, 1)
    trial = probes(network, torch.optim.SGD(network.parameters(), lr=0.2), size=64).trial(steps=1, rate_factor=0.5)
    x = torch.randn(64, 3, generator=torch.Generator().manual_seed(0))
    loss = nn.functional.mse_loss(network(x), x.sum(1, keepdim=True))
    gradient = torch.autograd.grad(loss, network.weight)[0]
    assert trial is not None
    assert trial.losses == (pytest.approx(loss.item(), rel=1e-5),)
    assert trial.before == pytest.approx(loss.item(), rel=1e-5)
    moved = trial.network.get_parameter("weight")
    assert torch.allclose(moved, network.weight - 0.1 * gradient, atol=1e-6)
    assert trial.fell == pytest.approx((trial.before - trial.after) / trial.before)


def test_the_network_the_optimizer_and_the_generators_stay_as_they_are() -> None:
    network = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.Linear(4, 1))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    before = {name: one.clone() for name, one in network.state_dict().items()}
    state = torch.get_rng_state()
    assert probes(network, optimizer).trial(steps=5) is not None
    assert all(torch.equal(one, before[name]) for name, one in network.state_dict().items())
    assert not optimizer.state
    assert torch.equal(torch.get_rng_state(), state)


def test_one_thing_can_be_changed() -> None:
    network = nn.Linear(3, 1)
    asked = probes(network, torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9))
    zeroed = asked.trial(steps=1, change=lambda one: nn.init.zeros_(one.get_parameter("weight")))
    scaled = asked.trial(steps=1, inputs=lambda x: 0 * x, targets=lambda y: 0 * y)
    few = asked.trial(steps=3, rows=4)
    other = asked.trial(steps=1, make_optimizer=lambda some: torch.optim.SGD(some, lr=0.0))
    assert zeroed is not None
    assert scaled is not None
    assert few is not None
    assert other is not None
    assert scaled.before == pytest.approx(network.bias.item() ** 2, rel=1e-4)  # x = y = 0: only the bias is left
    assert len(few.losses) == 3
    assert other.after == pytest.approx(other.before)
    assert asked.like_theirs([nn.Parameter(torch.ones(1))]).param_groups[0]["momentum"] == 0.9
    assert asked.like_theirs([nn.Parameter(torch.ones(1))], 0.5).param_groups[0]["lr"] == pytest.approx(0.05)


def test_a_trial_that_blows_up_ends_early() -> None:
    network = nn.Linear(3, 1)
    trial = probes(network, torch.optim.SGD(network.parameters(), lr=1e30)).trial(steps=50)
    assert trial is not None
    assert len(trial.losses) < 10
    assert not math.isfinite(trial.losses[-1])


def test_there_is_none_where_it_cannot_be_made_or_the_time_is_up() -> None:
    assert Probes(None, None, None).trial() is None
    network = nn.Linear(3, 1)
    asked = probes(network)
    assert asked.trial(loss_fn=nn.CrossEntropyLoss(), targets=lambda y: y.long()[:, 0] + 99) is None
    asked.seconds_spent = TOTAL_SECONDS + 1
    assert asked.trial() is None


def test_once_is_once() -> None:
    asked, made = probes(nn.Linear(3, 1)), []
    for _ in range(2):
        asked.once("key", lambda: made.append(1))
    assert made == [1]


def test_every_group_keeps_its_options() -> None:
    network = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 1))
    groups = [{"params": network[0].parameters()}, {"params": network[1].parameters(), "lr": 0.5, "weight_decay": 0.1}]
    asked = probes(network, torch.optim.SGD(groups, lr=0.2))
    copies = [one.detach().clone().requires_grad_() for one in network.parameters()]
    made = asked.like_theirs(copies, 0.5)
    assert [(len(one["params"]), one["lr"], one["weight_decay"]) for one in made.param_groups] == [
        (2, 0.1, 0), (2, 0.25, 0.1),
    ]  # fmt: skip
    assert [len(one["params"]) for one in asked.like_theirs(copies[:3]).param_groups] == [3]
