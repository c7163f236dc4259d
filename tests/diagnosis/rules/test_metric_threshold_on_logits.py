"""Metrics with their threshold at the wrong place."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.diagnosis.rules.metric_threshold_on_logits import RULE

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
YES = (X[:, :1] > 0).float()


def at(threshold: float) -> Any:
    return lambda z, y: ((z > threshold).float() == y).float().mean()


LOGITS, PROBABILITIES = nn.BCEWithLogitsLoss(), nn.BCELoss()


def test_logits_against_one_half_are_found(examined: Any, dense: Any) -> None:
    verdict = examined(RULE, dense(6, 16, 1), LOGITS, X, YES, metric=at(0.5))
    assert "whose border is 0" in verdict.measured
    rounded = lambda z, y: float((z.round() == y).float().mean())  # noqa: E731
    assert examined(RULE, dense(6, 16, 1), LOGITS, X, YES, metric=rounded) is not None


def test_probabilities_against_zero_are_found(examined: Any, dense: Any) -> None:
    network = dense(6, 16, 1).append(nn.Sigmoid())
    assert examined(RULE, network, PROBABILITIES, X, YES, metric=at(0.0)) is not None
    assert examined(RULE, network, PROBABILITIES, X, YES, metric=at(0.5)) is None


@pytest.mark.parametrize(
    "metric",
    [
        at(0.0),
        lambda z, y: ((z.sigmoid() > 0.5).float() == y).float().mean(),
        lambda z, y: nn.functional.mse_loss(z, y),
        lambda z, y: 1.0,
        lambda z, y: z.no_such_method(),
        None,
    ],
)
def test_other_metrics_are_left_alone(examined: Any, dense: Any, metric: Any) -> None:
    assert examined(RULE, dense(6, 16, 1), LOGITS, X, YES, metric=metric) is None


SEVERAL = (X[:, :3] > 0).float()


@pytest.mark.parametrize(
    ("y", "metric"),
    [
        (SEVERAL, lambda z, y: float(((z.sigmoid() > 0.0) == y.bool()).float().mean())),
        (YES, lambda z, y: float((z.argmax(1, keepdim=True) == y).float().mean())),
        (YES, lambda z, y: float(((z.softmax(1) > 0.5) == y.bool()).float().mean())),
    ],
)
def test_metrics_that_take_every_output_for_the_same_are_found(examined: Any, dense: Any, y: Any, metric: Any) -> None:
    verdict = examined(RULE, dense(6, 16, y.shape[1]), LOGITS, X, y, metric=metric)
    assert "0.5 for outputs that are all right, 0.5 for outputs that are all wrong" in verdict.measured  # half are yes


def ranked(z: torch.Tensor, y: torch.Tensor) -> float:
    """Average precision: the same for all rankings where every answer is yes."""
    hits = y.flatten()[z.flatten().argsort(descending=True)].cumsum(0)
    return float((hits / torch.arange(1, len(hits) + 1)).mean())


def test_a_metric_of_ranks_is_left_alone(examined: Any, dense: Any) -> None:
    assert examined(RULE, dense(6, 16, 1), LOGITS, X, YES, metric=ranked) is None
    assert examined(RULE, dense(6, 16, 1), LOGITS, X, YES, metric=lambda z, y: float("nan")) is None
