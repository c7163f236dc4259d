"""Unfolding: PyTorch's module and its way back, and a convolution as a product of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from pellucid.concepts.layers.convolution.convolution import convolution_reference
from pellucid.concepts.layers.convolution.unfold import unfold, unfold_reference, unfold_reference_backward
from pellucid.foundation.errors import RangeError, ShapeError


def test_it_is_the_module_of_torch_and_folding_is_its_gradient() -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 7, 8))
    module = torch.nn.Unfold((2, 3), dilation=(2, 1), padding=(1, 0), stride=(2, 1))
    theirs = module(torch.tensor(x))
    options: dict[str, Any] = {"kernel": (2, 3), "dilation": (2, 1), "padding": (1, 0), "stride": (2, 1)}
    np.testing.assert_array_equal(unfold_reference(x, **options), theirs.numpy())
    upstream = np.random.default_rng(1).normal(size=theirs.shape)
    folded = functional.fold(torch.tensor(upstream), (7, 8), (2, 3), dilation=(2, 1), padding=(1, 0), stride=(2, 1))
    np.testing.assert_allclose(unfold_reference_backward(upstream, x, **options)[0], folded.numpy(), rtol=1e-12)


@pytest.mark.parametrize("padding", [0, 1, "same", "full"])
def test_a_kernel_as_a_row_times_the_columns_is_the_convolution(padding: Any) -> None:
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 3, 5, 6)), rng.normal(size=(4, 3, 3, 3))
    y = convolution_reference(x, w, padding=padding)
    columns = unfold_reference(x, 3, padding=padding)
    np.testing.assert_allclose((w.reshape(4, -1) @ columns).reshape(y.shape), y, rtol=1e-9, atol=1e-12)


def test_folding_adds_up_what_windows_share() -> None:
    x = np.ones((1, 1, 3, 3))
    (dx,) = unfold_reference_backward(unfold_reference(x, 2), x, 2)
    np.testing.assert_array_equal(dx[0, 0], [[1, 2, 1], [2, 4, 2], [1, 2, 1]])  # windows that see each cell, by hand


@pytest.mark.parametrize(
    ("shape", "options", "kind", "sentence"),
    [
        ((1, 4, 4), {}, ShapeError, r"unfold expected x of shape \(n, c, h, w\), got \(1, 4, 4\)"),
        ((1, 1, 2, 2), {}, ShapeError, "expected a kernel that fits into the padded input"),
        ((1, 1, 4, 4), {"kernel": 0}, RangeError, "unfold expected kernel to be whole numbers of at least 1, got 0"),
        ((1, 1, 4, 4), {"stride": 0}, RangeError, "expected stride to be whole numbers of at least 1, got 0"),
        ((1, 1, 4, 4), {"padding": -1}, RangeError, "expected padding to be whole numbers of at least 0, got -1"),
    ],
)
def test_what_does_not_fit_is_refused(
    shape: tuple[int, ...], options: dict[str, Any], kind: type[Exception], sentence: str
) -> None:
    with pytest.raises(kind, match=sentence):
        unfold_reference(np.ones(shape), **options)
    with pytest.raises(kind, match=sentence):
        unfold(torch.ones(shape), **options)
