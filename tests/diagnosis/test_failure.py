"""The first number that is not finite is found where it arises."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from pellucid.diagnosis.double import Double
from pellucid.diagnosis.evidence import Examples, Failure
from pellucid.diagnosis.failure import batches_of, locate


class Root(nn.Module):
    """Takes the root of what a layer gives: NaN where that is negative, an infinite slope where it is 0."""

    def __init__(self, bias: float) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(2, 2), nn.Linear(2, 1)
        with torch.no_grad():
            self.first.weight.zero_()
            self.first.bias.fill_(bias)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.second(torch.sqrt(self.first(x)))
        return out


def found(network: nn.Module, loss_fn: Any, x: Tensor, y: Tensor) -> Failure | None:
    return locate(Double(network, loss_fn), 7, (), [Examples((x,), y)])


def test_finite_numbers_are_no_failure() -> None:
    assert found(Root(1.0), nn.MSELoss(), torch.ones(4, 2), torch.ones(4, 1)) is None


def test_a_root_of_a_negative_number_is_found_in_the_forward_pass() -> None:
    failure = found(Root(-1.0), nn.MSELoss(), torch.ones(4, 2), torch.ones(4, 1))
    assert failure is not None
    assert (failure.step, failure.where, failure.function, failure.layer) == (7, "forward", "sqrt", "")
    assert "-1 to -1" in failure.explanation


def test_an_infinite_slope_is_found_in_the_backward_pass() -> None:
    failure = found(Root(0.0), nn.MSELoss(), torch.ones(4, 2), torch.ones(4, 1))
    assert failure is not None
    assert (failure.where, failure.function) == ("backward", "sqrt")  # 1 / (2 sqrt(0)) is infinite
    assert "0 to 0" in failure.explanation


def test_a_logarithm_of_zero_is_found_in_the_loss() -> None:
    def loss_fn(outputs: Tensor, targets: Tensor) -> Tensor:
        return -(targets * torch.log(torch.relu(outputs) * 0)).mean()

    failure = found(nn.Linear(2, 1), loss_fn, torch.ones(4, 2), torch.ones(4, 1))
    assert failure is not None
    assert (failure.where, failure.function) == ("loss", "log")


def test_inputs_and_weights_that_are_not_finite_are_named() -> None:
    x = torch.ones(4, 2)
    x[1, 1] = math.nan
    failure = found(nn.Linear(2, 1), nn.MSELoss(), x, torch.ones(4, 1))
    assert failure is not None
    assert (failure.where, failure.explanation) == ("input", "1 numbers of the inputs are not finite")
    network = nn.Linear(2, 1)
    with torch.no_grad():
        network.weight[0, 0] = math.inf
    failure = found(network, nn.MSELoss(), torch.ones(4, 2), torch.ones(4, 1))
    assert failure is not None
    assert (failure.where, failure.layer) == ("weights", "weight")


def test_the_inputs_of_the_step_itself_come_first() -> None:
    live = (torch.full((3, 2), math.inf),)
    failure = locate(Double(nn.Linear(2, 1), nn.MSELoss()), 2, live, [])
    assert failure is not None
    assert failure.where == "input"


@pytest.mark.parametrize(("rows", "sizes"), [(0, []), (5, [2, 2, 1])])
def test_batches(rows: int, sizes: list[int]) -> None:
    examples = Examples((torch.zeros(rows, 1),), torch.zeros(rows))
    assert [len(one) for one in batches_of(examples, 2)] == sizes
    assert list(batches_of(None, 2)) == []
