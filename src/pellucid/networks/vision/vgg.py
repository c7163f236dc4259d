"""VGG: stages of plain 3x3 convolutions with pooling between them; small, and with batch norm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import nn

from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import check_setting, setting
from pellucid.networks.family import Family
from pellucid.networks.vision.layers import ConvolutionBlock, Norm, max_pool
from pellucid.networks.vision.stem import (
    DROPOUT,
    KINDS,
    Classifier,
    channels_and_sides,
    check_plain,
    is_large,
    recommend_plain,
    shrunk,
    stride_for,
)

WIDEST: Final = 8  # times `width`: channels of the deepest stages at most, as in the paper
STAGES, LARGE_STAGES = 3, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class VGGConfiguration:
    """Options of VGG."""

    depth: int = setting(2, "convolutions of each stage")
    width: int = setting(32, "channels of the first stage; each further stage has twice as many")
    stages: int | None = setting(None, "stages, with pooling after each; chosen: 3, and 5 from 96 pixels on")
    dropout: float = setting(0.0, DROPOUT)

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
        """
        check_setting("depth", self.depth, "a whole number above 0", self.depth > 0)
        check_setting("width", self.width, "a whole number above 0", self.width > 0)
        check_setting("stages", self.stages, "a whole number above 0", self.stages is None or self.stages > 0)
        check_setting("dropout", self.dropout, "at least 0 and below 1", 0 <= self.dropout < 1)


class VGGBlock(nn.Sequential):
    """Some 3x3 convolutions with norm and rectifier, then max pooling with stride 2; stride 1 keeps the size.

    Two 3x3 convolutions see as far as one 5x5, with 18 instead of 25 weights and a rectifier more.

    Example:
        >>> VGGBlock(3, 8, axes=1)(torch.zeros(2, 3, 9)).shape
        torch.Size([2, 8, 5])

    Source: K. Simonyan, A. Zisserman, Very deep convolutional networks, 2015; with the batch norm that came after it.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        layers: int = 2,
        *,
        stride: int = 2,
        norm: Norm = "batch",
        axes: int = 2,
        generator: torch.Generator | None = None,
    ) -> None:
        channels = (inputs, *[outputs] * (layers - 1))
        super().__init__(
            *(ConvolutionBlock(c, outputs, norm=norm, axes=axes, generator=generator) for c in channels),
            *([max_pool(2, axes)] if stride > 1 else []),
        )


class VGG(Classifier):
    """Stages of VGG blocks, the mean of each map, logits.

    The mean stands in place of the two dense layers of 4,096 units, which held over four fifths of the paper's weights.

    Args:
        shape: of one example, (c, sizes), with one, two or three sizes.
        outputs: o.
        options: of the network.
        generator: draws the weights.

    Example:
        >>> VGG((1, 28, 28), 10)(torch.zeros(2, 1, 28, 28)).shape
        torch.Size([2, 10])
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        outputs: int,
        *,
        options: VGGConfiguration | None = None,
        generator: torch.Generator | None = None,
    ) -> None:
        options = options or VGGConfiguration()
        channels, sides = channels_and_sides(shape)
        blocks: list[nn.Module] = []
        for stage in range(options.stages or (LARGE_STAGES if is_large(sides, "auto") else STAGES)):
            wide, stride = options.width * min(2**stage, WIDEST), stride_for(sides)
            blocks.append(VGGBlock(channels, wide, options.depth, stride=stride, axes=len(sides), generator=generator))
            channels, sides = wide, shrunk(sides, stride)
        super().__init__(nn.Sequential(*blocks), channels, outputs, options.dropout, generator)


def _build(configuration: VGGConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    check_plain("vgg", spec)
    return VGG(spec.shape, outputs, options=configuration, generator=torch.Generator().manual_seed(seed))


VGG_FAMILY: Final = Family(
    name="vgg",
    title="small VGG with batch norm",
    meaning="VGG is the plain deep network: 3x3 convolutions with pooling between them, and nothing else",
    kinds=KINDS,
    categories="levels",
    configuration=VGGConfiguration,
    build=_build,
    recommend=recommend_plain,
)
