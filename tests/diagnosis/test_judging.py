"""A trained copy on validation rows."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from tests.diagnosis.rules.conftest import _gathered, _rings
from torch import nn

from pellucid.diagnosis.judging import apart, helps_on_validation, on_validation


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


def test_rows_are_parted_into_those_of_a_trial_and_others() -> None:
    network = nn.Linear(2, 2)
    evidence = _gathered(network, nn.CrossEntropyLoss(), _rings())
    found = apart(evidence, steps=2)
    assert found is not None
    trial, others = found
    assert len(others) == len(_rings()[0]) // 2
    assert len(trial.losses) == 2
    assert evidence.probes.examples is evidence.data.train
    few = _gathered(network, nn.CrossEntropyLoss(), _rings(32))
    assert apart(few, steps=2) is None


def test_judging_leaves_the_modes_as_they_are() -> None:
    network = nn.Sequential(nn.Linear(2, 2), nn.Dropout())
    evidence = _gathered(network, nn.CrossEntropyLoss(), _rings(), _rings(64, seed=1))
    network.train()
    assert on_validation(evidence, network) is not None
    assert network.training
    assert network[1].training
