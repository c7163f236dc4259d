"""Adaptive and global pooling against torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from pellucid.concepts.layers.pooling.adaptive_avg_pool import adaptive_avg_pool_reference
from pellucid.concepts.layers.pooling.adaptive_max_pool import (
    adaptive_max_pool,
    adaptive_max_pool_reference,
    adaptive_max_pool_reference_backward,
)
from pellucid.concepts.layers.pooling.global_avg_pool import global_avg_pool, global_avg_pool_reference
from pellucid.foundation.errors import RangeError, ShapeError


@pytest.mark.knowledge("G6")
@settings(max_examples=60, deadline=None)
@given(sizes=st.tuples(st.integers(1, 9), st.integers(1, 9)), out=st.tuples(st.integers(1, 6), st.integers(1, 6)))
def test_windows_are_those_of_torch(sizes: tuple[int, int], out: tuple[int, int]) -> None:
    x = np.random.default_rng(0).integers(0, 4, (2, 3, *sizes)).astype(float)  # ties
    leaf = torch.tensor(x, requires_grad=True)
    means, maxima = functional.adaptive_avg_pool2d(leaf, out), functional.adaptive_max_pool2d(leaf, out)
    np.testing.assert_allclose(adaptive_avg_pool_reference(x, out), means.detach().numpy(), rtol=1e-12)
    np.testing.assert_array_equal(adaptive_max_pool_reference(x, out), maxima.detach().numpy())
    upstream = np.random.default_rng(1).normal(size=maxima.shape)
    (maxima * torch.tensor(upstream)).sum().backward()
    assert leaf.grad is not None
    (dx,) = adaptive_max_pool_reference_backward(upstream, x, out)
    np.testing.assert_allclose(dx, leaf.grad.numpy(), atol=1e-12)


@pytest.mark.knowledge("G6")
def test_global_pooling_is_adaptive_pooling_to_one_cell() -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 5))
    np.testing.assert_allclose(global_avg_pool_reference(x), adaptive_avg_pool_reference(x, 1)[:, :, 0, 0], rtol=1e-12)


def test_what_does_not_fit_is_refused_by_both_forms() -> None:
    with pytest.raises(ShapeError, match=r"adaptive_pool expected x of shape \(n, c, \*sizes\)"):
        adaptive_max_pool_reference(np.ones((3, 4)))
    with pytest.raises(RangeError, match="adaptive_pool expected output_size to be whole numbers of at least 1, got 0"):
        adaptive_max_pool(torch.ones(1, 1, 3), 0)
    with pytest.raises(ShapeError, match=r"global_avg_pool expected x of shape \(n, c, \*sizes\)"):
        global_avg_pool_reference(np.ones((3, 4)))
    with pytest.raises(ShapeError, match=r"global_avg_pool expected x of shape \(n, c, \*sizes\)"):
        global_avg_pool(torch.ones(3, 4))
