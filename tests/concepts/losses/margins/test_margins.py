"""Losses of two classes written -1 and 1."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import torch
from sklearn.metrics import hinge_loss, zero_one_loss

from pellucid.concepts.losses.classes.binary_cross_entropy import binary_cross_entropy_reference
from pellucid.concepts.losses.margins.exponential import exponential_reference
from pellucid.concepts.losses.margins.hinge import hinge_reference
from pellucid.concepts.losses.margins.perceptron import perceptron, perceptron_reference
from pellucid.concepts.losses.margins.soft_margin import soft_margin, soft_margin_reference
from pellucid.concepts.losses.margins.squared_hinge import squared_hinge_reference
from pellucid.concepts.losses.margins.zero_one import zero_one, zero_one_reference

SCORES = np.array([[0.3, 0.7], [0.5, 0.5]])
TARGETS = np.array([[-1.0, 1.0], [1.0, -1.0]])
rng = np.random.default_rng(0)
Z, Y = rng.normal(size=50) * 2, rng.choice([-1.0, 1.0], 50)


@pytest.mark.knowledge("C14")
def test_the_soft_margin_of_the_example() -> None:
    expected = [[0.8544, 0.4032], [0.4741, 0.9741]]  # docs/knowledge.toml C14
    np.testing.assert_allclose(soft_margin_reference(SCORES, TARGETS, "none")[0], expected, atol=5e-5)
    fast = soft_margin(torch.tensor(SCORES), torch.tensor(TARGETS), "none")
    np.testing.assert_allclose(fast.numpy(), expected, atol=5e-5)


@pytest.mark.knowledge("C6")
def test_the_hinge_is_that_of_scikit_learn() -> None:
    assert hinge_reference(Z, Y)[0] == pytest.approx(hinge_loss(Y, Z), rel=1e-12)
    assert squared_hinge_reference(Z, Y, "none")[0] == pytest.approx(hinge_reference(Z, Y, "none")[0] ** 2)


@pytest.mark.knowledge("C1")
def test_zero_one_is_the_share_of_mistakes_and_teaches_nothing() -> None:
    value, gradient = zero_one_reference(Z, Y)
    assert value == pytest.approx(zero_one_loss(Y, np.sign(Z)), rel=1e-12)
    assert not gradient.any()
    leaf = torch.tensor(Z, requires_grad=True)
    zero_one(leaf, torch.tensor(Y)).backward()
    assert leaf.grad is not None
    assert not leaf.grad.any()


@pytest.mark.knowledge("C1", "C5", "C6", "B8")
def test_all_but_the_perceptron_bound_the_zero_one_loss_from_above() -> None:
    mistakes = zero_one_reference(Z, Y, "none")[0]
    for loss in (hinge_reference, squared_hinge_reference, exponential_reference):
        assert (loss(Z, Y, reduction="none")[0] >= mistakes).all()
    assert (soft_margin_reference(Z, Y, "none")[0] >= mistakes * np.log(2)).all()
    assert (perceptron_reference(Z, Y, "none")[0] < mistakes).any()


@pytest.mark.knowledge("C7", "B8")
def test_a_step_on_the_perceptron_loss_is_rosenblatts_rule() -> None:
    # Rosenblatt 1958: w <- w + y x where y (w x) <= 0; here from w = 0, where the score is 0
    x, y = torch.tensor([1.0, -2.0]), torch.tensor([1.0])
    w = torch.zeros(2, requires_grad=True)
    (gradient,) = torch.autograd.grad(perceptron((w @ x)[None], y), w)
    assert (w - gradient).tolist() == [1.0, -2.0]


@pytest.mark.knowledge("C4", "C14")
def test_the_soft_margin_is_binary_cross_entropy_in_other_letters() -> None:
    value, gradient = soft_margin_reference(Z, Y)
    expected, expected_gradient = binary_cross_entropy_reference(Z, (Y + 1) / 2)
    assert value == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(gradient, expected_gradient, rtol=1e-12)


def test_the_soft_margin_stays_finite_where_torchs_own_overflows() -> None:
    deep = torch.tensor([-1000.0])
    assert torch.isinf(torch.nn.functional.soft_margin_loss(deep, torch.ones(1)))
    assert soft_margin(deep, torch.ones(1)).item() == 1000


@pytest.mark.knowledge("C5")
def test_the_best_score_for_the_exponential_loss_is_half_the_log_odds() -> None:
    # Friedman, Hastie & Tibshirani 2000, Lemma 1: with a share p of positives, argmin = log(p / (1 - p)) / 2
    targets = np.repeat([1.0, -1.0], [80, 20])
    loss = partial(exponential_reference, targets=targets)
    _, gradient = loss(np.full(100, np.log(4) / 2))
    assert gradient.sum() == pytest.approx(0, abs=1e-15)
    assert abs(loss(np.full(100, np.log(4)))[1].sum()) > 0.1
