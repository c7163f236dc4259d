"""Watching changes nothing and leaves nothing: weights, generators, hooks, modes, references."""

from __future__ import annotations

import gc
import random
import weakref
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.overrides import _get_current_function_mode_stack
from torch.utils.data import DataLoader, Dataset, TensorDataset

from pellucid.diagnosis.budget import DENSE, Budget
from pellucid.diagnosis.doctor import Doctor
from pellucid.diagnosis.watch import watch

ROWS = 96


class Recurrent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.gru, self.head = nn.GRU(4, 8, batch_first=True), nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.head(self.gru(x)[0][:, -1])
        return out


class Noisy(Dataset[tuple[Tensor, Tensor]]):
    """Draws from three generators at every look-up, as augmentation does."""

    def __init__(self, x: Tensor, y: Tensor) -> None:
        self.x, self.y, self.own = x, y, np.random.default_rng(5)

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, row: int) -> tuple[Tensor, Tensor]:
        noise = np.random.normal() + self.own.normal() + random.random()  # noqa: NPY002
        return self.x[row] + 0.01 * float(noise), self.y[row]


def dense() -> tuple[nn.Module, tuple[int, ...]]:
    return nn.Sequential(nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 3)), (6,)


def convolutional() -> tuple[nn.Module, tuple[int, ...]]:
    layers = [nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout2d(0.2), nn.Flatten(), nn.LazyLinear(3)]
    network = nn.Sequential(*layers)
    network(torch.zeros(2, 1, 6, 6))
    return network, (1, 6, 6)


def recurrent() -> tuple[nn.Module, tuple[int, ...]]:
    return Recurrent(), (5, 4)


def trained(
    make: Callable[[], tuple[nn.Module, tuple[int, ...]]], optimizer: str, *, watched: bool, noisy: bool = False
) -> tuple[nn.Module, Doctor | None, list[Tensor]]:
    """Train for a few epochs with shuffling, dropout and a validation pass; return also what the generators give."""
    torch.manual_seed(3)
    np.random.seed(3)  # noqa: NPY002
    random.seed(3)
    network, shape = make()
    x, y = torch.randn(ROWS, *shape), torch.randint(0, 3, (ROWS,))
    data: Dataset[Any] = Noisy(x, y) if noisy else TensorDataset(x, y)
    own = torch.Generator().manual_seed(1)
    train = DataLoader(data, batch_size=16, shuffle=True, generator=own)
    validation = DataLoader(TensorDataset(x[:32], y[:32]), batch_size=16)
    chosen = getattr(torch.optim, optimizer)(network.parameters(), lr=0.01)
    loss_fn = nn.CrossEntropyLoss()
    with watch(network, chosen, loss_fn, train, validation) if watched else nullcontext() as doctor:
        for _ in range(4):
            network.train()
            for inputs, targets in train:
                chosen.zero_grad()
                loss_fn(network(inputs), targets).backward()
                chosen.step()
            network.eval()
            with torch.no_grad():
                for inputs, _ in validation:
                    network(inputs)
    after = [torch.rand(3), torch.tensor(np.random.rand(3)), torch.tensor(random.random())]  # noqa: NPY002
    return network, doctor, after


@pytest.mark.parametrize("make", [dense, convolutional, recurrent])
@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
@pytest.mark.parametrize("noisy", [False, True])
def test_the_weights_and_the_generators_are_those_without_watching(make: Any, optimizer: str, noisy: bool) -> None:
    plain, _, of_plain = trained(make, optimizer, watched=False, noisy=noisy)
    seen, doctor, of_seen = trained(make, optimizer, watched=True, noisy=noisy)
    assert doctor is not None
    assert len(doctor.evidence.looks) > 3
    for name, value in plain.state_dict().items():
        assert torch.equal(value, seen.state_dict()[name]), name
    for one, other in zip(of_plain, of_seen, strict=True):
        assert torch.equal(one, other)


def test_nothing_stays_attached() -> None:
    network, doctor, _ = trained(dense, "Adam", watched=True)
    assert doctor is not None
    assert not _get_current_function_mode_stack()
    for module in network.modules():
        assert not module._forward_hooks
        assert not module._forward_pre_hooks
        assert not module._backward_hooks
    gone = weakref.ref(network)
    del network, doctor, module
    gc.collect()
    assert gone() is None


def test_an_error_in_the_loop_is_passed_on_and_nothing_stays_attached() -> None:
    network = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    batches = [(torch.ones(8, 2), torch.ones(8, 1))]

    def fail() -> None:
        with watch(network, optimizer, nn.MSELoss(), batches):
            network(batches[0][0])
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError, match="division"):
        fail()
    assert not _get_current_function_mode_stack()
    assert not network._forward_pre_hooks
    assert not optimizer._optimizer_step_post_hooks
    assert not optimizer._optimizer_step_pre_hooks


def steps_of(step: Callable[[nn.Module, torch.optim.Optimizer, Tensor, Tensor], None], count: int = 6) -> Doctor:
    """Watch a few steps of a loop on a linear regression."""
    torch.manual_seed(0)
    network = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05)
    x = torch.randn(64, 3)
    batches = list(zip(x.split(16), (x @ torch.ones(3, 1)).split(16), strict=True))
    with watch(network, optimizer, nn.MSELoss(), batches) as doctor:
        for place in range(count):
            step(network, optimizer, *batches[place % 4])
    return doctor


def usual(network: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor) -> None:
    optimizer.zero_grad()
    nn.functional.mse_loss(network(x), y).backward()
    optimizer.step()


def test_a_step_is_seen_as_it_was() -> None:
    doctor = steps_of(usual)
    first = doctor.evidence.steps[0]
    torch.manual_seed(0)
    network = nn.Linear(3, 1)
    x = torch.randn(64, 3)[:16]
    loss = nn.functional.mse_loss(network(x), x @ torch.ones(3, 1))
    loss.backward()
    norm = torch.cat([one.grad.flatten() for one in network.parameters() if one.grad is not None]).norm()
    moved = 0.05 * network.weight.grad.norm() / network.weight.norm()  # type: ignore[union-attr]
    assert first.loss == pytest.approx(loss.item())  # autograd by hand
    assert first.norm_at_step == pytest.approx(norm.item())
    assert first.norm_after_backward == pytest.approx(norm.item())
    assert first.update_ratio["weight"] == pytest.approx(moved.item(), rel=1e-5)
    assert (first.step, first.backwards, first.clean_start, first.batch_size) == (1, 1, True, 16)
    assert (first.training, first.rates, first.without_gradient, first.uses_closure) == (True, (0.05,), (), False)
    assert doctor.evidence.steps_taken == 6


def test_gradients_left_from_the_step_before_are_seen() -> None:
    def without_clearing(network: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor) -> None:
        nn.functional.mse_loss(network(x), y).backward()
        optimizer.step()

    starts = [one.clean_start for one in steps_of(without_clearing).evidence.steps]
    assert starts == [True, False, False, False, False, False]


def test_a_closure_is_seen_after_the_step() -> None:
    def with_closure(network: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor) -> None:
        def closure() -> float:
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(network(x), y)
            loss.backward()
            return loss.item()

        optimizer.step(closure)

    doctor = steps_of(with_closure, 120)
    assert all(one.uses_closure and one.norm_at_step > 0 for one in doctor.evidence.steps)
    assert doctor.findings == ()


def test_clipping_shows_between_backward_and_step() -> None:
    def clipped(network: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor) -> None:
        optimizer.zero_grad()
        nn.functional.mse_loss(network(x), y).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 0.001)
        optimizer.step()

    first = steps_of(clipped).evidence.steps[0]
    assert first.norm_at_step == pytest.approx(0.001, rel=1e-3)  # what was asked for
    assert first.norm_after_backward is not None
    assert first.norm_after_backward > 0.1


def test_evaluations_are_told_from_steps() -> None:
    def with_evaluation(network: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor) -> None:
        usual(network, optimizer, x, y)
        network.eval()
        with torch.no_grad():
            network(x[:5])
        network.train()

    passes = steps_of(with_evaluation).evidence.passes
    assert {(one.training, one.gradients, one.rows) for one in passes} == {(False, False, 5)}
    assert [one.step for one in passes] == [1, 2, 3, 4, 5, 6]


def test_a_users_own_mode_on_top_is_left_alone() -> None:
    def on_a_device(network: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor) -> None:
        with torch.device("cpu"):
            usual(network, optimizer, x, y)

    assert len(steps_of(on_a_device).evidence.steps) == 6
    assert not _get_current_function_mode_stack()


def test_an_optimizer_that_steps_inside_the_backward_pass_is_watched_too() -> None:
    torch.manual_seed(0)
    network = nn.Linear(2, 1, bias=False)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)

    def step(_: Tensor) -> None:
        optimizer.step()
        optimizer.zero_grad()

    network.weight.register_post_accumulate_grad_hook(step)
    x = torch.randn(32, 2)
    batches = [(x, x @ torch.ones(2, 1))]
    with watch(network, optimizer, nn.MSELoss(), batches) as doctor:
        for _ in range(20):
            nn.functional.mse_loss(network(x), batches[0][1]).backward()
    assert doctor.evidence.steps_taken == 20
    assert not _get_current_function_mode_stack()
    assert doctor.findings == ()


@pytest.mark.parametrize("batches", [3, 40])
def test_after_the_first_steps_an_epochs_first_is_watched_and_others_too(
    batches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all the time in the world: every step at first, then ever fewer, on borders of epochs and between them."""
    monkeypatch.setattr(Budget, "elapsed", lambda _: 1e9)
    monkeypatch.setattr("pellucid.diagnosis.doctor.EARLY_LOOKS", (1,))
    monkeypatch.setattr("pellucid.diagnosis.doctor.GROWTH", 100.0)
    torch.manual_seed(0)
    network = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    x = torch.randn(8, 2)
    data = [(x, x.sum(1, keepdim=True))] * batches
    with watch(network, optimizer, nn.MSELoss(), data) as doctor:
        for _ in range(300 // batches):
            for inputs, targets in data:
                usual(network, optimizer, inputs, targets)
    seen = [one.step for one in doctor.evidence.steps]
    assert seen[:DENSE] == list(range(1, DENSE + 1))
    assert 300 / 5 <= len(seen) <= 300 / 4 + DENSE
    on_border = [step for step in seen[DENSE:] if step % batches == 1]
    assert len(on_border) >= 0.9 * min(300 // batches - 1, len(seen[DENSE:]) // 2)
    assert len(on_border) < 0.7 * len(seen[DENSE:])
    assert not _get_current_function_mode_stack()


def test_an_evaluation_is_looked_for_after_the_first_epochs_even_where_no_time_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """30 batches an epoch, the first 12 steps watched, then none for long: but for those where epochs 2 and 3 begin."""
    monkeypatch.setattr(Budget, "steps_to_wait", lambda _, step: 1 if step < DENSE else 10_000)
    torch.manual_seed(0)
    network = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    x = torch.randn(8, 2)
    data = [(x, x.sum(1, keepdim=True))] * 30

    def epochs(evaluated: Sequence[bool]) -> Doctor:
        with watch(network, optimizer, nn.MSELoss(), data) as doctor:
            for evaluate in evaluated:
                for inputs, targets in data:
                    usual(network, optimizer, inputs, targets)
                if evaluate:
                    with torch.no_grad():
                        network(x)
        return doctor

    first = epochs([True, True, True])
    assert [one.step for one in first.evidence.steps[DENSE:]] == [31]
    assert [one.step for one in first.evidence.passes] == [30]
    second = epochs([False, True, True])
    assert [one.step for one in second.evidence.steps[DENSE:]] == [31, 61]
    assert [one.step for one in second.evidence.passes] == [60]
    assert [one.step for one in epochs([False] * 4).evidence.steps[DENSE:]] == [31, 61]


def test_a_loader_that_can_be_read_once_only_is_not_used_up() -> None:
    network = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    batches = iter([(torch.ones(4, 2), torch.ones(4, 1))] * 3)
    seen = 0
    with watch(network, optimizer, nn.MSELoss(), batches) as doctor:
        for x, y in batches:
            usual(network, optimizer, x, y)
            seen += 1
    assert seen == 3
    assert "read twice" in doctor.notes[0]
    assert len(doctor.evidence.steps) == 3
