"""The contract of every step: the weights after it equal those of autograd with torch.optim."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from pellucid.foundation.batches import Batch
from pellucid.training.assembly import Assembly, assemble
from pellucid.training.settings import TrainingSettings
from pellucid.training.steps import LossScale, clip, in_groups

STEPS = 8


def assembled(network: nn.Module, loss: nn.Module, rate: float, **options: Any) -> Assembly:
    settings = TrainingSettings(device="cpu", **{"precision": "float64", **options}).filled()
    return assemble(network, loss, settings, rate=rate, batches=1)


def by_torch(
    network: nn.Module,
    loss: nn.Module,
    batches: list[Batch],
    make: Callable[..., torch.optim.Optimizer],
    clip_norm: float | None = None,
) -> nn.Module:
    network = copy.deepcopy(network).double()
    optimizer = make(network.parameters())
    for batch in batches:
        optimizer.zero_grad()
        offset = None if batch.offset is None else batch.offset.double()
        targets = batch.targets.double() if batch.targets.is_floating_point() else batch.targets
        loss(network(*(x.double() for x in batch.inputs)), targets, offset).backward()
        if clip_norm is not None:
            nn.utils.clip_grad_norm_(network.parameters(), clip_norm)
        optimizer.step()
    return network


def assert_equal_networks(ours: nn.Module, theirs: nn.Module) -> None:
    for (name, mine), other in zip(ours.state_dict().items(), theirs.state_dict().values(), strict=True):
        torch.testing.assert_close(mine, other, rtol=1e-9, atol=1e-11, msg=lambda text, name=name: f"{name}: {text}")


OPTIMIZERS: list[tuple[str, Callable[..., torch.optim.Optimizer]]] = [
    ("sgd", lambda parameters: torch.optim.SGD(parameters, lr=0.05)),
    ("nesterov", lambda parameters: torch.optim.SGD(parameters, lr=0.05, momentum=0.9, nesterov=True)),
    ("adam", lambda parameters: torch.optim.Adam(parameters, lr=0.05)),
    ("rmsprop", lambda parameters: torch.optim.RMSprop(parameters, lr=0.05)),
]


@pytest.mark.parametrize(("text", "make"), OPTIMIZERS, ids=[text for text, _ in OPTIMIZERS])
@pytest.mark.parametrize("clip_norm", [None, 0.1])
@pytest.mark.parametrize("kind", ["dense", "pictures"])
def test_a_step_equals_autograd_with_torch(problems, kind, clip_norm, text, make) -> None:
    if kind == "dense":
        network, loss, source = problems.dense(3, 8, 8, 1), problems.Loss(), problems.numbers()
    else:
        network, loss, source = problems.pictures(), problems.Loss("classes"), problems.shapes()
    batches = [batch for epoch in range(2) for batch in source.batches(epoch)]
    theirs = by_torch(network, loss, batches, make, clip_norm)
    assembly = assembled(network, loss, 0.05, optimizer=text, clip_norm=clip_norm)
    for batch in batches:
        assembly.step((batch,), 1.0)
    assert_equal_networks(network, theirs)


def test_the_step_returns_the_loss_before_it(problems) -> None:
    network, loss, source = problems.dense(3, 4, 1), problems.Loss(), problems.numbers()
    batch = next(source.batches(0))
    expected = loss(network.double()(batch.inputs[0].double()), batch.targets.double())
    found = assembled(network, loss, 0.05, optimizer="sgd").step((batch,), 1.0)
    assert float(found) == pytest.approx(float(expected.detach()), rel=1e-12)
    assert not found.requires_grad


@pytest.mark.parametrize("sizes", [(16, 16), (10, 16, 3)])
def test_accumulated_parts_equal_one_large_batch(problems, sizes) -> None:
    source = problems.numbers(n=sum(sizes), size=sum(sizes), seed=None)
    whole = next(source.batches(0))
    rows = torch.arange(len(whole)).split(list(sizes))
    parts = tuple(Batch((whole.inputs[0][part],), whole.targets[part]) for part in rows)
    networks = [problems.dense(3, 4, 1), problems.dense(3, 4, 1)]
    losses = [
        assembled(network, problems.Loss(), 0.05, optimizer="adam").step(given, 1.0)
        for network, given in zip(networks, [(whole,), parts], strict=True)
    ]
    assert float(losses[0]) == pytest.approx(float(losses[1]), rel=1e-12)
    assert_equal_networks(*networks)


def test_offsets_members_and_several_inputs_reach_the_network(problems) -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.members = nn.Parameter(torch.randn(2, 3, generator=torch.Generator().manual_seed(0)) / 10)
            self.levels = nn.Embedding.from_pretrained(torch.linspace(0, 1, 4)[:, None], freeze=False)

        def forward(self, numbers: torch.Tensor, levels: torch.Tensor) -> torch.Tensor:
            return (numbers @ self.members.T + self.levels(levels).sum(1))[:, :, None]  # (n, e, o)

    network, loss = Two(), problems.Loss("counts")
    x, levels = torch.randn(12, 3), torch.randint(0, 4, (12, 2))
    batch = Batch((x, levels), torch.randint(0, 5, (12, 1)).float(), torch.linspace(-1, 1, 12))
    theirs = copy.deepcopy(network).double()
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1)
    loss(theirs(x.double(), levels), batch.targets.double(), batch.offset.double()).backward()
    optimizer.step()
    assembled(network, loss, 0.1, optimizer="sgd").step((batch,), 1.0)
    assert_equal_networks(network, theirs)


def test_parameters_of_the_objective_are_trained(problems) -> None:
    class Scaled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = nn.Parameter(torch.ones(()))

        def forward(self, logits: torch.Tensor, targets: torch.Tensor, offset: object) -> torch.Tensor:
            return (logits * self.scale - targets).square().mean()

    loss = Scaled()
    assembled(problems.dense(3, 1), loss, 0.1, optimizer="sgd").step((next(problems.numbers().batches(0)),), 1.0)
    assert float(loss.scale.detach()) != 1.0


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_mixed_precision_learns_about_the_same(problems, precision) -> None:
    networks = [problems.dense(3, 8, 1), problems.dense(3, 8, 1)]
    for network, wish in zip(networks, ["float32", precision], strict=True):
        assembly = assembled(network, problems.Loss(), 0.05, optimizer="sgd", precision=wish)
        for epoch in range(5):
            for batch in problems.numbers().batches(epoch):
                loss = assembly.step((batch,), 1.0)
                assert loss.dtype == torch.float32
    for ours, theirs in zip(networks[0].parameters(), networks[1].parameters(), strict=True):
        assert ours.dtype == torch.float32
        torch.testing.assert_close(ours, theirs, rtol=0.1, atol=0.05)


def test_an_overflow_skips_the_step_and_halves_the_scale(problems) -> None:
    network = problems.dense(3, 1)
    assembly = assembled(network, problems.Loss(), 0.05, optimizer="sgd", precision="fp16")
    before = network[0].weight.detach().clone()
    batch = next(problems.numbers().batches(0))
    assembly.step((Batch((batch.inputs[0] * 1e30,), batch.targets),), 1.0)
    assert torch.equal(network[0].weight, before)
    assert assembly.scale.factor == LossScale.FIRST / 2
    assembly.scale.factor = 64.0
    assembly.step((batch,), 1.0)
    assert not torch.equal(network[0].weight, before)


def test_the_scale_grows_again(problems) -> None:
    assembly = assembled(problems.dense(3, 1), problems.Loss(), 0.05, optimizer="sgd", precision="fp16")
    assembly.scale.factor, assembly.scale.good_steps = 64.0, LossScale.GROWS_AFTER - 1
    assembly.step((next(problems.numbers().batches(0)),), 1.0)
    assert (assembly.scale.factor, assembly.scale.good_steps) == (128.0, 0)


def test_clipping_shortens_only_what_is_too_long(problems) -> None:
    assembly = assembled(problems.dense(3, 1), problems.Loss(), 0.05, optimizer="sgd")
    (vector,) = assembly.vectors
    vector.gradient.fill_(3.0)
    clip(assembly.vectors, 1.0)
    assert float(vector.gradient.norm()) == pytest.approx(1.0, abs=1e-5)
    clip(assembly.vectors, 5.0)
    assert float(vector.gradient.norm()) == pytest.approx(1.0, abs=1e-5)


def test_groups_hold_everything_in_order() -> None:
    assert list(in_groups(iter(range(5)), 2)) == [(0, 1), (2, 3), (4,)]  # type: ignore[arg-type]  # any things
    assert list(in_groups(iter(range(2)), 1)) == [(0,), (1,)]  # type: ignore[arg-type]
