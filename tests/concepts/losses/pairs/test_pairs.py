"""Losses of pairs and triplets."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.concepts.losses.pairs.cosine_embedding import cosine_embedding, cosine_embedding_reference
from pellucid.concepts.losses.pairs.margin_ranking import margin_ranking, margin_ranking_reference
from pellucid.concepts.losses.pairs.rows import check_rows
from pellucid.concepts.losses.pairs.triplet_margin import triplet_margin, triplet_margin_reference
from pellucid.foundation.errors import ShapeError

A, B = np.array([[0.3, 0.5, 0.7]]), np.array([[0.1, 0.3, 0.5]])


@pytest.mark.knowledge("C15", "B9")
@pytest.mark.parametrize(("target", "expected"), [(1.0, 0.0167), (-1.0, 0.9833)])  # docs/knowledge.toml C15
def test_the_cosine_embedding_of_the_example(target: float, expected: float) -> None:
    y = np.array([target])
    assert cosine_embedding_reference(A, B, y)[0] == pytest.approx(expected, abs=5e-5)
    assert cosine_embedding(*map(torch.tensor, (A, B, y))).item() == pytest.approx(expected, abs=5e-5)


@pytest.mark.knowledge("C16", "B9")
def test_the_margin_ranking_of_the_example() -> None:
    x1, x2, y = np.array([1.0, 2, 3]), np.array([2.0, 2, 2]), np.array([1.0, 1, -1])
    assert margin_ranking_reference(x1, x2, y, reduction="none")[0].tolist() == [1, 0, 1]  # docs/knowledge.toml C16
    assert margin_ranking(*map(torch.tensor, (x1, x2, y)), reduction="none").tolist() == [1, 0, 1]


@pytest.mark.knowledge("C16")
@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_accident_of_the_example_is_refused(place: int) -> None:
    inputs = [np.array([1.0, 2, 3]), np.array([2.0, 2, 2]), np.array([1.0, 1, -1])]
    inputs[place] = inputs[place][:, None]
    with pytest.raises(ShapeError, match=r"^margin_ranking expected \w+ of shape .*: pass \w+\["):
        margin_ranking_reference(*inputs)
    with pytest.raises(ShapeError, match=r"^margin_ranking expected \w+ of shape .*: pass \w+\["):
        margin_ranking(*map(torch.tensor, inputs))


@pytest.mark.parametrize("margin", [-0.5, 0.0, 0.3, 2.0])
def test_every_margin_agrees_with_torch(margin: float) -> None:
    rng = np.random.default_rng(0)
    a, b, c = rng.normal(size=(3, 20, 4))
    y = rng.choice([-1.0, 1.0], 20)
    for reference, fast, inputs in (
        (cosine_embedding_reference, cosine_embedding, (a, b, y)),
        (margin_ranking_reference, margin_ranking, (a[:, 0], b[:, 0], y)),
        *([(triplet_margin_reference, triplet_margin, (a, b, c))] if margin > 0 else []),  # torch wants it positive
    ):
        value, gradients = reference(*inputs, margin=margin)
        leaves = [torch.tensor(one, requires_grad=True) for one in inputs]
        loss = fast(*leaves, margin=margin)
        assert loss.item() == pytest.approx(value, rel=1e-9)
        by_torch = torch.autograd.grad(loss, leaves[: len(gradients)])
        for gradient, wanted in zip(gradients, by_torch, strict=True):
            np.testing.assert_allclose(gradient, wanted.numpy(), rtol=1e-7, atol=1e-12)


def test_a_vector_of_zeros_is_at_right_angles_to_all() -> None:
    zeros = np.zeros((1, 3))
    assert cosine_embedding_reference(zeros, B, np.array([1.0]))[0] == 1  # by the 1e-12 under the root
    assert cosine_embedding_reference(zeros, B, np.array([-1.0]))[0] == 0


def test_single_vectors_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"expected first of shape \(n, d\), got \(3,\): pass one vector for each"):
        check_rows("cosine_embedding", first=np.zeros(3), second=np.zeros(3))
