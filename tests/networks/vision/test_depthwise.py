"""Depthwise-separable convolutions: what they compute, and how many weights they take."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pellucid.networks.vision.depthwise import SeparableConvolutionBlock
from pellucid.networks.vision.layers import ConvolutionBlock

AXES = (1, 2, 3)


def weights(block: nn.Module) -> int:
    return sum(p.numel() for name, p in block.named_parameters() if "norm" not in name)


@pytest.mark.parametrize("axes", AXES)
@pytest.mark.knowledge("G5")
def test_it_has_a_fraction_of_the_weights_of_a_plain_convolution(axes: int) -> None:
    separable, plain = (block(16, 64, axes=axes) for block in (SeparableConvolutionBlock, ConvolutionBlock))
    assert weights(separable) == 16 * 3**axes + 16 * 64  # counted by hand
    assert weights(plain) == 16 * 64 * 3**axes
    assert weights(separable) / weights(plain) == pytest.approx(1 / 64 + 1 / 3**axes)  # MobileNets, section 3.1


@pytest.mark.parametrize("axes", AXES)
def test_it_is_the_plain_convolution_whose_kernel_is_the_product_of_its_two(axes: int) -> None:
    block = SeparableConvolutionBlock(3, 4, stride=2, axes=axes, generator=torch.Generator().manual_seed(0)).eval()
    depthwise, pointwise = block.get_parameter("depthwise.weight"), block.get_parameter("pointwise.weight")
    kernel = pointwise * depthwise.transpose(0, 1)  # (4, 3, k…): w[o, c, k] = p[o, c] d[c, k]
    plain = (nn.functional.conv1d, nn.functional.conv2d, nn.functional.conv3d)[axes - 1]
    x = torch.randn(2, 3, *range(5, 5 + axes), generator=torch.Generator().manual_seed(1))
    expected = plain(x, kernel, stride=2, padding=1).relu() / (1 + 1e-5) ** 0.5  # the norm before training
    torch.testing.assert_close(block(x), expected, atol=1e-5, rtol=1e-4)


def test_the_norm_can_be_chosen() -> None:
    assert isinstance(SeparableConvolutionBlock(16, 32, norm="group").norm, nn.GroupNorm)
