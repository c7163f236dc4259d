"""Blocks beside modules of torch.nn put together; the channel count of the books; the identity path."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.concepts.layers.blocks.dense_block import (
    dense_block_channels,
    dense_block_reference,
    dense_block_reference_backward,
)
from pellucid.concepts.layers.blocks.residual_block import (
    residual_block_reference,
    residual_block_reference_backward,
)
from pellucid.concepts.layers.blocks.transition import transition_reference
from pellucid.foundation.errors import ShapeError


@pytest.mark.knowledge("G9")
def test_a_residual_block_of_zeros_is_the_identity_and_passes_the_gradient() -> None:
    rng = np.random.default_rng(0)
    x, upstream = rng.uniform(0.1, 1, (2, 1, 2, 4, 4))
    weights = (np.zeros((3, 2, 3, 3)), np.zeros(3), np.zeros((2, 3, 3, 3)), np.zeros(2))
    np.testing.assert_array_equal(residual_block_reference(x, *weights), x)
    np.testing.assert_array_equal(residual_block_reference_backward(upstream, x, *weights)[0], upstream)


@pytest.mark.knowledge("G10")
def test_a_dense_block_of_three_layers_gives_27_channels() -> None:
    # Dive into Deep Learning 8.7: 3 input channels, growth 8; in + i * growth
    assert dense_block_channels(3, layers=3, growth=8) == 27
    x = np.random.default_rng(0).normal(size=(4, 3, 8, 8))
    out = dense_block_reference(x, np.zeros((3, 8, 19, 3, 3)))
    assert out.shape == (4, 27, 8, 8)
    np.testing.assert_array_equal(out[:, :3], x)
    # D2L: the transition with 10 channels then gives (4, 10, 4, 4)
    assert transition_reference(out, np.zeros((10, 27))).shape == (4, 10, 4, 4)


@pytest.mark.knowledge("G10")
def test_a_dense_block_is_convolutions_on_what_came_before() -> None:
    torch.manual_seed(0)
    convolutions = [torch.nn.Conv2d(3 + 8 * i, 8, 3, padding=1, bias=False, dtype=torch.float64) for i in range(3)]
    x = torch.randn(2, 3, 5, 5, dtype=torch.float64, requires_grad=True)
    out = x
    for convolution in convolutions:
        out = torch.cat([out, convolution(out.relu())], dim=1)
    upstream = torch.randn_like(out)
    out.backward(upstream)
    w = np.random.default_rng(0).normal(size=(3, 8, 19, 3, 3))  # numbers beyond a layer's own channels have no effect
    for i, convolution in enumerate(convolutions):
        w[i, :, : 3 + 8 * i] = convolution.weight.detach().numpy()
    np.testing.assert_allclose(dense_block_reference(x.detach().numpy(), w), out.detach(), rtol=1e-9, atol=1e-12)
    dx, dw = dense_block_reference_backward(upstream.numpy(), x.detach().numpy(), w)
    np.testing.assert_allclose(dx, x.grad, rtol=1e-7, atol=1e-10)
    for i, convolution in enumerate(convolutions):
        np.testing.assert_allclose(dw[i, :, : 3 + 8 * i], convolution.weight.grad, rtol=1e-7, atol=1e-10)
        assert not dw[i, :, 3 + 8 * i :].any()


@pytest.mark.knowledge("G10")
def test_a_transition_is_a_1x1_convolution_and_average_pooling() -> None:
    torch.manual_seed(0)
    module = torch.nn.Sequential(torch.nn.Conv2d(6, 3, 1, bias=False), torch.nn.AvgPool2d(2)).double()
    x = torch.randn(2, 6, 5, 4, dtype=torch.float64)
    w = module[0].weight.detach().numpy()[:, :, 0, 0]
    np.testing.assert_allclose(transition_reference(x.numpy(), w), module(x).detach(), rtol=1e-9)


def test_what_does_not_fit_is_refused() -> None:
    x = np.ones((1, 2, 3, 3))
    even = (np.ones((2, 2, 2, 2)), np.ones(2), np.ones((2, 2, 2, 2)), np.ones(2))
    with pytest.raises(ShapeError, match="kernels of odd size"):
        residual_block_reference(x, *even)
    with pytest.raises(ShapeError, match=r"w_2 of shape \(2, 4, 3, 3\)"):
        residual_block_reference(x, np.ones((4, 2, 3, 3)), np.ones(4), np.ones((3, 4, 3, 3)), np.ones(3))
    with pytest.raises(ShapeError, match="= 6 input channels"):
        dense_block_reference(x, np.ones((3, 2, 5, 3, 3)))
    with pytest.raises(ShapeError, match="h and w of at least 2"):
        transition_reference(x[:, :, :1], np.ones((1, 2)))
