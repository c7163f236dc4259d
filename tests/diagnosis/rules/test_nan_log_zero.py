"""Logarithms of 0."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.evidence import Failure
from pellucid.diagnosis.rules.nan_log_zero import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)


def by_hand(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return -(nn.functional.one_hot(y, 3) * torch.log(torch.softmax(z, 1))).sum(1).mean()


def test_a_logarithm_of_zero_is_found_before_step_one(examined: Any, dense: Any) -> None:
    verdict = examined(RULE, dense(6, 16, 3), by_hand, 10_000 * X, CLASSES)
    assert verdict.measured.startswith("log is given 0")
    assert "log_softmax" in verdict.remedy


def test_numbers_that_stay_finite_are_left_alone(examined: Any, dense: Any) -> None:
    assert examined(RULE, dense(6, 16, 3), by_hand, X, CLASSES) is None
    assert examined(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), 10_000 * X, CLASSES) is None


def test_it_is_found_where_it_happens_later(looped: Any, dense: Any) -> None:
    def grows(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for place, (x, y) in enumerate(batches):
            optimizer.zero_grad()
            if place == 2:
                with torch.no_grad():
                    network[2].weight.mul_(1e5)
            loss_fn(network(x), y).backward()
            optimizer.step()

    verdict = looped(RULE, dense(6, 16, 3), by_hand, X, CLASSES, grows)
    assert verdict.step == 3
    assert "log" in verdict.measured


def test_another_failure_is_left_alone(looped: Any, dense: Any) -> None:
    def ends(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for x, y in batches:
            optimizer.zero_grad()
            (loss_fn(network(x), y) * float("inf")).backward()
            optimizer.step()

    assert looped(RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES, ends) is None


@pytest.mark.parametrize(("loss_fn", "found"), [(by_hand, True), (nn.CrossEntropyLoss(), False)])
def test_where_it_was_not_seen_the_loss_is_tried(gathered: Any, dense: Any, loss_fn: Any, found: bool) -> None:
    evidence = gathered(dense(6, 16, 3), loss_fn, (X, CLASSES))
    evidence.failure = Failure(step=60, where="weights", layer="", function="", explanation="")
    verdict = RULE.measure(evidence)
    assert (verdict is not None) == found
    assert verdict is None or "log_softmax" in verdict.remedy


def test_probabilities_kept_from_zero_are_left_alone(gathered: Any, dense: Any) -> None:
    def kept(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return -(nn.functional.one_hot(y, 3) * torch.log(torch.softmax(z, 1).clamp(1e-6, 1))).sum(1).mean()

    evidence = gathered(dense(6, 16, 3), kept, (X, CLASSES))
    evidence.failure = Failure(step=60, where="weights", layer="", function="", explanation="")
    assert RULE.measure(evidence) is None


def test_a_failure_between_watched_steps_is_replayed(looped: Any, dense: Any) -> None:
    def unseen(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for place, (x, y) in enumerate(8 * batches):
            optimizer.zero_grad()
            loss_fn(network(x), y).backward()
            optimizer.step()
            if place == 20:
                with torch.no_grad():
                    network[0].weight.fill_(float("nan"))

    network = dense(6, 16, 3)
    fast = torch.optim.SGD(network.parameters(), lr=3.0, momentum=0.9)
    assert looped(RULE, network, by_hand, 3 * X, CLASSES, unseen, optimizer=fast) is not None
