"""Cross-entropy from logits."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.concepts.losses.classes.cross_entropy import cross_entropy, cross_entropy_reference
from pellucid.concepts.losses.classes.nll import nll_reference
from pellucid.foundation.errors import RangeError, ShapeError

LOGITS = np.array([[1.0, 2], [1, 3], [1, 3]])
TARGETS = np.array([0, 1, 1])


@pytest.mark.knowledge("C4", "C9")
def test_the_example_gives_0_5224() -> None:  # docs/knowledge.toml C9
    assert cross_entropy_reference(LOGITS, TARGETS)[0] == pytest.approx(0.5224, abs=5e-5)
    assert cross_entropy(torch.tensor(LOGITS), torch.tensor(TARGETS)).item() == pytest.approx(0.5224, abs=5e-5)


@pytest.mark.knowledge("B2", "C9")
@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.7])
@pytest.mark.parametrize("weights", [None, [0.2, 1.0, 3.0, 0.0, 1.7]], ids=["unweighted", "weighted"])
@pytest.mark.parametrize("ignored", [-100, 2])
def test_weights_smoothing_and_ignored_rows_agree_with_torch(
    smoothing: float, weights: list[float] | None, ignored: int, reduction: str
) -> None:
    generator = np.random.default_rng(1)
    logits, targets = generator.normal(size=(40, 5)) * 4, generator.integers(0, 5, 40)
    options = {"label_smoothing": smoothing, "ignore_index": ignored, "reduction": reduction}
    value, gradient = cross_entropy_reference(
        logits, targets, class_weights=None if weights is None else np.array(weights), **options
    )
    leaf = torch.tensor(logits, requires_grad=True)
    class_weights = None if weights is None else torch.tensor(weights, dtype=torch.float64)
    fast = cross_entropy(leaf, torch.tensor(targets), class_weights=class_weights, **options)
    (fast_gradient,) = torch.autograd.grad(fast.sum(), leaf)
    np.testing.assert_allclose(fast.detach().numpy(), value, rtol=1e-9)
    np.testing.assert_allclose(fast_gradient.numpy(), gradient, rtol=1e-7, atol=1e-15)


def test_guessing_among_k_classes_costs_log_k() -> None:
    assert cross_entropy_reference(np.zeros((3, 7)), np.array([0, 3, 6]))[0] == pytest.approx(np.log(7), rel=1e-15)


@pytest.mark.parametrize(
    ("logits", "targets", "sentence"),
    [
        ((3, 2), (3, 1), r"expected targets of shape \(n,\) = \(3,\), got \(3, 1\): pass targets\[:, 0\]"),
        ((3, 1), (3, 1), r"expected targets of shape \(n,\) = \(3,\), got \(3, 1\): pass targets\[:, 0\]"),
        ((3, 2), (4,), r"expected targets of shape \(n,\) = \(3,\), got \(4,\): pass one class index for each row"),
        ((3,), (3,), r"expected logits of shape \(n, k\), got \(3,\): pass one row of k logits for each example"),
    ],
)
def test_other_shapes_are_refused(logits: tuple[int, ...], targets: tuple[int, ...], sentence: str) -> None:
    with pytest.raises(ShapeError, match=sentence):
        cross_entropy_reference(np.zeros(logits), np.zeros(targets, dtype=np.int64))
    with pytest.raises(ShapeError, match=sentence):
        cross_entropy(torch.zeros(logits), torch.zeros(targets, dtype=torch.int64))


@pytest.mark.knowledge("B2", "C9")
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_one_hot_rows_are_as_good_as_indices_and_distributions_agree_with_torch(smoothing: float) -> None:
    generator = np.random.default_rng(2)
    logits, indices = generator.normal(size=(20, 4)), generator.integers(0, 4, 20)
    by_index = cross_entropy_reference(logits, indices, label_smoothing=smoothing)
    for one_hot in (np.eye(4)[indices], np.eye(4, dtype=np.int64)[indices]):
        value, gradient = cross_entropy_reference(logits, one_hot, label_smoothing=smoothing)
        assert value == pytest.approx(by_index[0], rel=1e-12)
        np.testing.assert_allclose(gradient, by_index[1], rtol=1e-12, atol=1e-15)
        fast = cross_entropy(torch.tensor(logits), torch.tensor(one_hot), label_smoothing=smoothing)
        assert fast.item() == pytest.approx(value, rel=1e-9)
    targets, weights = generator.dirichlet(np.ones(4), 20), np.array([0.5, 1, 2, 3])
    value, _ = cross_entropy_reference(logits, targets, weights, smoothing)
    expected = torch.nn.CrossEntropyLoss(torch.tensor(weights), label_smoothing=smoothing)
    assert value == pytest.approx(expected(torch.tensor(logits), torch.tensor(targets)).item(), rel=1e-9)


@pytest.mark.knowledge("C9")
def test_it_is_log_softmax_and_negative_log_likelihood() -> None:
    log_probabilities = LOGITS - np.log(np.exp(LOGITS).sum(axis=1, keepdims=True))
    assert cross_entropy_reference(LOGITS, TARGETS)[0] == pytest.approx(nll_reference(log_probabilities, TARGETS)[0])


def test_a_batch_in_which_no_row_counts_has_no_mean() -> None:
    with pytest.raises(RangeError, match="expected at least one element to take the mean of, got none"):
        cross_entropy_reference(LOGITS, np.full(3, -100))
    assert cross_entropy_reference(LOGITS, np.full(3, -100), reduction="sum")[0] == 0
