"""What the loop does between network and loss is heeded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from pellucid.diagnosis.adapting import Adapted, done_in_loop
from pellucid.diagnosis.doctor import Doctor
from pellucid.diagnosis.watch import watch

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)
YES = X[:, 0] > 0
HALF = 0.5 * functional.one_hot(CLASSES, 3).float() + 0.5 / 3


def logarithms(loss_fn: Any, z: Tensor, y: Tensor) -> Any:
    return loss_fn(z.log_softmax(1), y)


def of_vectors(loss_fn: Any, z: Tensor, y: Tensor) -> Any:
    return loss_fn(z.squeeze(1), y.float())


def trained(network: nn.Module, loss_fn: Any, y: Tensor, of: Callable[[Any, Tensor, Tensor], Tensor]) -> Doctor:
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    batches = list(zip(X.split(32), y.split(32), strict=True))
    with watch(network, optimizer, loss_fn, batches) as doctor:
        for x, targets in 2 * batches:
            optimizer.zero_grad()
            of(loss_fn, network(x), targets).backward()
            optimizer.step()
    return doctor


def layers(width: int, *end: nn.Module) -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, width), *end)


@pytest.mark.parametrize(
    ("network", "loss_fn", "y", "of", "names"),
    [
        (layers(3), nn.NLLLoss(), CLASSES, lambda f, z, y: f(z.log_softmax(1), y), ("log_softmax",)),
        (layers(3), nn.KLDivLoss(reduction="batchmean"), HALF, logarithms, ("log_softmax",)),
        (layers(3, nn.Softmax(1)), nn.NLLLoss(), CLASSES, lambda f, p, y: f((p + 1e-8).log(), y), ("log",)),
        (layers(1), nn.BCELoss(), YES[:, None].float(), lambda f, z, y: f(torch.sigmoid(z), y), ("sigmoid",)),
        (layers(1), nn.BCELoss(), YES.float(), lambda f, z, y: f(z.sigmoid().squeeze(1), y), ("sigmoid", "squeeze")),
        (layers(1), nn.BCEWithLogitsLoss(), YES.long(), of_vectors, ("squeeze", "float")),
    ],
)  # fmt: skip
def test_a_right_loop_is_left_alone(network: nn.Module, loss_fn: Any, y: Tensor, of: Any, names: Any) -> None:
    doctor = trained(network, loss_fn, y, of)
    assert doctor.evidence.in_loop == names
    assert not [one.cause for one in doctor.findings if one.phase == "before"]
    assert not doctor.notes


@pytest.mark.parametrize(
    "of",
    [
        lambda f, z, y: f(z, y),
        lambda f, z, y: f(z, y) + 0 * z.softmax(1).mean(),
        lambda f, z, y: f(z, y) + 0 * functional.kl_div(z.log_softmax(1), HALF[: len(z)], reduction="sum"),
        lambda f, z, y: functional.cross_entropy(z, y),
    ],
)
def test_what_is_not_for_the_loss_is_not_heeded(of: Any) -> None:
    assert trained(layers(3), nn.CrossEntropyLoss(), CLASSES, of).evidence.in_loop == ()


def test_probabilities_on_the_way_to_a_metric_are_not_heeded() -> None:
    def of(loss_fn: Any, z: Tensor, y: Tensor) -> Tensor:
        z.softmax(1)
        result: Tensor = loss_fn(z, y)
        return result

    assert trained(layers(3), nn.CrossEntropyLoss(), CLASSES, of).evidence.in_loop == ()


def test_a_second_softmax_in_the_loop_is_still_found() -> None:
    doctor = trained(layers(3), nn.NLLLoss(), CLASSES, lambda f, z, y: f(functional.softmax(z, 1), y))
    assert [one.cause for one in doctor.findings][:1] == ["nll_on_probs"]


def test_labels_that_the_loop_puts_right_are_no_finding() -> None:
    doctor = trained(layers(3), nn.CrossEntropyLoss(), CLASSES + 1, lambda f, z, y: f(z, y - 1))
    assert "target_out_of_range" not in [one.cause for one in doctor.findings]


def test_the_options_of_the_loss_can_be_read() -> None:
    assert Adapted(nn.NLLLoss(ignore_index=7), ("log_softmax",)).ignore_index == 7
    assert torch.equal(Adapted(nn.MSELoss(), ("squeeze",))(X[:, :1], X[:, :1]), torch.tensor(0.0))


def test_nothing_is_said_of_a_single_step() -> None:
    doctor = trained(layers(3), nn.CrossEntropyLoss(), CLASSES, lambda f, z, y: f(z, y))
    contract = doctor.evidence.contract
    assert contract is not None
    assert done_in_loop(contract, doctor.evidence.steps[:1]) == ()
