"""Applying optimizers: groups, the user's own, and states that come back exactly."""

import json
from typing import Any

import pytest
import torch
from torch import nn

from pellucid.concepts.optimizers.catalogue import make_optimizer
from pellucid.foundation.errors import RangeError
from pellucid.training.updates import TorchUpdater, Updater, VectorUpdater
from pellucid.training.vectors import Treated, Vector, pack


def two_vectors() -> tuple[tuple[Vector, ...], list[nn.Parameter]]:
    parameters = [nn.Parameter(torch.linspace(-1, 1, 5)), nn.Parameter(torch.ones(2, 3))]
    treated = [Treated(parameters[0], 1.0, 0.0), Treated(parameters[1], 0.1, 0.5)]
    return pack(treated), parameters


def push(updater: Updater, vectors: tuple[Vector, ...], step: int) -> None:
    for vector in vectors:
        vector.gradient.add_(vector.weights * 0.3 + 0.1 * step)
    updater.step(0.5)
    assert all(vector.gradient.count_nonzero() == 0 for vector in vectors)


def test_groups_have_their_own_rate_and_decay() -> None:
    vectors, parameters = two_vectors()
    updater = VectorUpdater(make_optimizer("sgd"), vectors, rate=0.2)  # type: ignore[arg-type]  # no lbfgs
    for vector in vectors:
        vector.gradient.fill_(1.0)
    updater.step(0.5)
    # By hand: w - 0.2 * 0.5 * 1, and w - 0.2 * 0.5 * 0.1 * (1 + 0.5 w) with w = 1.
    torch.testing.assert_close(parameters[0].data, torch.linspace(-1, 1, 5) - 0.1)
    torch.testing.assert_close(parameters[1].data, torch.full((2, 3), 1 - 0.01 * 1.5))


MAKERS: dict[str, Any] = {
    "sgd(momentum=0.9)": None,
    "adam(amsgrad=True)": None,
    "Adam": lambda parameters: torch.optim.Adam(parameters, lr=0.1),
    "SGD": lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9),
    "Rprop": lambda parameters: torch.optim.Rprop(parameters, lr=0.1),
}


@pytest.mark.parametrize("name", list(MAKERS))
def test_states_come_back_exactly(name: str) -> None:
    def make() -> tuple[Updater, tuple[Vector, ...]]:
        vectors, parameters = two_vectors()
        if MAKERS[name] is None:
            return VectorUpdater(make_optimizer(name), vectors, 0.1), vectors  # type: ignore[arg-type]
        return TorchUpdater(MAKERS[name](parameters), vectors), vectors

    whole, vectors = make()
    for step in range(4):
        push(whole, vectors, step)
    other, copies = make()
    push(other, copies, 9)  # whatever it did before
    tensors = {key: tensor.clone() for key, tensor in whole.tensors().items()}
    other.load(tensors, json.loads(json.dumps(whole.numbers())))
    for vector, copy in zip(vectors, copies, strict=True):
        copy.weights.copy_(vector.weights)
    for step in range(4, 8):
        push(whole, vectors, step)
        push(other, copies, step)
    for vector, copy in zip(vectors, copies, strict=True):
        assert torch.equal(vector.weights, copy.weights)


def test_the_users_rates_are_kept() -> None:
    vectors, parameters = two_vectors()
    optimizer = torch.optim.SGD([{"params": parameters[:1], "lr": 0.4}, {"params": parameters[1:]}], lr=0.2)
    updater = TorchUpdater(optimizer, vectors)
    assert updater.rate == 0.4
    push(updater, vectors, 0)
    assert [group["lr"] for group in optimizer.param_groups] == [0.2, 0.1]


def test_what_is_no_optimizer_is_a_sentence() -> None:
    vectors, parameters = two_vectors()
    with pytest.raises(RangeError, match=r"to return a torch\.optim.Optimizer whose step takes no closure, got str"):
        TorchUpdater("adam", vectors)
    with pytest.raises(RangeError, match="got LBFGS"):
        TorchUpdater(torch.optim.LBFGS(parameters), vectors)


def test_a_state_that_json_cannot_hold_is_a_sentence() -> None:
    vectors, parameters = two_vectors()
    optimizer = torch.optim.SGD(parameters, lr=0.1)
    optimizer.state[parameters[0]]["odd"] = object()
    with pytest.raises(RangeError, match=r"whose state is tensors and numbers, got object at state\.state\.0\.odd"):
        TorchUpdater(optimizer, vectors).numbers()
