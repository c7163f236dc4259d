"""A trained copy on validation rows."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from tests.diagnosis.rules.conftest import _gathered, _rings
from torch import nn

from pellucid.diagnosis.judging import helps_on_validation, on_validation


def test_a_copy_is_judged_on_validation_rows() -> None:
    network: Any = nn.Linear(2, 2)
    evidence = _gathered(network, nn.CrossEntropyLoss(), _rings(), _rings(64, seed=1))
    found = on_validation(evidence, network)
    x, y = _rings(64, seed=1)
    assert found is not None
    assert found[0] == pytest.approx(nn.functional.cross_entropy(network(x), y).item(), rel=1e-5)
    assert found[1] == pytest.approx((network(x).argmax(1) == y).float().mean().item())


def test_without_validation_rows_nothing_speaks_against_a_remedy() -> None:
    network = nn.Linear(2, 2)
    evidence = _gathered(network, nn.CrossEntropyLoss(), _rings())
    assert on_validation(evidence, network) is None
    assert helps_on_validation(evidence, network)


def test_the_same_weights_are_no_better() -> None:
    network = nn.Linear(2, 2)
    evidence = _gathered(network, nn.CrossEntropyLoss(), _rings(), _rings(64, seed=1))
    assert not helps_on_validation(evidence, network)
    assert torch.is_grad_enabled()
