from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from pellucid.concepts.layers.basic.embedding import embedding, embedding_reference, embedding_reference_backward
from pellucid.foundation.errors import RangeError, ShapeError

X = np.array([[0, 2, 0], [1, 0, 2]])
W = np.random.default_rng(0).normal(size=(4, 3))


@pytest.mark.knowledge("G12")
@pytest.mark.parametrize("padding_idx", [None, 0, 1])
def test_rows_picked_twice_get_both_gradients_and_the_padding_none(padding_idx: int | None) -> None:
    upstream = np.random.default_rng(1).normal(size=(2, 3, 3))
    layer = torch.nn.Embedding.from_pretrained(torch.tensor(W), freeze=False, padding_idx=padding_idx)
    y = layer(torch.tensor(X))
    np.testing.assert_array_equal(embedding_reference(X, W, padding_idx), y.detach().numpy())
    (y * torch.tensor(upstream)).sum().backward()
    assert layer.weight.grad is not None
    (dw,) = embedding_reference_backward(upstream, X, W, padding_idx)
    np.testing.assert_allclose(dw, layer.weight.grad.numpy(), rtol=1e-12)
    assert not dw[3].any()  # never picked


def test_it_is_a_dense_layer_on_one_hot_input() -> None:
    np.testing.assert_allclose(embedding_reference(X, W), np.eye(4)[X] @ W, rtol=1e-15)


@pytest.mark.parametrize(
    ("x", "w", "padding_idx", "error", "match"),
    [
        (X, W[0], None, ShapeError, r"embedding expected w of shape \(v, d\), got \(3,\): "),
        (X[None], W, None, ShapeError, r"embedding expected x of shape \(n,\) or \(n, l\), got \(1, 2, 3\): "),
        (X * 1.0, W, None, RangeError, r"embedding expected x to hold whole numbers, got .*float64: convert x"),
        (X > 0, W, None, RangeError, r"embedding expected x to hold whole numbers, got .*bool: convert x"),
        (X, W, 1.0, RangeError, "embedding expected indices from 0 to 3, got 1.0: give w more rows"),
        (X + 2, W, None, RangeError, "embedding expected indices from 0 to 3, got 4: give w more rows"),
        (X - 1, W, None, RangeError, "embedding expected indices from 0 to 3, got -1: give w more rows"),
        (X, W, 4, RangeError, "embedding expected indices from 0 to 3, got 4: give w more rows"),
    ],
)
def test_what_is_no_index_is_refused_by_both_forms(
    x: np.ndarray, w: np.ndarray, padding_idx: Any, error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        embedding_reference(x, w, padding_idx)
    with pytest.raises(error, match=match):
        embedding(torch.tensor(x), torch.tensor(w), padding_idx)


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int32])
def test_short_whole_numbers_are_indices_too(kind: type) -> None:
    y = embedding(torch.tensor(X.astype(kind)), torch.tensor(W))  # torch itself refuses int8
    np.testing.assert_array_equal(embedding_reference(X.astype(kind), W), y.numpy())
