"""The separable stack for pictures: depthwise and 1x1 convolutions with batch norm and shortcuts, averaged at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import check_setting, setting
from pellucid.networks.blocks import channels_last, check_picture, convolution, linear
from pellucid.networks.family import Family, Recommendation
from pellucid.tasks.task import Task

SMALLEST_SIDE: Final = 8  # pixels
LEFT_SIDE: Final = 4  # pixels that the last stage keeps at least
KERNEL: Final = 3  # pixels, of the depthwise convolutions
WIDEST: Final = 8  # times `width`: channels of the deepest stages
COARSE_SIDES: Final = ((128, 4), (16, 2))  # pixels, and the first convolution's stride from there on


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparableConfiguration:
    """Options of the separable stack."""

    width: int = setting(48, "channels of the first stage; each further stage has twice as many")
    depth: int = setting(2, "blocks of each stage")
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
    """Depthwise 3x3 convolution, 1x1 convolution, batch norm, shortcut where the channels allow it, rectifier."""

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

    def __init__(
        self, configuration: SeparableConfiguration, shape: tuple[int, ...], outputs: int, seed: int
    ) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        channels, height, width = shape
        stride, stages = stages_of(min(height, width))
        maps = configuration.width
        layers: list[nn.Module] = [
            convolution(channels, maps, 2 * stride + 1, generator, stride=stride),
            nn.BatchNorm2d(maps),
            nn.ReLU(inplace=True),
        ]
        for stage in range(stages):
            wider = configuration.width * min(2**stage, WIDEST)
            if stage:
                layers.append(nn.MaxPool2d(2))
            for _ in range(configuration.depth):
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


def stages_of(side: int) -> tuple[int, int]:
    """Return the first convolution's stride, and how many stages bring the shorter side down to 4 to 7 pixels.

    Example:
        >>> [stages_of(side) for side in (8, 28, 64, 224)]
        [(1, 2), (2, 2), (2, 4), (4, 4)]
    """
    stride = next((stride for coarse, stride in COARSE_SIDES if side >= coarse), 1)
    left = -(-side // stride)
    stages = 1
    while left >= 2 * LEFT_SIDE:
        left //= 2
        stages += 1
    return stride, stages
