"""The NumPy transposed convolution against torch.nn.functional itself, and against the gradient of a convolution."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from pellucid.concepts.layers.convolution.conv_transpose import (
    conv_transpose,
    conv_transpose_reference,
    conv_transpose_reference_backward,
)
from pellucid.concepts.layers.convolution.convolution import convolution_reference, convolution_reference_backward
from pellucid.foundation.errors import RangeError, ShapeError

BY_AXES = (functional.conv_transpose1d, functional.conv_transpose2d, functional.conv_transpose3d)


@st.composite
def cases(draw: st.DrawFn) -> tuple[tuple[np.ndarray, ...], dict[str, Any]]:
    """Any sizes, even those whose output would be empty."""
    axes, groups = draw(st.integers(1, 3)), draw(st.integers(1, 3))

    def several(low: int, high: int) -> tuple[int, ...]:
        return tuple(draw(st.lists(st.integers(low, high), min_size=axes, max_size=axes)))

    kernel, sizes, stride, dilation, padding = several(1, 4), several(1, 4), several(1, 3), several(1, 3), several(0, 3)
    more = tuple(draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation, strict=True))
    c_in, c_out = groups * draw(st.integers(1, 2)), groups * draw(st.integers(1, 2))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    shapes = ((draw(st.integers(1, 2)), c_in, *sizes), (c_in, c_out // groups, *kernel), (c_out,))
    options = {"stride": stride, "padding": padding, "output_padding": more, "dilation": dilation, "groups": groups}
    return tuple(rng.normal(size=shape) for shape in shapes), options


@pytest.mark.knowledge("G3")
@settings(max_examples=150, deadline=None)
@given(case=cases())
def test_it_is_that_of_torch_or_a_sentence(case: tuple[tuple[np.ndarray, ...], dict[str, Any]]) -> None:
    inputs, options = case
    leaves = [torch.tensor(one, requires_grad=True) for one in inputs]
    try:
        y = conv_transpose_reference(*inputs, **options)
    except ShapeError:
        with pytest.raises(ShapeError, match="expected an output of at least 1 cell"):
            conv_transpose(*leaves, **options)
        with pytest.raises(RuntimeError, match=r"too small|non-zero|negative|Output size"):
            BY_AXES[inputs[0].ndim - 3](*leaves, **options)
        return
    theirs = BY_AXES[y.ndim - 3](*leaves, **options)
    np.testing.assert_allclose(y, theirs.detach().numpy(), rtol=1e-9, atol=1e-12)
    upstream = np.random.default_rng(0).normal(size=y.shape)
    (theirs * torch.tensor(upstream)).sum().backward()
    for ours, leaf in zip(conv_transpose_reference_backward(upstream, *inputs, **options), leaves, strict=True):
        assert leaf.grad is not None
        np.testing.assert_allclose(ours, leaf.grad.numpy(), rtol=1e-7, atol=1e-11)
    np.testing.assert_allclose(conv_transpose(*leaves, **options).detach().numpy(), y, rtol=1e-9, atol=1e-12)


@pytest.mark.knowledge("G3")
@pytest.mark.parametrize(("size", "stride", "padding"), [(5, 1, 0), (5, 1, 2), (5, 2, 1), (6, 2, 1), (7, 3, 0)])
def test_it_is_the_gradient_of_a_convolution(size: int, stride: int, padding: int) -> None:
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 3, size, size)), rng.normal(size=(4, 3, 3, 3))
    y = convolution_reference(x, w, stride=stride, padding=padding)
    upstream = rng.normal(size=y.shape)
    dx, _, _ = convolution_reference_backward(upstream, x, w, stride=stride, padding=padding)
    rest = (size + 2 * padding - 3) % stride  # cells that the stride never reaches: the odd cases
    back = conv_transpose_reference(upstream, w, stride=stride, padding=padding, output_padding=rest)
    np.testing.assert_allclose(back, dx, atol=1e-12)


def test_padding_cuts_the_rim_of_the_output() -> None:
    x, w = np.random.default_rng(0).normal(size=(1, 1, 4, 4)), np.ones((1, 1, 3, 3))
    whole = conv_transpose_reference(x, w, stride=2)
    np.testing.assert_array_equal(conv_transpose_reference(x, w, stride=2, padding=1), whole[:, :, 1:-1, 1:-1])


@pytest.mark.parametrize(
    ("shapes", "options", "error", "match"),
    [
        (((1, 2, 4), (3, 4, 3), None), {}, ShapeError, r"\(c_in, c_out / groups, \*kernel\) with c_in = 2 and"),
        (((1, 2, 4), (2, 4, 3), (2,)), {}, ShapeError, r"b of shape \(c_out,\) = \(4,\), got \(2,\): pass one bias"),
        (((1, 2, 4), (2, 4, 3), None), {"groups": 3}, RangeError, "expected groups to divide c_in = 2, got 3"),
        (
            ((1, 2, 4), (2, 4, 3), None),
            {"output_padding": 1},
            RangeError,
            "output_padding below stride or dilation, got",
        ),
        (
            ((1, 2, 1), (2, 4, 3), None),
            {"padding": 2},
            ShapeError,
            r"at least 1 cell, got sizes \(-1,\): take a smaller",
        ),
    ],
)
def test_what_does_not_fit_is_refused_by_both_forms(
    shapes: tuple[tuple[int, ...] | None, ...], options: dict[str, Any], error: type[Exception], match: str
) -> None:
    arrays = [None if shape is None else np.ones(shape) for shape in shapes]
    with pytest.raises(error, match=match):
        conv_transpose_reference(*arrays, **options)
    with pytest.raises(error, match=match):
        conv_transpose(*(None if one is None else torch.tensor(one) for one in arrays), **options)
