"""The separable stack for pictures: depthwise and 1x1 convolutions with batch norm and shortcuts, then their mean."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import check_setting, setting
from pellucid.networks.blocks import channels_last, check_picture, convolution, linear, one_cycle
from pellucid.networks.family import Family, Recommendation
from pellucid.tasks.task import Task

SMALLEST_SIDE: Final = 8  # pixels
LEFT_SIDE: Final = 3  # pixels that the last stage keeps at least
KERNEL: Final = 3  # pixels
HALVED_SIDE: Final = 16  # pixels: from here on the first maps are halved; smaller pictures need every pixel
STRIDED_SIDE: Final = 96  # pixels: from here on the first convolution takes every second pixel, to save time
WIDEST: Final = 8  # times `width`: channels of the deepest stages at most


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparableConfiguration:
    """Options of the separable stack."""

    width: int = setting(48, "channels of the first stage; each further stage has twice as many")
    depth: int = setting(2, "blocks of each stage but the first, which has one: its maps are the largest")
    dropout: float = setting(0.0, "share of the averaged features that are left out at each step")

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
        """
        check_setting("width", self.width, "a whole number above 0", self.width > 0)
        check_setting("depth", self.depth, "a whole number above 0", self.depth > 0)
        check_setting("dropout", self.dropout, "at least 0 and below 1", 0 <= self.dropout < 1)


class SeparableBlock(nn.Module):
    """Depthwise 3x3 convolution, 1x1 convolution, batch norm, shortcut where the channels allow it, rectifier.

    Source: A. Howard et al., MobileNets, 2017 (without the norm and rectifier between the two convolutions);
    the shortcut from K. He et al., Deep residual learning, 2015.
    """

    def __init__(self, inputs: int, outputs: int, generator: torch.Generator) -> None:
        super().__init__()
        self.depthwise = convolution(inputs, inputs, KERNEL, generator, groups=inputs)
        self.pointwise = convolution(inputs, outputs, 1, generator)
        self.norm = nn.BatchNorm2d(outputs)
        self.shortcut = inputs == outputs

    def forward(self, maps: Tensor) -> Tensor:
        """Return maps (n, c, h, w) of the same size."""
        changed: Tensor = self.norm(self.pointwise(self.depthwise(maps)))
        return torch.relu_(changed + maps if self.shortcut else changed)


class SeparableStack(nn.Module):
    """A plain first convolution, stages of separable blocks with pooling between them, the mean of each map, logits."""

    def __init__(self, configuration: SeparableConfiguration, shape: tuple[int, ...], outputs: int, seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        channels, height, width = shape
        stride, pool, stages = plan_of(min(height, width))
        maps = configuration.width
        layers: list[nn.Module] = [convolution(channels, maps, KERNEL, generator, stride=stride)]
        if pool > 1:
            layers.append(nn.MaxPool2d(pool))  # before the norm, which then has a quarter of the work
        layers += [nn.BatchNorm2d(maps), nn.ReLU(inplace=True)]
        for stage in range(stages):
            wider = configuration.width * min(2**stage, WIDEST)
            if stage:
                layers.append(nn.MaxPool2d(2))
            for _ in range(configuration.depth if stage else 1):
                layers.append(SeparableBlock(maps, wider, generator))
                maps = wider
        self.features = nn.Sequential(*layers)
        self.dropout = nn.Dropout(configuration.dropout)
        self.last = linear(maps, outputs, generator, gain=1.0)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the logits (n, o) of pictures (n, c, h, w)."""
        means = self.features(channels_last(pictures)).mean(dim=(2, 3))  # (n, c)
        logits: Tensor = self.last(self.dropout(means))
        return logits


def plan_of(side: int) -> tuple[int, int, int]:
    """Return the first convolution's stride and pooling, and the stages that bring the shorter side to 3 to 5 pixels.

    Example:
        >>> [plan_of(side) for side in (8, 28, 64, 224)]
        [(1, 1, 2), (1, 2, 3), (1, 2, 4), (2, 2, 5)]
    """
    stride, pool = (2 if side >= STRIDED_SIDE else 1), (2 if side >= HALVED_SIDE else 1)
    left = -(-side // stride) // pool
    return stride, pool, 1 + int(math.log2(left / LEFT_SIDE))


def _build(configuration: SeparableConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    check_picture("separable", spec.shape, SMALLEST_SIDE)
    return SeparableStack(configuration, spec.shape, outputs, seed)


def _recommend(spec: InputSpec, task: Task) -> Recommendation:
    return one_cycle(spec, task, learning_rate=0.015, weight_decay=0.05)


SEPARABLE: Final = Family(
    name="separable",
    title="separable convolution stack",
    meaning="a stack of separable convolutions finds shapes wherever they are in a picture, with few weights",
    kinds=("picture",),
    categories="levels",
    configuration=SeparableConfiguration,
    build=_build,
    recommend=_recommend,
)
