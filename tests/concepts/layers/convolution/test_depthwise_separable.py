from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.concepts.layers.convolution.convolution import convolution_reference
from pellucid.concepts.layers.convolution.depthwise_separable import separable, separable_reference
from pellucid.foundation.errors import RangeError, ShapeError


@pytest.mark.knowledge("G5")
def test_it_is_a_plain_convolution_whose_kernels_are_products() -> None:
    rng = np.random.default_rng(0)
    x, depth, point = rng.normal(size=(2, 3, 6, 7)), rng.normal(size=(3, 3, 2)), rng.normal(size=(4, 3))
    kernels = point[:, :, None, None] * depth[None]  # (c_out, c_in, k_h, k_w)
    ours = separable_reference(x, depth, point, np.zeros(4), stride=2, padding=1)
    np.testing.assert_allclose(ours, convolution_reference(x, kernels, stride=2, padding=1), rtol=1e-10, atol=1e-12)


@pytest.mark.knowledge("G5")
def test_its_two_halves_are_modules_of_torch() -> None:
    torch.manual_seed(0)
    halves = torch.nn.Sequential(
        torch.nn.Conv2d(3, 3, 3, padding=1, groups=3, bias=False), torch.nn.Conv2d(3, 8, 1)
    ).double()
    x = torch.randn(2, 3, 5, 5, dtype=torch.float64)
    depth, point, b = (one.detach().numpy() for one in halves.parameters())
    ours = separable_reference(x.numpy(), depth[:, 0], point[:, :, 0, 0], b, padding="same")
    np.testing.assert_allclose(ours, halves(x).detach().numpy(), rtol=1e-10)
    assert sum(one.numel() for one in halves.parameters()) == 3 * 9 + 8 * 3 + 8


@pytest.mark.parametrize(
    "shapes",
    [
        ((1, 2, 5), (2, 3), (4, 2), (4,)),
        ((1, 2, 5, 5), (3, 3, 3), (4, 2), (4,)),
        ((1, 2, 5, 5), (2, 3, 3), (4, 2), (3,)),
    ],
)
def test_what_does_not_fit_is_refused_by_both_forms(shapes: tuple[tuple[int, ...], ...]) -> None:
    arrays = [np.ones(shape) for shape in shapes]
    with pytest.raises(ShapeError, match=r"depthwise_separable expected x \(n, c_in, h, w\), .* give each channel"):
        separable_reference(*arrays)
    with pytest.raises(ShapeError, match=r"depthwise_separable expected x \(n, c_in, h, w\), .* give each channel"):
        separable(*map(torch.tensor, arrays))


def test_options_are_checked_as_those_of_a_convolution() -> None:
    with pytest.raises(RangeError, match="stride to be whole numbers of at least 1, got 0"):
        separable_reference(np.ones((1, 2, 5, 5)), np.ones((2, 3, 3)), np.ones((4, 2)), np.ones(4), stride=0)
