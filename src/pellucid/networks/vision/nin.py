"""Network in network: 1x1 convolutions after each larger one, and a map for each class instead of dense layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import check_setting, setting
from pellucid.networks.family import Family
from pellucid.networks.vision.layers import ConvolutionBlock, Mean, convolution, max_pool
from pellucid.networks.vision.stem import (
    KINDS,
    StemConfiguration,
    channels_and_sides,
    check_plain,
    is_large,
    recommend_small,
    shrunk,
    stride_for,
)

KERNELS: Final = (5, 3)  # of the first block and of the others; the paper has 5, 5, 3 for 32 x 32 pixels
LARGE_KERNEL, LARGE_STRIDE = 11, 4  # of the first block for large pictures, from AlexNet
POOL: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class NiNConfiguration(StemConfiguration):
    """Options of network in network."""

    channels: tuple[int, ...] = setting((48, 96, 192), "channels of each block")

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
        """
        StemConfiguration.__post_init__(self)
        positive = bool(self.channels) and min(self.channels) > 0
        check_setting("channels", self.channels, "one or more whole numbers above 0", positive)


class NiNBlock(nn.Sequential):
    """A convolution and two 1x1 convolutions, each with norm and rectifier: at each place a small dense network.

    Example:
        >>> NiNBlock(3, 8, 5, stride=2)(torch.zeros(2, 3, 9, 9)).shape
        torch.Size([2, 8, 5, 5])

    Source: M. Lin, Q. Chen, S. Yan, Network in network, 2014; with the batch norm that came after it.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int = 3,
        *,
        stride: int = 1,
        axes: int = 2,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__(
            ConvolutionBlock(inputs, outputs, kernel, stride=stride, axes=axes, generator=generator),
            ConvolutionBlock(outputs, outputs, 1, axes=axes, generator=generator),
            ConvolutionBlock(outputs, outputs, 1, axes=axes, generator=generator),
        )


class NiN(nn.Module):
    """NiN blocks with max pooling between them, a 1x1 convolution to a map for each output, the mean of each map.

    Args:
        shape: of one example, (c, sizes), with one, two or three sizes.
        outputs: o.
        options: of the network.
        generator: draws the weights.

    Example:
        >>> NiN((1, 28, 28), 10)(torch.zeros(2, 1, 28, 28)).shape
        torch.Size([2, 10])
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        outputs: int,
        *,
        options: NiNConfiguration | None = None,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        options = options or NiNConfiguration()
        inputs, sides = channels_and_sides(shape)
        axes = len(sides)
        large = is_large(sides, options.stem)
        layers: list[nn.Module] = []
        for number, wide in enumerate(options.channels):
            if number and stride_for(sides) > 1:
                layers.append(max_pool(POOL, axes))
                sides = shrunk(sides, 2)
            kernel, stride = KERNELS[min(number, 1)], 1
            if large and not number:
                kernel, stride = LARGE_KERNEL, LARGE_STRIDE
                sides = shrunk(sides, stride)
            layers.append(NiNBlock(inputs, wide, kernel, stride=stride, axes=axes, generator=generator))
            inputs = wide
        self.features = nn.Sequential(*layers)
        self.dropout = nn.Dropout(options.dropout)
        self.last = convolution(inputs, outputs, 1, bias=True, axes=axes, generator=generator)
        self.mean = Mean()

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the logits (n, o) of pictures (n, c, sizes)."""
        logits: Tensor = self.mean(self.last(self.dropout(self.features(pictures))))
        return logits


def _build(configuration: NiNConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    check_plain("nin", spec)
    return NiN(spec.shape, outputs, options=configuration, generator=torch.Generator().manual_seed(seed))


NIN: Final = Family(
    name="nin",
    title="network in network",
    meaning="network in network mixes channels by 1x1 convolutions and ends with a map for each class",
    kinds=KINDS,
    categories="levels",
    configuration=NiNConfiguration,
    positional="channels",
    build=_build,
    recommend=recommend_small,
)
