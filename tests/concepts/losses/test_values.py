"""What values the references refuse, each with a sentence that says how to mend it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from pellucid.concepts.losses.catalogue import LOSSES, loss_called
from pellucid.foundation.errors import RangeError, ShapeError

ONE_TO_TWO = np.array([1.0, 2.0])
TABLE = np.log([[0.2, 0.8], [0.5, 0.5]])
SIGNED = [loss for loss in LOSSES if loss.arguments[-1].values == "minus or plus one"]


@pytest.mark.parametrize("loss", SIGNED, ids=lambda one: one.name)
@pytest.mark.parametrize(
    ("targets", "remedy"),
    [([0.0, 1.0], "got 0: pass 2 * targets - 1"), ([3.0, -1.0], "got 3: pass -1 for one class and 1 for the other")],
)
def test_targets_other_than_minus_or_plus_one_are_refused(loss: Any, targets: list[float], remedy: str) -> None:
    rows = np.ones((2, 3)) if loss.arguments[0].shapes == ("(n, d)",) else ONE_TO_TWO
    inputs = (*[rows] * (len(loss.arguments) - 1), np.array(targets))
    with pytest.raises(RangeError) as refusal:
        loss.reference(*inputs)
    assert str(refusal.value) == f"{loss.name} expected targets of -1 or 1, {remedy}"


@pytest.mark.parametrize(
    ("name", "first", "targets", "options", "sentence"),
    [
        (
            "binary_cross_entropy",
            ONE_TO_TWO,
            [-1.0, 1.0],
            {},
            r"targets from 0 to 1, got -1: pass \(targets \+ 1\) / 2",
        ),
        ("binary_cross_entropy", ONE_TO_TWO, [2.0, 0.0], {}, "targets from 0 to 1, got 2: write no as 0 and yes as 1"),
        ("bce_of_probabilities", ONE_TO_TWO / 4, [0.0, np.nan], {}, "targets from 0 to 1, got nan"),
        ("focal", ONE_TO_TWO, [0.5, 1.0], {}, r"targets of 0 or 1, got 0\.5"),
        ("poisson", ONE_TO_TWO, [-1.0, 1.0], {}, "targets at least 0, got -1: pass counts"),
        ("negative_binomial", ONE_TO_TWO, [1.0, -2.0], {}, "targets at least 0, got -2: pass counts"),
        ("negative_binomial", ONE_TO_TWO, [1.0, 2.0], {"dispersion": 0.0}, "dispersion above 0, got 0"),
        ("huber", ONE_TO_TWO, [0.0, 0.0], {"delta": -1.0}, "delta above 0, got -1: pass a positive number"),
        ("smooth_l1", ONE_TO_TWO, [0.0, 0.0], {"beta": 0.0}, "beta above 0, got 0"),
        ("quantile", ONE_TO_TWO, [0.0, 0.0], {"level": 90}, "level from 0 to 1, got 90: pass a share"),
        ("cross_entropy", TABLE, [0, 2], {}, "targets from 0 to 1, got 2: number the classes from 0"),
        ("nll", TABLE, [-1, 1], {}, "targets from 0 to 1, got -1: number the classes from 0"),
        ("multi_margin", TABLE, [-1, 1], {}, "targets from 0 to 1, got -1: number the classes from 0"),
        ("cross_entropy", TABLE, [0.0, 1.0], {}, "targets that are integers, got float64: pass class indices"),
        ("kl_divergence", np.exp(TABLE), np.exp(TABLE), {}, "log_probabilities, got probabilities, .*: pass their log"),
        ("kl_divergence", TABLE, TABLE, {}, "targets in rows at least 0 that sum to 1, got .*: pass probabilities"),
    ],
)
def test_values_that_no_loss_can_judge_are_refused(
    name: str, first: Any, targets: Any, options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(RangeError, match=f"^{name} expected {sentence}"):
        loss_called(name).reference(first, np.array(targets), **options)


def test_a_level_that_is_no_share_is_refused_by_the_fast_form_too() -> None:
    with pytest.raises(RangeError, match="^quantile expected level from 0 to 1, got 90"):
        loss_called("quantile").fast(torch.zeros(2), torch.zeros(2), level=90)


def test_ignored_rows_may_hold_any_index() -> None:
    both = loss_called("nll").reference(TABLE, np.array([-100, 1]))[0]
    assert both == pytest.approx(-np.log(0.5))  # of the second row alone


@pytest.mark.parametrize("name", ["cross_entropy", "nll"])
@pytest.mark.parametrize("shape", [(3,), (2, 1), ()])
def test_class_weights_are_never_broadcast(name: str, shape: tuple[int, ...]) -> None:
    loss, targets, weights = loss_called(name), np.array([0, 1]), np.ones(shape)
    with pytest.raises(ShapeError, match=r"expected class_weights of shape \(k,\) = \(2,\), got .*: pass one weight"):
        loss.reference(TABLE, targets, class_weights=weights)
    with pytest.raises(ShapeError, match=r"expected class_weights of shape \(k,\) = \(2,\), got .*: pass one weight"):
        loss.fast(torch.tensor(TABLE), torch.tensor(targets), class_weights=torch.tensor(weights))


@pytest.mark.parametrize(("logits", "weight"), [((3,), (3, 1)), ((3,), (3,)), ((3, 2), (3, 1)), ((3, 2), (3,))])
def test_a_pos_weight_is_never_broadcast_over_rows(logits: tuple[int, ...], weight: tuple[int, ...]) -> None:
    loss, z, w = loss_called("binary_cross_entropy"), np.zeros(logits), np.ones(weight)
    with pytest.raises(ShapeError, match=r"expected pos_weight of shape \(\) or \(k,\), got .* with logits"):
        loss.reference(z, z, pos_weight=w)
    with pytest.raises(ShapeError, match=r"expected pos_weight of shape \(\) or \(k,\), got .* with logits"):
        loss.fast(torch.tensor(z), torch.tensor(z), pos_weight=torch.tensor(w))


@pytest.mark.parametrize("weight", [(), (1,), (2,)])
def test_one_pos_weight_or_one_for_each_label_is_taken(weight: tuple[int, ...]) -> None:
    loss, z, w = loss_called("binary_cross_entropy"), np.zeros((3, 2)), np.full(weight, 9.0)
    value = loss.reference(z, np.ones((3, 2)), pos_weight=w)[0]
    assert value == pytest.approx(9 * np.log(2))  # each positive costs log 2, nine times
    fast = loss.fast(torch.tensor(z), torch.ones(3, 2, dtype=torch.float64), pos_weight=torch.tensor(w))
    assert fast.item() == pytest.approx(value)
