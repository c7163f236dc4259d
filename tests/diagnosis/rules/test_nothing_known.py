"""All rules, where little or nothing is known of a training: they say nothing, and do not fail."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from pellucid.diagnosis.doctor import Doctor
from pellucid.diagnosis.rule import Rule
from pellucid.diagnosis.rules.catalogue import RULES

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


class Pair(nn.Module):
    """A network that returns two tensors."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(6, 3)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.layer(x), x


def refuses(outputs: Any, targets: Any) -> Tensor:
    raise ValueError("no")


@pytest.fixture(scope="module")
def doctors() -> list[Doctor]:
    pairs = [(X[:48], CLASSES[:48]), (X[48:], CLASSES[48:])]
    made = []
    for network, loss_fn, loader in (
        (nn.Linear(6, 3), nn.CrossEntropyLoss(), iter(pairs)),  # can be gone through only once
        (nn.Linear(6, 3), nn.CrossEntropyLoss(), None),
        (nn.Linear(6, 3), nn.CrossEntropyLoss(), [{"text": 1}]),
        (nn.Linear(6, 3), refuses, pairs),
        (Pair(), lambda pair, y: nn.functional.cross_entropy(pair[0], y), pairs),
        (nn.Linear(5, 3), nn.CrossEntropyLoss(), pairs),  # refuses the inputs
    ):
        optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
        made.append(Doctor.of(network, optimizer, loss_fn, loader, rules=()))
        made[-1].end()
    return made


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.cause)
def test_rules_are_silent(doctors: list[Doctor], rule: Rule) -> None:
    assert [rule.measure(doctor.evidence) for doctor in doctors] == [None] * len(doctors)
