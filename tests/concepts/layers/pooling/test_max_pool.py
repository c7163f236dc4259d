"""Max and average pooling against torch.nn.functional itself, over windows, strides, padding, dilation and rounding."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from pellucid.concepts.layers.pooling.avg_pool import avg_pool, avg_pool_reference, avg_pool_reference_backward
from pellucid.concepts.layers.pooling.max_pool import max_pool, max_pool_reference, max_pool_reference_backward
from pellucid.foundation.errors import RangeError, ShapeError

MAXIMA = (functional.max_pool1d, functional.max_pool2d, functional.max_pool3d)
MEANS = (functional.avg_pool1d, functional.avg_pool2d, functional.avg_pool3d)
SEES_PADDING_ONLY = "expected every window to see a cell of the input"


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, dict[str, Any]]:
    """Any sizes, even those into which the window does not fit; many ties."""
    axes = draw(st.integers(1, 3))

    def several(low: int, high: int) -> tuple[int, ...]:
        return tuple(draw(st.lists(st.integers(low, high), min_size=axes, max_size=axes)))

    window, stride, sizes = several(1, 4), draw(st.sampled_from([None, 1, several(1, 4)])), several(1, 7)
    padding = tuple(draw(st.integers(0, k // 2)) for k in window)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    x = rng.integers(-3, 3, (draw(st.integers(1, 2)), 2, *sizes)).astype(float)
    return x, {"window": window, "stride": stride, "padding": padding, "ceil_mode": draw(st.booleans())}


@pytest.mark.knowledge("G6")
@settings(max_examples=150, deadline=None)
@given(case=cases(), dilation=st.integers(1, 3))
def test_maxima_are_those_of_torch_or_a_sentence(case: tuple[np.ndarray, dict[str, Any]], dilation: int) -> None:
    x, options = case
    options = {**options, "dilation": dilation}
    window, rest = options["window"], {name: value for name, value in options.items() if name != "window"}
    leaf = torch.tensor(x, requires_grad=True)
    try:
        y = max_pool_reference(x, **options)
    except ShapeError as error:
        with pytest.raises(ShapeError, match="pooling expected"):
            max_pool(leaf, **options)
        if "fits" in str(error) and not options["ceil_mode"]:  # rounded up, torch gives one window even then
            with pytest.raises(RuntimeError, match=r"too small|Invalid computed|smaller than kernel"):
                MAXIMA[x.ndim - 3](leaf, window, **rest)
        return
    theirs = MAXIMA[x.ndim - 3](leaf, window, **rest)
    np.testing.assert_array_equal(y, theirs.detach().numpy())
    upstream = np.random.default_rng(0).normal(size=y.shape)
    (theirs * torch.tensor(upstream)).sum().backward()
    assert leaf.grad is not None
    (dx,) = max_pool_reference_backward(upstream, x, **options)  # ties included: the first
    np.testing.assert_allclose(dx, leaf.grad.numpy(), rtol=1e-7, atol=1e-12)


@pytest.mark.knowledge("G6")
@settings(max_examples=150, deadline=None)
@given(case=cases(), count_include_pad=st.booleans())
def test_means_are_those_of_torch_or_a_sentence(
    case: tuple[np.ndarray, dict[str, Any]], count_include_pad: bool
) -> None:
    x, options = case
    options = {**options, "count_include_pad": count_include_pad}
    window, rest = options["window"], {name: value for name, value in options.items() if name != "window"}
    leaf = torch.tensor(x, requires_grad=True)
    try:
        y = avg_pool_reference(x, **options)
    except ShapeError:
        with pytest.raises(ShapeError, match=r"pooling expected.* a window (that fits|no larger)"):
            avg_pool(leaf, **options)
        return
    theirs = MEANS[x.ndim - 3](leaf, window, **rest)
    np.testing.assert_allclose(y, theirs.detach().numpy(), rtol=1e-9, atol=1e-12)
    upstream = np.random.default_rng(0).normal(size=y.shape)
    (theirs * torch.tensor(upstream)).sum().backward()
    assert leaf.grad is not None
    (dx,) = avg_pool_reference_backward(upstream, x, **options)
    np.testing.assert_allclose(dx, leaf.grad.numpy(), rtol=1e-7, atol=1e-12)


@pytest.mark.knowledge("G6")
def test_a_window_of_two_by_three_keeps_the_channels() -> None:
    x = np.arange(2 * 5 * 4 * 6, dtype=float).reshape(2, 5, 4, 6)
    assert max_pool_reference(x, (2, 3)).shape == avg_pool_reference(x, (2, 3)).shape == (2, 5, 2, 2)


def test_a_tie_goes_to_the_first() -> None:
    (dx,) = max_pool_reference_backward(np.ones((1, 1, 1)), np.array([[[2.0, 5.0, 5.0]]]), 3)
    np.testing.assert_array_equal(dx, [[[0, 1, 0]]])


def test_the_padding_of_a_maximum_is_not_zero() -> None:
    assert max_pool_reference(np.array([[[-3.0, -2.0]]]), 2, 2, 1)[0, 0].tolist() == [-3.0, -2.0]


@pytest.mark.parametrize(
    ("shape", "options", "error", "match"),
    [
        ((4, 4), {}, ShapeError, r"pooling expected x of shape \(n, c, \*sizes\) with one to three sizes"),
        ((1, 1, 0), {}, ShapeError, "one to three sizes of at least 1, got"),
        ((1, 1, 8), {"padding": 2}, RangeError, r"padding of at most half of the window \(2,\), got \(2,\): take a"),
        ((1, 1, 8), {"window": 3, "padding": 2}, RangeError, r"padding of at most half of the window \(3,\), got"),
        (
            (1, 1, 2),
            {"window": 3},
            ShapeError,
            r"padded input of sizes \(2,\), got one that spans \(3,\): take a smaller",
        ),
        ((1, 1, 1, 1, 1), {"window": 2, "padding": 1}, ShapeError, "in three dimensions, a window no larger than"),
        ((1, 1, 2), {"window": 3, "ceil_mode": True}, ShapeError, "take a smaller window"),
        ((1, 1, 4), {"window": (2, 2)}, ShapeError, "window to be one number or 1, one for each axis"),
        ((1, 1, 4), {"stride": 0}, RangeError, "stride to be whole numbers of at least 1, got 0"),
    ],
)
def test_what_does_not_fit_is_refused_by_both_forms(
    shape: tuple[int, ...], options: dict[str, Any], error: type[Exception], match: str
) -> None:
    for numpy_form, torch_form in ((max_pool_reference, max_pool), (avg_pool_reference, avg_pool)):
        with pytest.raises(error, match=match):
            numpy_form(np.ones(shape), **options)  # type: ignore[operator]
        with pytest.raises(error, match=match):
            torch_form(torch.ones(shape), **options)  # type: ignore[operator]


def test_a_dilated_window_that_sees_padding_only_is_refused() -> None:
    with pytest.raises(ShapeError, match=SEES_PADDING_ONLY):
        max_pool_reference(np.ones((1, 1, 1)), 2, 1, 1, dilation=2)
