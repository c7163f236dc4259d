"""What one batch shows before step 1."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from pellucid.diagnosis.contract import contract_of, program_of, unregistered_in
from pellucid.diagnosis.double import Double
from pellucid.diagnosis.evidence import Examples

X, Y = torch.randn(16, 4, generator=torch.Generator().manual_seed(0)), torch.arange(16) % 3


def test_a_usual_network_shows_nothing_odd() -> None:
    network = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
    contract = contract_of(Double(network, nn.CrossEntropyLoss()), Examples((X,), Y))
    expected = nn.functional.cross_entropy(network(X), Y).item()
    assert contract.loss == contract.loss_in_eval == pytest.approx(expected)
    assert contract.loss_doubled == pytest.approx(expected)
    assert [call.name for call in contract.calls] == ["linear", "relu", "linear", "cross_entropy"]
    assert [call.kind for call in contract.calls][-1] == "loss"
    assert (contract.eval_difference, contract.row_dependence, contract.error) == (0.0, 0.0, "")
    assert all(one is not None for one in contract.gradients.values())


def test_a_sum_doubles_with_the_batch() -> None:
    contract = contract_of(Double(nn.Linear(4, 3), nn.CrossEntropyLoss(reduction="sum")), Examples((X,), Y))
    assert contract.loss_doubled == pytest.approx(2 * contract.loss, rel=1e-5)


def test_rows_that_depend_on_one_another_show() -> None:
    class Mixing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(4, 3)

        def forward(self, x: Tensor) -> Tensor:
            out: Tensor = self.layer(x - x.mean(0))
            return out

    assert contract_of(Double(Mixing(), nn.CrossEntropyLoss()), Examples((X,), Y)).row_dependence > 0.01


def test_dropout_in_eval_mode_shows() -> None:
    class Always(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(4, 3)

        def forward(self, x: Tensor) -> Tensor:
            return nn.functional.dropout(self.layer(x), 0.5)

    assert contract_of(Double(Always(), nn.CrossEntropyLoss()), Examples((X,), Y)).eval_difference > 0.01


def test_a_batch_that_is_refused_is_told() -> None:
    contract = contract_of(Double(nn.Linear(5, 3), nn.CrossEntropyLoss()), Examples((X,), Y))
    assert contract.outputs is None
    assert contract.error.startswith("RuntimeError")
    assert math.isnan(contract.loss)


def test_the_program_is_read_without_running_it() -> None:
    network = nn.Sequential(nn.Linear(4, 8), nn.Linear(8, 3))
    network[0].weight.requires_grad_(False)
    optimizer = torch.optim.SGD([*network[1].parameters(), nn.Parameter(torch.ones(1))], lr=0.5, momentum=0.9)
    program = program_of(network, optimizer, nn.functional.mse_loss, None)
    assert [(one.name, one.trainable, one.in_optimizer) for one in program.parameters] == [
        ("0.weight", False, False), ("0.bias", True, False), ("1.weight", True, True), ("1.bias", True, True),
    ]  # fmt: skip
    assert program.optimizer is not None
    assert (program.optimizer.name, program.optimizer.rate, program.optimizer.option("momentum")) == ("SGD", 0.5, 0.9)
    assert (program.loss_name, program.foreign_in_optimizer) == ("mse_loss", 1)


def test_layers_in_plain_lists_are_found() -> None:
    class Hidden(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = [nn.Linear(2, 2), nn.Linear(2, 2)]
            self.scale = torch.ones(1, requires_grad=True)
            self.known = nn.Linear(2, 2)
            self.same = [self.known]

    assert sorted(unregistered_in(Hidden())) == ["layers", "scale"]
    assert unregistered_in(nn.Linear(2, 2)) == []
