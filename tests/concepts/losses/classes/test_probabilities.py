"""Losses of probabilities and log-probabilities, and the focal loss."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.stats import entropy
from sklearn.metrics import log_loss

from pellucid.concepts.losses.classes.bce_of_probabilities import bce_of_probabilities, bce_of_probabilities_reference
from pellucid.concepts.losses.classes.binary_cross_entropy import binary_cross_entropy_reference
from pellucid.concepts.losses.classes.focal import focal, focal_reference
from pellucid.concepts.losses.classes.kl_divergence import kl_divergence, kl_divergence_reference
from pellucid.concepts.losses.classes.nll import nll, nll_reference
from pellucid.foundation.errors import RangeError, ShapeError

LOGITS = np.array([[1.0, 2], [2, 2], [3, 4], [4, 5]])
TARGETS = np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]])
PROBABILITIES = 1 / (1 + np.exp(-LOGITS))


@pytest.mark.knowledge("C11")
def test_the_example_of_probabilities_gives_1_4732() -> None:  # docs/knowledge.toml C11
    assert bce_of_probabilities_reference(PROBABILITIES, TARGETS)[0] == pytest.approx(1.4732, abs=5e-5)
    fast = bce_of_probabilities(torch.tensor(PROBABILITIES), torch.tensor(TARGETS))
    assert fast.item() == pytest.approx(1.4732, abs=5e-5)
    assert bce_of_probabilities_reference(PROBABILITIES[:, 0], TARGETS[:, 0])[0] == pytest.approx(
        log_loss(TARGETS[:, 0], PROBABILITIES[:, 0]), rel=1e-12
    )


@pytest.mark.knowledge("C11")
@pytest.mark.parametrize("wrong", [-0.1, 1.5, np.nan])
def test_what_is_no_probability_is_an_error_in_both_forms(wrong: float) -> None:
    p, y = np.array([0.5, wrong]), np.ones(2)
    sentence = f"^bce_of_probabilities expected probabilities from 0 to 1, got {wrong:g}: put a sigmoid before it"
    with pytest.raises(RangeError, match=sentence):
        bce_of_probabilities_reference(p, y)
    with pytest.raises(RangeError, match=sentence):
        bce_of_probabilities(torch.tensor(p), torch.tensor(y))


def test_the_impossible_costs_100_and_its_gradient_is_finite_as_in_torch() -> None:
    p, y = np.array([0.0, 1.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0, 1.0])
    value, gradient = bce_of_probabilities_reference(p, y, "none")
    leaf = torch.tensor(p, requires_grad=True)
    fast = bce_of_probabilities(leaf, torch.tensor(y), "none")
    assert value.tolist() == fast.tolist() == [100, 100, 0, 0]
    (by_torch,) = torch.autograd.grad(fast.sum(), leaf)
    np.testing.assert_allclose(gradient, by_torch.numpy(), rtol=1e-7)


@pytest.mark.knowledge("C10")
def test_logits_taken_for_log_probabilities_give_minus_2_3333() -> None:  # docs/knowledge.toml C10
    logits, targets = np.array([[1.0, 2], [1, 3], [1, 3]]), np.array([0, 1, 1])
    assert nll_reference(logits, targets, np.ones(2))[0] == pytest.approx(-2.3333, abs=5e-5)
    fast = nll(torch.tensor(logits), torch.tensor(targets), torch.ones(2, dtype=torch.float64))
    assert fast.item() == pytest.approx(-2.3333, abs=5e-5)


@pytest.mark.knowledge("C10")
@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize("ignored", [-100, 1])
def test_weights_and_ignored_rows_agree_with_torch(reduction: str, ignored: int) -> None:
    rng = np.random.default_rng(0)
    logs, targets, weights = rng.normal(size=(30, 4)), rng.integers(0, 4, 30), rng.random(4)
    value, gradient = nll_reference(logs, targets, weights, ignored, reduction)
    leaf = torch.tensor(logs, requires_grad=True)
    expected = torch.nn.NLLLoss(torch.tensor(weights), ignore_index=ignored, reduction=reduction)(
        leaf, torch.tensor(targets)
    )
    np.testing.assert_allclose(expected.detach().numpy(), value, rtol=1e-9, atol=1e-12)
    fast = nll(leaf, torch.tensor(targets), torch.tensor(weights), ignored, reduction)
    np.testing.assert_array_equal(fast.detach().numpy(), expected.detach().numpy())
    (by_torch,) = torch.autograd.grad(expected.sum(), leaf)
    np.testing.assert_allclose(by_torch.numpy(), gradient, rtol=1e-7, atol=1e-12)


def test_one_hot_rows_are_refused_by_nll() -> None:
    with pytest.raises(ShapeError, match=r"got \(3, 2\): pass targets.argmax\(1\), the index of the class"):
        nll_reference(np.zeros((3, 2)), np.eye(2, dtype=np.int64)[[0, 1, 1]])


@pytest.mark.knowledge("C17")
def test_kl_divergence_is_scipys_and_torchs_batchmean() -> None:
    rng = np.random.default_rng(1)
    p, q = rng.dirichlet(np.ones(5), (2, 7))
    p[0] = [1, 0, 0, 0, 0]  # 0 log 0 = 0
    single, _ = kl_divergence_reference(np.log(q), p, "none")
    np.testing.assert_allclose(single, entropy(p, q, axis=1), rtol=1e-9)
    batchmean = torch.nn.functional.kl_div(torch.tensor(q).log(), torch.tensor(p), reduction="batchmean")
    assert kl_divergence_reference(np.log(q), p)[0] == pytest.approx(batchmean.item(), rel=1e-9)
    assert kl_divergence(torch.tensor(q).log(), torch.tensor(p)).item() == pytest.approx(batchmean.item(), rel=1e-9)


def test_kl_divergence_wants_rows() -> None:
    with pytest.raises(ShapeError, match=r"expected log_probabilities of shape \(n, k\), got \(3,\): pass one row"):
        kl_divergence_reference(np.zeros(3), np.zeros(3))


def test_without_focus_it_is_half_the_binary_cross_entropy() -> None:
    value, gradient = focal_reference(LOGITS, TARGETS, gamma=0.0, alpha=0.5)
    expected, expected_gradient = binary_cross_entropy_reference(LOGITS, TARGETS)
    assert value == pytest.approx(expected / 2, rel=1e-12)
    np.testing.assert_allclose(gradient, expected_gradient / 2, rtol=1e-12)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0, 5.0])
@pytest.mark.parametrize("alpha", [0.25, 0.9])
def test_every_focus_agrees_with_the_formula_of_the_paper(gamma: float, alpha: float) -> None:
    # Lin et al. 2017, equation 5, written with probabilities and differentiated by torch
    leaf, y = torch.tensor(LOGITS, requires_grad=True), torch.tensor(TARGETS)
    p_t = leaf.sigmoid() * y + (1 - leaf.sigmoid()) * (1 - y)
    loss = (-(alpha * y + (1 - alpha) * (1 - y)) * (1 - p_t) ** gamma * p_t.log()).mean()
    value, gradient = focal_reference(LOGITS, TARGETS, gamma, alpha)
    assert value == pytest.approx(loss.item(), rel=1e-9)
    np.testing.assert_allclose(gradient, torch.autograd.grad(loss, leaf)[0].numpy(), rtol=1e-7)


def test_the_gradient_of_a_weak_focus_is_finite_where_the_answer_is_sure() -> None:
    leaf = torch.tensor([200.0], requires_grad=True)
    (gradient,) = torch.autograd.grad(focal(leaf, torch.ones(1), gamma=0.5), leaf)
    assert gradient.item() == pytest.approx(0, abs=1e-30)
