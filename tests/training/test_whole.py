"""The step of L-BFGS: what it refuses, and its penalty."""

import weakref
from collections.abc import Iterator

import pytest
import torch

from pellucid.concepts.optimizers.rules.lbfgs import LBFGS
from pellucid.foundation.batches import Batch
from pellucid.foundation.errors import RangeError
from pellucid.training.devices import Precision
from pellucid.training.forward import Forward
from pellucid.training.steps import Autograd, Pass
from pellucid.training.vectors import treatments
from pellucid.training.whole import WholeStep


class Held(Batch):
    """A batch that can be watched."""


def step_for(problems, network: torch.nn.Module, decay: float = 0.0) -> WholeStep:
    forward = Forward.of(network, torch.device("cpu"), Precision(torch.float64))
    return WholeStep(Autograd(forward, problems.Loss()), treatments(network, problems.Loss(), decay), LBFGS())


def test_weights_of_several_types_are_refused(problems) -> None:
    network = problems.dense(3, 1)
    forward = Forward.of(network, torch.device("cpu"), Precision(torch.float32))
    network[0].bias.data = network[0].bias.data.double()
    with pytest.raises(RangeError, match="all weights of one type on one device for lbfgs"):
        WholeStep(Autograd(forward, problems.Loss()), treatments(network, problems.Loss(), 0.0), LBFGS())


def test_ridge_regression_has_its_closed_form(problems) -> None:
    source, network, decay = problems.numbers(64, 64, None), problems.dense(3, 1), 0.3
    step = step_for(problems, network, decay)
    batch = next(source.batches(0))
    while not step.converged:
        step((batch,), 1.0)
    x, y = source.inputs[0].double(), source.targets.double()
    x, y = x - x.mean(0), y - y.mean(0)  # the bias does not decay
    # The mean of (x w - y)² + λ/2 w² is least at (2/n XᵀX + λ) w = 2/n Xᵀy.
    solution = torch.linalg.solve(2 / 64 * x.T @ x + decay * torch.eye(3), 2 / 64 * x.T @ y)
    torch.testing.assert_close(network[0].weight.detach(), solution.T, rtol=1e-6, atol=1e-9)


def test_its_state_can_be_taken_over(problems) -> None:
    batch = next(problems.numbers(64, 64, None).batches(0))
    steps = [step_for(problems, problems.dense(3, 1)) for _ in range(2)]
    for _ in range(3):
        steps[0]((batch,), 1.0)
    tensors = {name: tensor.clone() for name, tensor in steps[0].tensors().items()}
    steps[1].load(tensors, steps[0].numbers())
    steps[1].vectors[0].weights.copy_(steps[0].vectors[0].weights)
    losses = [float(step((batch,), 1.0)) for step in steps]
    assert losses[0] == losses[1]
    assert torch.equal(steps[0].vectors[0].weights, steps[1].vectors[0].weights)


def test_parts_of_a_pass_give_the_same_minimum_as_all_at_once(problems) -> None:
    found = []
    for size in (64, 10):
        source, network = problems.numbers(64, size, None), problems.dense(3, 1)
        step = step_for(problems, network)
        while not step.converged:
            step(Pass(source, 0), 1.0)
        found.append(network[0].weight.detach())
    torch.testing.assert_close(*found, rtol=1e-9, atol=1e-12)


def test_batches_of_a_pass_are_let_go_one_after_the_other(problems) -> None:
    source, step = problems.numbers(64, 8, None), step_for(problems, problems.dense(3, 1))
    alive: list[weakref.ref[Batch]] = []
    made = source.batches

    def batches(epoch: int, start: int = 0) -> Iterator[Batch]:
        for batch in made(epoch, start):
            held = Held(batch.inputs, batch.targets)
            alive.append(weakref.ref(held))
            assert sum(one() is not None for one in alive) <= 2  # this one, and the one before it
            yield held
            del held

    source.batches = batches
    step(Pass(source, 0), 1.0)
    assert len(alive) > 8
