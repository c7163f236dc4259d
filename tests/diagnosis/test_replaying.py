"""A failure that nobody saw is looked for by training a copy on."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from pellucid.diagnosis.doctor import Doctor
from pellucid.diagnosis.replaying import replayed

X = torch.randn(96, 4, generator=torch.Generator().manual_seed(1))
YES = (X[:, :1] > 0).float()


def by_hand(z: Tensor, y: Tensor) -> Tensor:
    p = torch.sigmoid(z)
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()


def doctor_of(loss_fn: Any, rate: float, batches: Any = None) -> Doctor:
    torch.manual_seed(0)
    network = nn.Linear(4, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=rate)
    batches = list(zip(X.split(32), YES.split(32), strict=True)) if batches is None else batches
    return Doctor.of(network, optimizer, loss_fn, batches, rules=())


def test_the_copy_fails_as_the_training_did() -> None:
    failure = replayed(doctor_of(by_hand, 1e4).evidence, 40)
    assert failure is not None
    assert (failure.step, failure.where, failure.function) == (40, "loss", "log")


def test_a_copy_that_does_not_fail_keeps_its_weights() -> None:
    evidence = doctor_of(by_hand, 0.01).evidence
    assert evidence.double is not None
    before = evidence.double.state()
    assert replayed(evidence, 5) is None
    assert all(torch.equal(one, before[name]) for name, one in evidence.double.state().items())


def test_without_examples_nothing_is_said() -> None:
    assert replayed(doctor_of(by_hand, 0.1, iter([])).evidence, 5) is None


def test_a_loss_that_refuses_is_no_failure() -> None:
    evidence = doctor_of(nn.MSELoss(), 0.1).evidence
    assert evidence.double is not None
    evidence.double.loss_fn = nn.CosineEmbeddingLoss()
    assert replayed(evidence, 5) is None
