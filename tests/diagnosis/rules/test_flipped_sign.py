"""Training uphill."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.flipped_sign import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)
YES = (X[:, :1] > 0).float()


def plain(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
    for x, y in [*batches, *batches]:
        optimizer.zero_grad()
        loss_fn(network(x), y).backward()
        optimizer.step()


def minus(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return -nn.functional.cross_entropy(z, y)


@pytest.mark.parametrize(
    ("loss_fn", "maximize", "found"),
    [
        (nn.CrossEntropyLoss(), True, True),
        (nn.CrossEntropyLoss(), False, False),
        (minus, False, True),
        (minus, True, False),
        (lambda z, _: z.sum() * 0, False, False),
    ],
)
def test_the_direction_of_loss_and_optimizer(
    examined: Any, dense: Any, loss_fn: Any, maximize: bool, found: bool
) -> None:
    network = dense(6, 16, 3)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, maximize=maximize)
    assert (examined(RULE, network, loss_fn, X, CLASSES, optimizer=optimizer) is not None) == found


@pytest.mark.parametrize(
    ("width", "loss_fn", "y"),
    [
        (1, nn.BCEWithLogitsLoss(), YES), (1, nn.MSELoss(), X[:, :1]), (3, nn.NLLLoss(), CLASSES),
        (3, nn.BCEWithLogitsLoss(), (X[:, :3] > 0).float()), (1, nn.PoissonNLLLoss(), X[:, :1].abs().round()),
        (1, nn.SoftMarginLoss(), 2 * YES - 1), (3, nn.MultiMarginLoss(), CLASSES), (1, nn.HuberLoss(), X[:, :1]),
    ],
)  # fmt: skip
def test_losses_of_all_kinds_are_left_alone(
    examined: Any, dense: Any, width: int, loss_fn: Any, y: torch.Tensor
) -> None:
    assert examined(RULE, dense(6, 16, width), loss_fn, X, y) is None


def uphill(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
    for x, y in 3 * batches:
        optimizer.zero_grad()
        (-loss_fn(network(x), y)).backward()
        optimizer.step()


def test_a_minus_in_the_loop_is_found(looped: Any, dense: Any) -> None:
    assert "its sign was turned" in looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES, uphill).measured
    assert looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES, plain) is None


def test_a_negative_rate_is_found(looped: Any, dense: Any) -> None:
    network = dense(6, 16, 3)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    optimizer.param_groups[0]["lr"] = -0.1
    verdict = looped(RULE, network, nn.CrossEntropyLoss(), X, CLASSES, plain, optimizer=optimizer)
    assert "a negative learning rate" in verdict.measured


class Apart(nn.Module):
    """The distance of two rows."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(3, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (self.layer(x[:, :3]) - self.layer(x[:, 3:])).square().sum(1, keepdim=True)


def contrast(distance: torch.Tensor, same: torch.Tensor) -> torch.Tensor:
    return (same * distance + (1 - same) * (1 - distance).clamp_min(0)).mean()


def overlap(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    p = torch.sigmoid(z)
    return 2 * (p * y).sum() / (p.sum() + y.sum())


def test_distances_are_small_where_the_answer_is_yes(examined: Any, dense: Any) -> None:
    assert examined(RULE, Apart(), contrast, X, YES) is None
    assert examined(RULE, Apart(), lambda d, y: -contrast(1 - d, y), X, YES) is not None
    assert examined(RULE, dense(6, 16, 1), overlap, X, YES) is not None  # a score as the loss
    assert examined(RULE, dense(6, 16, 1).append(nn.Sigmoid()), lambda p, y: (p * y).mean(), X, YES) is not None


def turned(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
    for x, y in 6 * batches:
        optimizer.zero_grad()
        loss_fn(network(x), y).backward()
        for weight in network.parameters():
            weight.grad.neg_()
        optimizer.step()


class Steps(torch.optim.Optimizer):
    """Written by hand."""

    def __init__(self, params: Any, lr: float, sign: float) -> None:
        super().__init__(params, {"lr": lr, "sign": sign})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            for weight in group["params"]:
                weight.add_(weight.grad, alpha=group["sign"] * group["lr"])


def straight(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
    for x, y in 6 * batches:
        optimizer.zero_grad()
        loss_fn(network(x), y).backward()
        optimizer.step()


def test_a_gradient_that_the_loop_turns(looped: Any, dense: Any) -> None:
    x = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
    verdict = looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), x, x[:, :3].argmax(1), turned)
    assert "on a copy as many steps of SGD" in verdict.measured


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_an_optimizer_written_by_hand(looped: Any, dense: Any, sign: float) -> None:
    x = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
    network = dense(6, 16, 3)
    optimizer = Steps(network.parameters(), lr=0.1, sign=sign)
    verdict = looped(RULE, network, nn.CrossEntropyLoss(), x, x[:, :3].argmax(1), straight, optimizer=optimizer)
    assert (verdict is not None) == (sign > 0)
    assert verdict is None or "Steps goes up" in verdict.measured


def test_too_high_a_rate_is_no_wrong_direction(looped: Any, dense: Any) -> None:
    x = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
    network = dense(6, 16, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=3.0)
    assert looped(RULE, network, nn.MSELoss(), x, 5 * x[:, :1], straight, optimizer=optimizer) is None


@pytest.mark.parametrize("order", ["sorted", "mixed"])
def test_rows_in_the_order_of_their_classes_are_another_cause(looped: Any, dense: Any, order: str) -> None:
    """The looks and the batches get worse, class after class, where a copy with shuffled rows gets better."""
    x = torch.randn(240, 6, generator=torch.Generator().manual_seed(1))
    y = x[:, :3].argmax(1)
    rows = y.argsort() if order == "sorted" else torch.arange(240)
    verdict = looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), x[rows], y[rows], turned)
    assert (verdict is None) == (order == "sorted")
