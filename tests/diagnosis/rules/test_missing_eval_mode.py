"""Evaluation with and without eval(), with and without a graph, and Monte Carlo dropout."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.missing_eval_mode import RULE
from pellucid.diagnosis.watch import watch


def trained(
    clouds: Any, *, evaluating: bool, graph: bool = False, draws: int = 1, layer: nn.Module | None = None
) -> Any:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(6, 8), layer or nn.Dropout(0.5), nn.Linear(8, 3))
    optimizer, loss_fn = torch.optim.SGD(network.parameters(), lr=0.01), nn.CrossEntropyLoss()
    (x, y), (held_x, held_y) = clouds(96), clouds(48, seed=1)
    batches = list(zip(x.split(32), y.split(32), strict=True))
    with watch(network, optimizer, loss_fn, batches, [(held_x, held_y)]) as doctor:
        doctor.rules = (RULE,)
        for _ in range(4):
            network.train()
            for inputs, targets in batches:
                optimizer.zero_grad()
                loss_fn(network(inputs), targets).backward()
                optimizer.step()
            network.train(not evaluating)
            with torch.set_grad_enabled(graph):
                for _ in range(draws):
                    loss_fn(network(held_x), held_y).item()
    return doctor


def found(doctor: Any) -> list[str]:
    return [one.layer for one in doctor.findings if one.cause == RULE.cause]


@pytest.mark.parametrize("layer", [nn.Dropout(0.5), nn.BatchNorm1d(8)])
@pytest.mark.parametrize("graph", [False, True])
def test_found_only_without_eval(clouds: Any, layer: nn.Module, graph: bool) -> None:
    assert found(trained(clouds, evaluating=False, graph=graph, layer=layer)) == ["1"]
    assert found(trained(clouds, evaluating=True, graph=graph, layer=layer)) == []


def test_silent_where_the_mode_does_not_matter_or_draws_are_wanted(clouds: Any) -> None:
    assert found(trained(clouds, evaluating=False, layer=nn.ReLU())) == []
    assert found(trained(clouds, evaluating=False, draws=5)) == []


def test_passes_without_known_batches(clouds: Any) -> None:
    """Without a validation loader, a pass that records no graph is an evaluation."""
    evidence = trained(clouds, evaluating=False).evidence
    evidence.data.validation_marks = ()
    verdict = RULE.measure(evidence)
    assert verdict is not None
    assert verdict.confidence == 0.85


@pytest.mark.parametrize("evaluating", [True, False])
def test_all_validation_rows_at_once(clouds: Any, evaluating: bool) -> None:
    """The loader gives two batches; the loop judges both together, with a graph."""
    evidence = trained(clouds, evaluating=evaluating, graph=True).evidence
    whole = evidence.data.validation
    evidence.data.validation_rows = len(whole)
    evidence.data.validation_marks = (123.0,)
    assert (RULE.measure(evidence) is None) is evaluating
