"""Small trainings for the tests of the rules: one loop, watched, with one thing changed. All are fixtures."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from pellucid.diagnosis.doctor import Doctor
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Verdict
from pellucid.diagnosis.watch import watch

Batches = list[tuple[Tensor, Tensor]]
Loop = Callable[[nn.Module, Any, Any, Batches], None]


def _rings(rows: int = 256, *, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Points in the plane; class 1 outside of a circle that holds half of them."""
    x = torch.randn(rows, 2, generator=torch.Generator().manual_seed(seed))
    return x, (x.norm(dim=1) > 1.18).long()  # the median of a Rayleigh distribution is 1.177


def _batches_of(x: Tensor, y: Tensor, size: int = 32) -> Batches:
    return list(zip(x.split(size), y.split(size), strict=True))


def _watched(
    network: nn.Module,
    *,
    data: tuple[Tensor, Tensor] | None = None,
    validation: tuple[Tensor, Tensor] | None = None,
    optimizer: Callable[[Any], torch.optim.Optimizer] = lambda some: torch.optim.Adam(some, lr=0.01),
    loss_fn: Any = None,
    epochs: int = 20,
    batch_size: int = 32,
    rules: tuple[Rule, ...] | None = None,
    scheduler: Callable[[torch.optim.Optimizer], Any] | None = None,
    after_backward: Callable[[nn.Module], None] = lambda _: None,
) -> Doctor:
    """Train in the usual loop and return the doctor."""
    x, y = _rings() if data is None else data
    train = _batches_of(x, y, batch_size)
    chosen = optimizer(network.parameters())
    loss_fn = nn.CrossEntropyLoss() if loss_fn is None else loss_fn
    schedule = None if scheduler is None else scheduler(chosen)
    held = None if validation is None else [validation]
    with watch(network, chosen, loss_fn, train, held) as doctor:
        if rules is not None:
            doctor.rules = rules
        for _ in range(epochs):
            network.train()
            for inputs, targets in train:
                chosen.zero_grad()
                loss_fn(network(inputs), targets).backward()
                after_backward(network)
                chosen.step()
                if schedule is not None:
                    schedule.step()
    return doctor


def _causes(doctor: Doctor) -> list[str]:
    """Return the root causes and what they explain."""
    return [name for one in doctor.findings for name in (one.cause, *(below.cause for below in one.consequences))]


def _dense(*widths: int, activation: Callable[[], nn.Module] = nn.ReLU, seed: int = 0) -> nn.Sequential:
    """Return a stack of linear layers with activations between them."""
    torch.manual_seed(seed)
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += [nn.Linear(before, after), activation()]
    return nn.Sequential(*layers[:-1])


def _examined(
    rule: Rule, network: nn.Module, loss_fn: Any, x: Tensor, y: Any, *, optimizer: Any = None, metric: Any = None
) -> Verdict | None:
    """Ask one rule before step 1."""
    chosen = torch.optim.SGD(network.parameters(), lr=0.1) if optimizer is None else optimizer
    doctor = Doctor.of(network, chosen, loss_fn, _batches_of(x, y), metric=metric, rules=())
    return rule.measure(doctor.evidence)


def _looped(
    rule: Rule, network: nn.Module, loss_fn: Any, x: Tensor, y: Tensor, loop: Loop, *, optimizer: Any = None
) -> Verdict | None:
    """Let `loop(network, loss_fn, optimizer, batches)` train, and ask one rule afterwards; no other rule is asked."""
    chosen = torch.optim.SGD(network.parameters(), lr=0.1) if optimizer is None else optimizer
    batches = _batches_of(x, y)
    none = patch.dict(Doctor.of.__func__.__kwdefaults__, rules=())  # type: ignore[attr-defined]
    with none, watch(network, chosen, loss_fn, batches) as doctor:
        loop(network, loss_fn, chosen, batches)
    return rule.measure(doctor.evidence)


def _closed(order: str) -> Loop:
    def loop(network: nn.Module, loss_fn: Any, optimizer: Any, batches: Batches) -> None:
        for x, y in [*batches, *batches]:

            def closure(x: Tensor = x, y: Tensor = y) -> Tensor:
                if order == "before":
                    optimizer.zero_grad()
                loss: Tensor = loss_fn(network(x), y)
                if order == "between":
                    optimizer.zero_grad()
                loss.backward()
                if order == "after":
                    optimizer.zero_grad()
                return loss

            optimizer.step(closure)

    return loop


class _Varied(Dataset[tuple[Tensor, Tensor]]):
    def __init__(self, x: Tensor, y: Tensor, change: Callable[[Any, Tensor, Tensor], tuple[Tensor, Tensor]]) -> None:
        self.x, self.y, self.change = x, y, change
        self.random = np.random.default_rng(0)

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, row: int) -> tuple[Tensor, Tensor]:
        return self.change(self, self.x[row], self.y[row])


def _by_torch(_: Any, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    return x + 0.1 * torch.randn(6), y


def _plain(_: Any, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    return x, y


def _moved(_: Any, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Exchange the columns of classes 0, 1 and 2: a row becomes one of another class."""
    turn = int(torch.randint(0, 3, ()))
    return torch.cat([x[:3].roll(turn), x[3:]]), y


def _drowned(_: Any, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    return x + 20 * torch.randn(6), y


@pytest.fixture
def examined() -> Any:
    """`examined(rule, network, loss_fn, x, y)` -> its verdict before step 1."""
    return _examined


@pytest.fixture
def looped() -> Any:
    """`looped(rule, network, loss_fn, x, y, loop)` -> its verdict after the loop."""
    return _looped


@pytest.fixture
def rings() -> Any:
    """`rings(rows, seed=)` -> points in the plane and their classes."""
    return _rings


@pytest.fixture
def watched() -> Any:
    """`watched(network, …)` -> the doctor of a training."""
    return _watched


@pytest.fixture
def causes() -> Any:
    """`causes(doctor)` -> the causes found, roots and consequences."""
    return _causes


@pytest.fixture
def dense() -> Any:
    """`dense(*widths, activation=)` -> a stack of linear layers."""
    return _dense


def _gathered(network: nn.Module, loss_fn: Any, train: Any, held: Any = None, *, optimizer: Any = None) -> Evidence:
    """Return the evidence before step 1, of loaders or of pairs (x, y), which become batches of 32."""
    chosen = torch.optim.SGD(network.parameters(), lr=0.1) if optimizer is None else optimizer
    loaders = [_batches_of(*one) if isinstance(one, tuple) else one for one in (train, held)]
    return Doctor.of(network, chosen, loss_fn, *loaders, rules=()).evidence


def _clouds(rows: int = 240, classes: int = 3, *, features: int = 6, seed: int = 0) -> tuple[Tensor, Tensor]:
    """One cloud for each class, in random order; the centres are 3 standard deviations from 0, each on its axis."""
    generator = torch.Generator().manual_seed(seed)
    y = torch.randint(0, classes, (rows,), generator=generator)
    return 3 * torch.eye(features)[y] + torch.randn(rows, features, generator=generator), y


@pytest.fixture
def gathered() -> Any:
    """`gathered(network, loss_fn, train, held)` -> the evidence before step 1."""
    return _gathered


@pytest.fixture
def clouds() -> Any:
    """`clouds(rows, classes, features=, seed=)` -> rows and the numbers of their classes."""
    return _clouds


@pytest.fixture
def closed() -> Any:
    """`closed(order)` -> a loop with a closure that clears the gradients before, between or after; or never."""
    return _closed


@pytest.fixture
def variations(gathered: Any, clouds: Any) -> Any:
    """Ways of varying a row (plain, by_torch, moved, drowned), and `damaged(change)` -> the evidence of such rows."""

    def damaged(change: Any) -> Any:
        x, y = clouds(200)
        loader = DataLoader(_Varied(x, y, change), 32, shuffle=True)
        torch.manual_seed(0)
        return gathered(nn.Linear(6, 3), nn.CrossEntropyLoss(), loader, clouds(100, seed=1))

    return SimpleNamespace(damaged=damaged, plain=_plain, by_torch=_by_torch, moved=_moved, drowned=_drowned)
