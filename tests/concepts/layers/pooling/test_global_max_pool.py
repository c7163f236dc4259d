"""Global max pooling: PyTorch's adaptive layer, ties, and lengths that differ."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.concepts.layers.pooling.global_max_pool import (
    global_max_pool,
    global_max_pool_reference,
    global_max_pool_reference_backward,
)
from pellucid.foundation.errors import ShapeError


@pytest.mark.knowledge("G6")
@pytest.mark.parametrize("sizes", [(5,), (3, 4), (2, 3, 2)])
def test_it_is_adaptive_max_pooling_to_one_cell(sizes: tuple[int, ...]) -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, *sizes))
    module = (torch.nn.AdaptiveMaxPool1d, torch.nn.AdaptiveMaxPool2d, torch.nn.AdaptiveMaxPool3d)[len(sizes) - 1](1)
    leaf = torch.tensor(x, requires_grad=True)
    y = module(leaf)
    y.sum().backward()
    np.testing.assert_array_equal(global_max_pool_reference(x), y.detach().flatten(1).numpy())
    np.testing.assert_array_equal(global_max_pool_reference_backward(np.ones((2, 3)), x)[0], leaf.grad)


def test_in_a_tie_the_first_place_learns() -> None:
    x = np.array([[[[1.0, 7.0], [7.0, 7.0]]]])
    expected = np.array([[[[0.0, 3.0], [0.0, 0.0]]]])  # by hand
    np.testing.assert_array_equal(global_max_pool_reference_backward(np.array([[3.0]]), x)[0], expected)
    leaf = torch.tensor(x, requires_grad=True)
    (3 * global_max_pool(leaf)).sum().backward()
    np.testing.assert_array_equal(leaf.grad, expected)


def test_moving_the_pattern_changes_nothing() -> None:
    x = np.random.default_rng(0).normal(size=(1, 2, 4, 4))
    np.testing.assert_array_equal(
        global_max_pool_reference(np.roll(x, (1, 2), axis=(2, 3))), global_max_pool_reference(x)
    )


@pytest.mark.parametrize("shape", [(2, 3), (1, 1, 0), (1, 1, 2, 2, 2, 2)])
def test_what_has_no_places_or_too_many_axes_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"global_max_pool expected x of shape \(n, c, \*sizes\)"):
        global_max_pool_reference(np.ones(shape))
    with pytest.raises(ShapeError, match=r"global_max_pool expected x of shape \(n, c, \*sizes\)"):
        global_max_pool(torch.ones(shape))
