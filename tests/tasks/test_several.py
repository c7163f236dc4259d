"""Targets of several kinds."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.foundation.errors import ShapeError
from pellucid.tasks.multiclass import Multiclass
from pellucid.tasks.negative_binomial import NegativeBinomial
from pellucid.tasks.regression import Regression
from pellucid.tasks.several import Several
from pellucid.tasks.task import Target

TARGETS = (
    Target(name="kind", kind="category", values=np.array(["a", "b", "c", "a"], dtype=object)),
    Target(name="price", kind="number", values=np.array([1.0, 2.0, 3.0, 9.0])),
    Target(name="visits", kind="number", values=np.array([0.0, 0.0, 7.0, 1.0])),
)
TASK = Several(
    targets=("kind", "price", "visits"),
    tasks=(
        Multiclass(targets=("kind",), classes=("a", "b", "c")),
        Regression(targets=("price",)),
        NegativeBinomial(targets=("visits",)),
    ),
).fitted(TARGETS)


def test_outputs_and_parts_follow_the_order_of_the_targets() -> None:
    assert TASK.outputs == 5
    assert [part.kind for part in TASK.parts] == ["multiclass", "regression", "negative_binomial"]
    assert TASK.loss == "cross_entropy + squared_error + negative_binomial"


def test_the_objective_is_the_sum_of_the_parts() -> None:
    encoded, offset = torch.tensor(TASK.encode(TARGETS)), torch.tensor([0.0, 1.0, -1.0, 0.5])
    logits = torch.randn(4, 5, generator=torch.Generator().manual_seed(0))
    kind, price, visits = (part.objective() for part in TASK.parts)
    apart = (
        kind(logits[:, :3], encoded[:, 0].long())
        + price(logits[:, 3:4], encoded[:, 1:2])
        + visits(logits[:, 4:], encoded[:, 2:], offset)
    )
    assert TASK.objective()(logits, encoded, offset).item() == pytest.approx(apart.item(), rel=1e-6)


def test_what_one_part_learns_is_read_back() -> None:
    objective = TASK.objective()
    with torch.no_grad():
        for parameter in objective.parameters():
            parameter.fill_(np.log(0.125))
    (_, _, visits) = TASK.learnt(objective).parts
    assert isinstance(visits, NegativeBinomial)
    assert visits.dispersion == pytest.approx(0.125)


def test_a_split_keeps_the_shares_of_the_first_classes() -> None:
    np.testing.assert_array_equal(TASK.strata(TARGETS), [0, 1, 2, 0])
    numbers = Several(targets=("price", "visits"), tasks=TASK.tasks[1:])
    assert numbers.strata(TARGETS[1:]) is None


def test_targets_of_another_shape_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"objective expected targets of shape \(n, t\) = \(n, 3\), got \(4,\)"):
        TASK.objective()(torch.zeros(4, 5), torch.zeros(4))


def test_the_monitor_names_the_target() -> None:
    logits = torch.zeros(4, 5)
    logits[1, 1] = 1  # a, b, a, a against a, b, c, a
    scores = TASK.monitor(logits, torch.tensor(TASK.encode(TARGETS)))
    assert list(scores) == ["kind: accuracy", "price: rmse", "visits: deviance"]
    assert scores["kind: accuracy"] == 0.75
    assert scores["price: rmse"] == pytest.approx(np.std([1.0, 2.0, 3.0, 9.0]))
