"""Binary cross-entropy from logits."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.concepts.losses.classes.binary_cross_entropy import binary_cross_entropy, binary_cross_entropy_reference

LOGITS = np.array([[1.0, 2], [2, 2], [3, 4], [4, 5]])
TARGETS = np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]])


@pytest.mark.knowledge("C11")
def test_the_example_gives_1_4732() -> None:  # docs/knowledge.toml C11
    assert binary_cross_entropy_reference(LOGITS, TARGETS)[0] == pytest.approx(1.4732, abs=5e-5)
    assert binary_cross_entropy(torch.tensor(LOGITS), torch.tensor(TARGETS)).item() == pytest.approx(1.4732, abs=5e-5)


@pytest.mark.knowledge("C12", "B3")
@pytest.mark.parametrize("weight", [9.0, np.array([0.5, 9.0])], ids=["one", "for each label"])
def test_the_weight_of_positives_agrees_with_torch(weight: float | np.ndarray) -> None:  # docs/knowledge.toml C12
    value, gradient = binary_cross_entropy_reference(LOGITS, TARGETS, pos_weight=weight)
    leaf = torch.tensor(LOGITS, requires_grad=True)
    fast = binary_cross_entropy(leaf, torch.tensor(TARGETS), pos_weight=torch.as_tensor(weight, dtype=torch.float64))
    (fast_gradient,) = torch.autograd.grad(fast, leaf)
    assert fast.item() == pytest.approx(value, rel=1e-9)
    np.testing.assert_allclose(fast_gradient.numpy(), gradient, rtol=1e-7)


@pytest.mark.knowledge("B1", "C12")
def test_a_weight_of_9_balances_100_positives_with_900_negatives() -> None:  # docs/knowledge.toml B1
    targets = np.repeat([1.0, 0.0], [100, 900])
    assert (targets == 0).sum() / (targets == 1).sum() == 9
    _, gradient = binary_cross_entropy_reference(np.zeros(1000), targets, pos_weight=9.0)
    assert gradient.sum() == pytest.approx(0, abs=1e-12)  # one half is then the best constant


def test_guessing_costs_log_2() -> None:
    assert binary_cross_entropy_reference(np.zeros(7), np.ones(7))[0] == pytest.approx(np.log(2), rel=1e-15)


def test_one_weight_may_be_a_plain_number_in_both_forms() -> None:
    value, _ = binary_cross_entropy_reference(LOGITS, TARGETS, pos_weight=9.0)
    assert binary_cross_entropy(torch.tensor(LOGITS), torch.tensor(TARGETS), 9.0).item() == pytest.approx(value)
