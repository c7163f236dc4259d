"""Classes that have other numbers in validation."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.evidence import Look
from pellucid.diagnosis.rules.labels_swapped import measure, measure_after


@pytest.mark.parametrize(
    ("names", "told"), [([1, 0, 2], "0 for 1, 1 for 0"), ([1, 2, 0], "0 for 2, 1 for 0, 2 for 1"), ([0, 1, 2], None)]
)
def test_renamed(gathered: Any, clouds: Any, names: list[int], told: str | None) -> None:
    x, y = clouds(120, seed=1)
    verdict = measure(gathered(nn.Linear(6, 3), nn.CrossEntropyLoss(), clouds(), (x, torch.tensor(names)[y])))
    assert (verdict is None) if told is None else verdict is not None and f"({told})" in verdict.measured


def test_yes_and_no(gathered: Any, clouds: Any) -> None:
    (x, y), (held_x, held_y) = clouds(240, 2), clouds(120, 2, seed=1)
    held = held_x, 1 - held_y.float()[:, None]
    assert measure(gathered(nn.Linear(6, 1), nn.BCEWithLogitsLoss(), (x, y.float()[:, None]), held)) is not None


def test_silent_without_two_known_classes(gathered: Any, clouds: Any) -> None:
    x, y = clouds()
    loss, network = nn.CrossEntropyLoss(), nn.Linear(6, 3)
    held_x, held_y = clouds(120, seed=1)
    assert measure(gathered(network, loss, (x[y < 2], y[y < 2]), (held_x, held_y))) is None  # class 2 is new
    assert measure(gathered(network, loss, (x, y), (held_x[held_y == 1], held_y[held_y == 1]))) is None
    assert measure(gathered(network, loss, (x, y))) is None
    shuffled = held_y[torch.randperm(120, generator=torch.Generator().manual_seed(0))]
    assert measure(gathered(network, loss, (x, y), (held_x, shuffled))) is None


def looked(evidence: Any, score: float = 1.0) -> Any:
    evidence.looks = [
        Look(
            step=50, seconds=1.0, layers=(), parameters=(), loss_training_mode=1.0, loss=1.0, validation_loss=1.0,
            score=score, validation_score=0.1, metric=None,
        )
    ]  # fmt: skip
    return evidence


@pytest.mark.parametrize(("names", "found"), [([1, 0, 2], True), ([0, 1, 2], False)])
def test_the_network_itself(gathered: Any, clouds: Any, names: list[int], found: bool) -> None:
    network = nn.Linear(6, 3)
    with torch.no_grad():
        network.weight.copy_(torch.eye(6)[:3])
        network.bias.zero_()
    x, y = clouds(120, seed=1)
    verdict = measure_after(looked(gathered(network, nn.CrossEntropyLoss(), clouds(), (x, torch.tensor(names)[y]))))
    assert (verdict is not None) is found
    assert verdict is None or verdict.measured.startswith("the network is right for")
    assert measure_after(gathered(network, nn.CrossEntropyLoss(), clouds())) is None


def test_the_network_says_yes_and_no(gathered: Any, clouds: Any) -> None:
    network = nn.Linear(6, 1)
    with torch.no_grad():
        network.weight.copy_(torch.eye(6)[1:2] - torch.eye(6)[:1])
        network.bias.zero_()
    (x, y), (held_x, held_y) = clouds(240, 2), clouds(120, 2, seed=1)
    rows, held = (x, y.float()[:, None]), (held_x, 1 - held_y.float()[:, None])
    assert measure_after(looked(gathered(network, nn.BCEWithLogitsLoss(), rows, held))) is not None

    def of_distances(d: torch.Tensor, same: torch.Tensor) -> torch.Tensor:
        return (same * d.abs() + (1 - same) * (1 - d.abs()).clamp_min(0)).mean()

    assert measure_after(looked(gathered(network, of_distances, rows, held))) is None
