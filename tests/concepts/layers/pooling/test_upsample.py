"""Upsampling: PyTorch's module, SciPy's interpolation, what it keeps, and what it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from scipy.interpolate import RegularGridInterpolator

from pellucid.concepts.layers.pooling.upsample import (
    Mode,
    upsample,
    upsample_reference,
    upsample_reference_backward,
    weights_of,
)
from pellucid.foundation.errors import RangeError, ShapeError


@pytest.mark.parametrize(("mode", "theirs"), [("nearest", "nearest"), ("linear", "bilinear")])
def test_it_is_the_module_of_torch(mode: Mode, theirs: str) -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 5))
    module = torch.nn.Upsample(scale_factor=3, mode=theirs)
    np.testing.assert_allclose(upsample_reference(x, 3, mode), module(torch.tensor(x)).numpy(), rtol=1e-12, atol=1e-14)


def test_bilinear_is_the_interpolation_of_scipy_inside_the_rim() -> None:
    x = np.random.default_rng(1).normal(size=(4, 5))
    places = np.stack(np.meshgrid((np.arange(8) + 0.5) / 2 - 0.5, (np.arange(10) + 0.5) / 2 - 0.5, indexing="ij"), -1)
    inside = RegularGridInterpolator((np.arange(4), np.arange(5)), x)(places[1:-1, 1:-1])
    y = upsample_reference(x[None, None], mode="linear")[0, 0]
    np.testing.assert_allclose(y[1:-1, 1:-1], inside, rtol=1e-12)
    assert y[0, 0] == x[0, 0]  # half a cell outside: the rim is repeated


def test_nearest_repeats_cells() -> None:
    x = np.arange(6.0).reshape(1, 1, 2, 3)
    np.testing.assert_array_equal(upsample_reference(x, (2, 3)), x.repeat(2, axis=2).repeat(3, axis=3))
    np.testing.assert_array_equal(upsample_reference(x, 1, "linear"), x)


@pytest.mark.parametrize("mode", ["nearest", "linear"])
@pytest.mark.parametrize(("size", "scale"), [(1, 3), (4, 2), (7, 5)])
def test_weights_of_an_output_cell_sum_to_1_and_those_of_an_input_cell_to_the_scale(
    mode: Mode, size: int, scale: int
) -> None:
    M = weights_of(size, scale, mode)
    np.testing.assert_allclose(M.sum(axis=1), 1.0, rtol=1e-12)  # so a constant stays the same constant
    np.testing.assert_allclose(M.sum(axis=0), scale, rtol=1e-12)  # what the rim lacks outside it gets by repetition


@pytest.mark.parametrize("mode", ["nearest", "linear"])
def test_moving_the_picture_by_one_cell_moves_the_output_by_the_scale(mode: Mode) -> None:
    x = np.zeros((1, 1, 8, 8))
    x[:, :, 3:5, 3:5] = np.random.default_rng(0).normal(size=(2, 2))  # away from the rim
    moved = upsample_reference(np.roll(x, 1, axis=3), 3, mode)
    np.testing.assert_allclose(moved, np.roll(upsample_reference(x, 3, mode), 3, axis=3), atol=1e-14)


def test_the_gradient_of_the_backward_pass_is_the_transpose() -> None:
    rng = np.random.default_rng(0)
    x, upstream = rng.normal(size=(2, 1, 3, 4)), rng.normal(size=(2, 1, 6, 12))
    forward = (upstream * upsample_reference(x, (2, 3), "linear")).sum()
    (dx,) = upsample_reference_backward(upstream, x, (2, 3), "linear")
    assert forward == pytest.approx((dx * x).sum(), rel=1e-12)  # <M x, u> = <x, Mᵀ u>


@pytest.mark.parametrize(
    ("shape", "options", "kind", "sentence"),
    [
        ((2, 3), {}, ShapeError, "upsample expected x of shape"),
        ((1, 1, 4), {"scale": 0}, RangeError, "upsample expected scale to be whole numbers of at least 1, got 0"),
        ((1, 1, 4), {"scale": 1.5}, RangeError, "upsample expected scale to be whole numbers of at least 1, got 1.5"),
        ((1, 1, 4), {"scale": (2, 2)}, ShapeError, "upsample expected scale to be one number or 1"),
        ((1, 1, 4), {"mode": "bicubic"}, RangeError, "upsample expected mode nearest or linear, got 'bicubic'"),
    ],
)
def test_what_does_not_fit_is_refused(
    shape: tuple[int, ...], options: dict[str, Any], kind: type[Exception], sentence: str
) -> None:
    with pytest.raises(kind, match=sentence):
        upsample_reference(np.ones(shape), **options)
    with pytest.raises(kind, match=sentence):
        upsample(torch.ones(shape), **options)
