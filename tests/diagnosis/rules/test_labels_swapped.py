"""Classes that have other numbers in validation."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.labels_swapped import measure


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
