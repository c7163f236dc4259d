"""The NumPy convolution against torch.nn.functional itself, over sizes, strides, padding, dilation and groups."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate
from torch.nn import functional

from pellucid.concepts.layers.convolution.convolution import (
    convolution,
    convolution_reference,
    convolution_reference_backward,
)
from pellucid.concepts.layers.windows import extent
from pellucid.foundation.errors import RangeError, ShapeError

BY_AXES = (functional.conv1d, functional.conv2d, functional.conv3d)


def several(draw: st.DrawFn, axes: int, low: int, high: int) -> tuple[int, ...]:
    return tuple(draw(st.lists(st.integers(low, high), min_size=axes, max_size=axes)))


@st.composite
def cases(draw: st.DrawFn) -> tuple[tuple[np.ndarray, ...], dict[str, Any]]:
    """Any sizes, even those whose output would be empty."""
    axes, groups = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    kernel, sizes = several(draw, axes, 1, 4), several(draw, axes, 1, 6)
    c_in, c_out = groups * draw(st.integers(1, 2)), groups * draw(st.integers(1, 2))
    stride = draw(st.one_of(st.integers(1, 3), st.just(several(draw, axes, 1, 3))))
    dilation = draw(st.one_of(st.integers(1, 3), st.just(several(draw, axes, 1, 3))))
    padding = draw(st.sampled_from(["valid", "same", "full", 0, 2, several(draw, axes, 0, 3)]))
    if padding == "same":
        stride = 1
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    shapes = ((draw(st.integers(0, 2)), c_in, *sizes), (c_out, c_in // groups, *kernel), (c_out,))
    inputs = tuple(rng.normal(size=shape) for shape in shapes)
    return inputs, {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}


def by_torch(x: torch.Tensor, w: torch.Tensor, b: torch.Tensor, options: dict[str, Any]) -> torch.Tensor:
    """torch's own functional, without anything of ours."""
    axes, options = x.ndim - 2, dict(options)
    if options["padding"] == "full":
        gaps = options["dilation"] if isinstance(options["dilation"], tuple) else (options["dilation"],) * axes
        options["padding"] = tuple(d * (k - 1) for d, k in zip(gaps, w.shape[2:], strict=True))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # an even kernel with padding 'same' may need a copy
        return BY_AXES[axes - 1](x, w, b, **options)


@pytest.mark.knowledge("G2", "G3")
@settings(max_examples=150, deadline=None)
@given(case=cases())
def test_it_is_that_of_torch_or_a_sentence(case: tuple[tuple[np.ndarray, ...], dict[str, Any]]) -> None:
    inputs, options = case
    leaves = [torch.tensor(one, requires_grad=True) for one in inputs]
    try:
        y = convolution_reference(*inputs, **options)
    except ShapeError:
        with pytest.raises(RuntimeError, match=r"greater than actual input size|Kernel size"):
            by_torch(*leaves, options)
        with pytest.raises(ShapeError, match="expected a kernel that fits"):
            convolution(*leaves, **options)
        return
    theirs = by_torch(*leaves, options)
    np.testing.assert_allclose(y, theirs.detach().numpy(), rtol=1e-9, atol=1e-12)
    upstream = np.random.default_rng(0).normal(size=y.shape)
    (theirs * torch.tensor(upstream)).sum().backward()
    for ours, leaf in zip(convolution_reference_backward(upstream, *inputs, **options), leaves, strict=True):
        assert leaf.grad is not None
        np.testing.assert_allclose(ours, leaf.grad.numpy(), rtol=1e-7, atol=1e-11)
    np.testing.assert_allclose(convolution(*leaves, **options).detach().numpy(), y, rtol=1e-9, atol=1e-12)


def test_it_is_the_cross_correlation_of_scipy() -> None:
    x, w = np.random.default_rng(0).normal(size=(7, 6)), np.random.default_rng(1).normal(size=(3, 2))
    for padding in ("valid", "full"):
        ours = convolution_reference(x[None, None], w[None, None], padding=padding)[0, 0]  # type: ignore[arg-type]
        np.testing.assert_allclose(ours, correlate(x, w, mode=padding), rtol=1e-12)


def test_a_convolution_without_bias_has_zero_bias() -> None:
    x, w = np.ones((1, 2, 4)), np.ones((3, 2, 2))
    np.testing.assert_array_equal(convolution_reference(x, w), convolution_reference(x, w, np.zeros(3)))
    np.testing.assert_array_equal(convolution(torch.tensor(x), torch.tensor(w)).numpy(), convolution_reference(x, w))


@pytest.mark.knowledge("G2")
def test_it_is_translation_equivariant_away_from_the_rim() -> None:
    rng = np.random.default_rng(0)
    x, w = np.zeros((1, 2, 12, 12)), rng.normal(size=(3, 2, 3, 3))
    x[:, :, 3:7, 2:6] = rng.normal(size=(1, 2, 4, 4))
    moved = np.roll(x, (3, 4), axis=(2, 3))
    y = convolution_reference(x, w, padding=1)
    np.testing.assert_allclose(convolution_reference(moved, w, padding=1), np.roll(y, (3, 4), axis=(2, 3)), atol=1e-12)
    strided = convolution_reference(x, w, stride=2, padding=1)
    assert (
        np.abs(convolution_reference(moved, w, stride=2, padding=1) - np.roll(strided, (3, 4), axis=(2, 3))).max() > 1
    )


@pytest.mark.parametrize(
    ("shapes", "options", "error", "match"),
    [
        (((2, 4), (1, 4), None), {}, ShapeError, r"convolution expected x of shape \(n, c_in, \*sizes\)"),
        (((1, 2, 4), (1, 2, 3, 3), None), {}, ShapeError, "give both the same number of axes"),
        (((1, 1, *(3,) * 4), (1, 1, *(2,) * 4), None), {}, ShapeError, "with one to three sizes"),
        (((1, 2, 0), (1, 2, 1), None), {"padding": 1}, ShapeError, "expected axes of at least 1, got"),
        (((1, 2, 4), (4, 3, 3), None), {}, ShapeError, r"with c_in = 2 and groups = 1, got \(4, 3, 3\): give w the"),
        (
            ((1, 2, 4), (4, 2, 3), (4, 1)),
            {},
            ShapeError,
            r"b of shape \(c_out,\) = \(4,\), got \(4, 1\): pass one bias",
        ),
        (
            ((1, 2, 4), (4, 2, 3), None),
            {"stride": (1, 1)},
            ShapeError,
            "stride to be one number or 1, one for each axis",
        ),
        (((1, 2, 4), (4, 2, 3), None), {"stride": 0}, RangeError, "stride to be whole numbers of at least 1, got 0"),
        (
            ((1, 2, 4), (4, 2, 3), None),
            {"dilation": 1.5},
            RangeError,
            "dilation to be whole numbers of at least 1, got 1.5",
        ),
        (((1, 2, 4), (4, 2, 3), None), {"groups": 0}, RangeError, "expected groups to divide c_in = 2, got 0"),
        (((1, 2, 4), (4, 2, 3), None), {"groups": 3}, RangeError, "expected groups to divide c_in = 2, got 3"),
        (((1, 2, 4), (3, 1, 3), None), {"groups": 2}, RangeError, "expected groups to divide c_out = 3, got 2"),
        (
            ((1, 2, 4), (4, 2, 3), None),
            {"padding": "big"},
            RangeError,
            "numbers or one of valid, same, full, got 'big'",
        ),
        (
            ((1, 2, 4), (4, 2, 3), None),
            {"padding": "same", "stride": 2},
            RangeError,
            "stride 1 with padding 'same', got",
        ),
        (
            ((1, 2, 4), (4, 2, 3), None),
            {"dilation": 2},
            ShapeError,
            r"sizes \(4,\), got one that spans \(5,\): pad the",
        ),
    ],
)
def test_what_does_not_fit_is_refused_by_both_forms(
    shapes: tuple[tuple[int, ...] | None, ...], options: dict[str, Any], error: type[Exception], match: str
) -> None:
    arrays = [None if shape is None else np.ones(shape) for shape in shapes]
    with pytest.raises(error, match=match):
        convolution_reference(*arrays, **options)
    with pytest.raises(error, match=match):
        convolution(*(None if one is None else torch.tensor(one) for one in arrays), **options)


@pytest.mark.knowledge("G3")
@pytest.mark.parametrize(
    ("padding", "size"),
    [("valid", 6 - 4 + 1), (2, 6 + 2 * 2 - 4 + 1), ("same", 6), ("full", 6 + (4 - 1))],
    ids=["no", "arbitrary", "half", "full"],  # the formulas of Dumoulin and Visin, 2016, relationships 1 to 4
)
def test_output_sizes_are_those_of_the_guide(padding: Any, size: int) -> None:
    assert convolution_reference(np.ones((1, 1, 6)), np.ones((1, 1, 4)), padding=padding).shape == (1, 1, size)
    assert extent(4) == 4
