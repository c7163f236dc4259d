"""A loss for another task."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.wrong_loss_for_task import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)
YES = (X[:, :1] > 0).float()


def test_binary_cross_entropy_on_numbers_is_found(examined: Any, dense: Any) -> None:
    verdict = examined(RULE, dense(6, 16, 1), nn.BCEWithLogitsLoss(), X, 300 + 40 * X[:, :1])
    assert "is for yes and no" in verdict.measured


@pytest.mark.parametrize(("width", "end"), [(1, nn.Sigmoid()), (3, nn.Softmax(1))])
def test_absolute_error_of_probabilities_is_found(examined: Any, dense: Any, width: int, end: nn.Module) -> None:
    y = YES if width == 1 else nn.functional.one_hot(CLASSES, 3)
    assert "in proportion" in examined(RULE, dense(6, 16, width).append(end), nn.L1Loss(), X, y).measured


@pytest.mark.parametrize(
    ("end", "loss_fn", "y"),
    [
        (nn.Identity(), nn.MSELoss(), 300 + 40 * X[:, :1]),
        (nn.Identity(), nn.L1Loss(), X[:, :1]),
        (nn.Sigmoid(), nn.MSELoss(), YES),
        (nn.Sigmoid(), nn.BCELoss(), X[:, :1].sigmoid()),
        (nn.Identity(), nn.BCEWithLogitsLoss(), 2 * YES - 1),  # another code, not another task
    ],
)
def test_losses_that_fit_are_left_alone(
    examined: Any, dense: Any, end: nn.Module, loss_fn: Any, y: torch.Tensor
) -> None:
    assert examined(RULE, dense(6, 16, 1).append(end), loss_fn, X, y) is None


@pytest.mark.parametrize(
    ("y", "loss_fn", "said"),
    [
        ((X[:, :3] > 0).float(), nn.CrossEntropyLoss(), "have from 0 to 3 yes"),
        ((X[:, :3] > 0).float(), lambda z, y: nn.functional.cross_entropy(z, y), "have from 0 to 3 yes"),
        (X[:, :3], nn.CrossEntropyLoss(), "are 3 numbers whose sum goes from"),
        (X[:, :3].softmax(1), nn.CrossEntropyLoss(), ""),
        (nn.functional.one_hot(X[:, :3].argmax(1)).float(), nn.CrossEntropyLoss(), ""),
        ((X[:, :3] > 0).float(), nn.MultiLabelSoftMarginLoss(), ""),
    ],
)
def test_a_cross_entropy_takes_a_distribution(examined: Any, dense: Any, y: Any, loss_fn: Any, said: str) -> None:
    verdict = examined(RULE, dense(6, 16, 3), loss_fn, X, y)
    assert said in verdict.measured if said else verdict is None


def test_a_count_loss_of_scaled_numbers(examined: Any, dense: Any) -> None:
    x = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
    y = x[:, :1] + x[:, 1:2]
    by_name = examined(RULE, dense(6, 16, 1), nn.PoissonNLLLoss(), x, y)
    assert "is for counts" in by_name.measured
    by_hand = examined(RULE, dense(6, 16, 1), lambda z, t: (z.exp() - t * z).mean(), x, y)
    assert "has no least value" in by_hand.measured
    assert examined(RULE, dense(6, 16, 1), nn.PoissonNLLLoss(), x, y.abs().round()) is None
    assert examined(RULE, dense(6, 16, 1), nn.MSELoss(), x, y) is None


@pytest.mark.parametrize("names", [True, False])
def test_class_numbers_taken_for_amounts(looped: Any, dense: Any, names: bool) -> None:
    x = torch.randn(200, 6, generator=torch.Generator().manual_seed(1))
    if names:  # of six classes next to one another in a circle
        y = (torch.atan2(x[:, 0], x[:, 1]) / torch.pi * 3 + 3).floor().clamp(0, 5) * 5 % 6
    else:
        y = (2 * x[:, 0] + 3).round().clamp(0, 5)

    def plain(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for inputs, targets in 30 * batches:
            optimizer.zero_grad()
            loss_fn(network(inputs), targets).backward()
            optimizer.step()

    network = dense(6, 16, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    verdict = looped(RULE, network, nn.MSELoss(), x, y[:, None], plain, optimizer=optimizer)
    assert (verdict is not None) == names
    assert verdict is None or "takes them for amounts" in verdict.measured


@pytest.mark.parametrize(("y", "remedy"), [(X[:, 0] + X[:, 1], "nn.MSELoss()"), (YES[:, 0], "nn.BCEWithLogitsLoss()")])
def test_a_batch_taken_for_one_row_of_classes(examined: Any, dense: Any, y: torch.Tensor, remedy: str) -> None:
    network = dense(6, 16, 1).append(nn.Flatten(0))
    verdict = examined(RULE, network, nn.CrossEntropyLoss(), X, y)
    assert "takes the batch for one row" in verdict.measured
    assert verdict.remedy == remedy

    def listwise(z: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return nn.functional.cross_entropy(z, target.softmax(0))

    assert examined(RULE, network, listwise, X, y) is None  # the targets are a distribution over the batch


@pytest.mark.parametrize("labels", [True, False])
def test_absolute_error_of_raw_outputs_and_classes(examined: Any, dense: Any, labels: bool) -> None:
    one_hot = nn.functional.one_hot(CLASSES, 3).float()

    def loss_fn(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return nn.functional.l1_loss(z, nn.functional.one_hot(y, 3).float() if labels else y)

    def of_chances(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return loss_fn(z.softmax(1), y)  # bends less than cross-entropy where labels are wrong

    y = CLASSES if labels else one_hot
    assert "most numbers are 0" in examined(RULE, dense(6, 16, 3), loss_fn, X, y).measured
    assert examined(RULE, dense(6, 16, 3), of_chances, X, y) is None
    if labels:
        assert examined(RULE, dense(6, 16, 3).append(nn.Softmax(1)), loss_fn, X, y) is None


def test_amounts_of_a_picture_are_left_to_another_rule(examined: Any, dense: Any) -> None:
    y = X.repeat(1, 8).abs()
    assert examined(RULE, dense(48, 16, 48), nn.BCEWithLogitsLoss(), y, y) is None
    assert examined(RULE, dense(6, 16, 3), nn.BCEWithLogitsLoss(), X, X[:, :3].abs() * 9) is not None
