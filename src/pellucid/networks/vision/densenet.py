"""Densely connected networks: DenseNet-121, and a small one for little pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import check_setting, setting
from pellucid.networks.family import Family
from pellucid.networks.vision.layers import ConvolutionBlock, MeanPool, convolution, normalization
from pellucid.networks.vision.stem import (
    KINDS,
    Classifier,
    StemConfiguration,
    begin,
    check_plain,
    recommend_large,
    recommend_small,
    shrunk,
    stride_for,
)

BOTTLENECK: Final = 4  # times the growth: channels of the 1x1 convolutions, "B" in the paper
COMPRESSION: Final = 2  # a transition lets one of so many channels through, "C" in the paper
BEGINNING: Final = 2  # times the growth: channels of the stem
BLOCKS_121: Final = (6, 12, 24, 16)
GROWTH_121: Final = 32
SMALL_STAGES: Final = 3  # of the networks that the paper trains on 32 x 32 pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseNetConfiguration(StemConfiguration):
    """Options of DenseNet-121."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallDenseNetConfiguration(DenseNetConfiguration):
    """Options of the small densely connected network."""

    blocks: int = setting(4, "layers of each of the three dense blocks")
    growth: int = setting(12, "channels that each layer adds")

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
        """
        StemConfiguration.__post_init__(self)
        check_setting("blocks", self.blocks, "a whole number above 0", self.blocks > 0)
        check_setting("growth", self.growth, "a whole number above 0", self.growth > 0)


class DenseBlock(nn.Module):
    """Layers that each see the outputs of all before them, and add `growth` channels: c_out = c_in + layers growth.

    A layer is norm, rectifier, 1x1 convolution to `bottleneck` growth channels, norm, rectifier, 3x3 convolution; the
    first half is left out where bottleneck is 0.

    Example:
        >>> DenseBlock(3, layers=3, growth=8, bottleneck=0)(torch.zeros(2, 3, 5, 5)).shape
        torch.Size([2, 27, 5, 5])

    Source: G. Huang, Z. Liu, L. van der Maaten, K. Weinberger, Densely connected convolutional networks, 2017.
    """

    def __init__(
        self,
        inputs: int,
        layers: int,
        growth: int,
        *,
        bottleneck: int = BOTTLENECK,
        axes: int = 2,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        self.layers = nn.ModuleList()
        for number in range(layers):
            channels = inputs + number * growth
            parts: list[nn.Module] = [normalization(channels, axes), nn.ReLU(inplace=True)]
            if bottleneck:
                parts.append(ConvolutionBlock(channels, bottleneck * growth, 1, axes=axes, generator=generator))
                channels = bottleneck * growth
            parts.append(convolution(channels, growth, 3, axes=axes, generator=generator))
            self.layers.append(nn.Sequential(*parts))
        self.outputs = inputs + layers * growth

    def forward(self, maps: Tensor) -> Tensor:
        """Return maps (n, c_in + layers growth, sizes); the first c_in are the inputs."""
        for layer in self.layers:
            maps = torch.cat((maps, layer(maps)), dim=1)
        return maps


class Transition(nn.Sequential):
    """Norm, rectifier, 1x1 convolution to fewer channels, mean pooling with stride 2; stride 1 keeps the size.

    Example:
        >>> Transition(27, 13)(torch.zeros(2, 27, 8, 9)).shape
        torch.Size([2, 13, 4, 5])
    """

    def __init__(
        self, inputs: int, outputs: int, *, stride: int = 2, axes: int = 2, generator: torch.Generator | None = None
    ) -> None:
        super().__init__(
            normalization(inputs, axes),
            nn.ReLU(inplace=True),
            convolution(inputs, outputs, 1, axes=axes, generator=generator),
            *([MeanPool(axes)] if stride > 1 else []),
        )


class DenseNet(Classifier):
    """A stem, dense blocks with transitions between them, norm, rectifier, the mean of each map, logits.

    Each transition halves the channels, and the sides as long as four places are left. torchvision's transitions drop
    the last place of an odd side, these keep it; for 224 x 224 pixels both are the same.

    Args:
        shape: of one example, (c, sizes), with one, two or three sizes.
        outputs: o.
        blocks: layers of each dense block.
        growth: channels that each layer adds; the stem has twice as many.
        options: the rest.
        generator: draws the weights.

    Example:
        >>> DenseNet((1, 28, 28), 10, blocks=(2, 2), growth=4)(torch.zeros(2, 1, 28, 28)).shape
        torch.Size([2, 10])

    Source: G. Huang et al., Densely connected convolutional networks, 2017: DenseNet-BC, compression 1/2.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        outputs: int,
        *,
        blocks: tuple[int, ...],
        growth: int,
        options: DenseNetConfiguration | None = None,
        generator: torch.Generator | None = None,
    ) -> None:
        options = options or DenseNetConfiguration()
        channels = BEGINNING * growth
        stem, sides = begin(shape, channels, options.stem, generator)
        axes = len(sides)
        stages: list[nn.Module] = [stem]
        for stage, count in enumerate(blocks):
            if stage:
                fewer, stride = channels // COMPRESSION, stride_for(sides)
                stages.append(Transition(channels, fewer, stride=stride, axes=axes, generator=generator))
                channels, sides = fewer, shrunk(sides, stride)
            block = DenseBlock(channels, count, growth, axes=axes, generator=generator)
            stages.append(block)
            channels = block.outputs
        features = nn.Sequential(*stages, normalization(channels, axes), nn.ReLU(inplace=True))
        super().__init__(features, channels, outputs, options.dropout, generator)


def _small(configuration: SmallDenseNetConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    check_plain("densenet", spec)
    blocks, generator = (configuration.blocks,) * SMALL_STAGES, torch.Generator().manual_seed(seed)
    return DenseNet(
        spec.shape, outputs, blocks=blocks, growth=configuration.growth, options=configuration, generator=generator
    )


def _large(configuration: DenseNetConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    check_plain("densenet121", spec)
    generator = torch.Generator().manual_seed(seed)
    return DenseNet(
        spec.shape, outputs, blocks=BLOCKS_121, growth=GROWTH_121, options=configuration, generator=generator
    )


DENSENET: Final = Family(
    name="densenet",
    title="small densely connected network",
    meaning="a small DenseNet hands every layer's maps on to all later ones: few weights, but slow for their number",
    kinds=KINDS,
    categories="levels",
    configuration=SmallDenseNetConfiguration,
    build=_small,
    recommend=recommend_small,
)
DENSENET121: Final = Family(
    name="densenet121",
    title="DenseNet-121",
    meaning="DenseNet-121 comes near ResNet-50 on ImageNet (74.4 % and 76.1 %) with a third of its weights; use a GPU",
    kinds=KINDS,
    categories="levels",
    configuration=DenseNetConfiguration,
    build=_large,
    recommend=recommend_large,
)
