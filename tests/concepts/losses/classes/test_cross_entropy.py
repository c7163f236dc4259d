"""Cross-entropy from logits."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.concepts.losses.classes.cross_entropy import cross_entropy, cross_entropy_reference
from pellucid.foundation.errors import ShapeError

LOGITS = np.array([[1.0, 2], [1, 3], [1, 3]])
TARGETS = np.array([0, 1, 1])


def test_the_example_gives_0_5224() -> None:  # KNOWLEDGE.md C9
    assert cross_entropy_reference(LOGITS, TARGETS)[0] == pytest.approx(0.5224, abs=5e-5)
    assert cross_entropy(torch.tensor(LOGITS), torch.tensor(TARGETS)).item() == pytest.approx(0.5224, abs=5e-5)


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.7])
@pytest.mark.parametrize("weights", [None, [0.2, 1.0, 3.0, 0.0, 1.7]], ids=["unweighted", "weighted"])
@pytest.mark.parametrize("ignored", [-100, 2])
def test_weights_smoothing_and_ignored_rows_agree_with_torch(
    smoothing: float, weights: list[float] | None, ignored: int
) -> None:
    generator = np.random.default_rng(1)
    logits, targets = generator.normal(size=(40, 5)) * 4, generator.integers(0, 5, 40)
    options = {"label_smoothing": smoothing, "ignore_index": ignored}
    value, gradient = cross_entropy_reference(
        logits, targets, class_weights=None if weights is None else np.array(weights), **options
    )
    leaf = torch.tensor(logits, requires_grad=True)
    class_weights = None if weights is None else torch.tensor(weights, dtype=torch.float64)
    fast = cross_entropy(leaf, torch.tensor(targets), class_weights=class_weights, **options)
    (fast_gradient,) = torch.autograd.grad(fast, leaf)
    assert fast.item() == pytest.approx(value, rel=1e-9)
    np.testing.assert_allclose(fast_gradient.numpy(), gradient, rtol=1e-7, atol=1e-15)


def test_guessing_among_k_classes_costs_log_k() -> None:
    assert cross_entropy_reference(np.zeros((3, 7)), np.array([0, 3, 6]))[0] == pytest.approx(np.log(7), rel=1e-15)


@pytest.mark.parametrize(
    ("logits", "targets", "sentence"),
    [
        ((3, 2), (3, 2), r"expected targets of shape \(n,\) = \(3,\), got \(3, 2\): pass targets.argmax\(1\)"),
        ((3, 2), (4,), r"expected targets of shape \(n,\) = \(3,\), got \(4,\): pass one class index for each row"),
        ((3,), (3,), r"expected logits of shape \(n, k\), got \(3,\): pass one row of k logits for each example"),
    ],
)
def test_other_shapes_are_refused(logits: tuple[int, ...], targets: tuple[int, ...], sentence: str) -> None:
    with pytest.raises(ShapeError, match=sentence):
        cross_entropy_reference(np.zeros(logits), np.zeros(targets, dtype=np.int64))
    with pytest.raises(ShapeError, match=sentence):
        cross_entropy(torch.zeros(logits), torch.zeros(targets, dtype=torch.int64))
