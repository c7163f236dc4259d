"""The depthwise-separable convolution: space and channels one after the other, with a fraction of the weights."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn

from pellucid.networks.vision.layers import Norm, convolution, normalization


class SeparableConvolutionBlock(nn.Sequential):
    """A depthwise convolution (each channel for itself), a 1x1 convolution over the channels, norm, rectifier.

    **Formula** c_in k^axes + c_in c_out weights, where a plain convolution has c_in c_out k^axes: 1/c_out + 1/k^axes of
    them.

    Args:
        inputs: channels in.
        outputs: channels out.
        kernel: of the depthwise convolution along each axis, odd.
        stride: of the depthwise convolution, for all axes or for each.
        norm: batch, layer or group.
        axes: of space, 1 to 3.
        generator: draws the weights; None takes torch's own.

    Example:
        >>> block = SeparableConvolutionBlock(16, 32, stride=2, axes=3)
        >>> block(torch.zeros(2, 16, 5, 6, 7)).shape, block.depthwise.weight.numel() + block.pointwise.weight.numel()
        (torch.Size([2, 32, 3, 3, 4]), 944)

    Source: A. Howard et al., MobileNets, 2017, without the norm and rectifier between the two convolutions, as in
    F. Chollet, Xception, 2017.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int = 3,
        *,
        stride: int | tuple[int, ...] = 1,
        norm: Norm = "batch",
        axes: int = 2,
        generator: torch.Generator | None = None,
    ) -> None:
        layers = {
            "depthwise": convolution(
                inputs, inputs, kernel, stride=stride, groups=inputs, axes=axes, generator=generator
            ),
            "pointwise": convolution(inputs, outputs, 1, axes=axes, generator=generator),
            "norm": normalization(outputs, axes, norm),
            "activation": nn.ReLU(inplace=True),
        }
        super().__init__(OrderedDict(layers))
