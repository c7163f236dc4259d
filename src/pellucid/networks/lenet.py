"""LeNet-5 for pictures of any size: two convolutions with pooling, then two dense layers.

Lightly modernised: rectifiers in place of the scaled tanh, max pooling in place of trainable average pooling, and a
linear last layer in place of radial basis functions. With 28 x 28 grey pictures and 10 classes it has the 61,706
parameters of the usual textbook form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import check_setting, setting
from pellucid.networks.blocks import check_picture, convolution, linear, one_cycle
from pellucid.networks.family import Family, Recommendation
from pellucid.tasks.task import Task

KERNEL: Final = 5  # pixels; both convolutions of LeCun et al.
POOL: Final = 2  # pixels
SMALLEST_SIDE: Final = POOL * POOL  # pixels: one is left after both poolings
POOLED_SIDE: Final = 14  # pixels after the first pooling of 28 x 28; larger pictures are pooled harder, to about this


@dataclass(frozen=True, slots=True, kw_only=True)
class LeNetConfiguration:
    """Options of LeNet."""

    channels: tuple[int, int] = setting((6, 16), "feature maps of the two convolutions")
    hidden: tuple[int, ...] = setting((120, 84), "units of the dense layers before the last")
    dropout: float = setting(0.0, "share of the dense units that are left out at each step")

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
        """
        check_setting("channels", self.channels, "two whole numbers above 0", all(maps > 0 for maps in self.channels))
        check_setting("hidden", self.hidden, "whole numbers above 0", all(units > 0 for units in self.hidden))
        check_setting("dropout", self.dropout, "at least 0 and below 1", 0 <= self.dropout < 1)


class LeNet(nn.Module):
    """Convolution, pooling, convolution, pooling, dense layers.

    The first convolution keeps the size, the second takes 4 pixels off each axis that has at least 6 then and keeps
    shorter ones, so that 8 x 8 pictures work.

    Source: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document recognition, 1998.
    """

    def __init__(self, configuration: LeNetConfiguration, shape: tuple[int, ...], outputs: int, seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        channels, *sides = shape
        first, second = configuration.channels
        (pool_h, pad_h, left_h), (pool_w, pad_w, left_w) = (_along(side) for side in sides)
        self.features = nn.Sequential(
            convolution(channels, first, KERNEL, generator, bias=True),
            nn.ReLU(inplace=True),
            nn.MaxPool2d((pool_h, pool_w)),
            convolution(first, second, KERNEL, generator, padding=(pad_h, pad_w), bias=True),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(POOL),
        )
        layers: list[nn.Module] = []
        width = second * left_h * left_w
        for units in configuration.hidden:
            layers += [linear(width, units, generator), nn.ReLU(inplace=True), nn.Dropout(configuration.dropout)]
            width = units
        self.dense = nn.Sequential(*layers)
        self.last = linear(width, outputs, generator, gain=1.0)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the logits (n, o) of pictures (n, c, h, w)."""
        maps = self.features(pictures)
        logits: Tensor = self.last(self.dense(maps.flatten(start_dim=1)))
        return logits


def _along(side: int) -> tuple[int, int, int]:
    """Return for one axis the first pooling, the padding of the second convolution, and the pixels that are left."""
    pool = max(POOL, side // POOLED_SIDE)
    pooled = side // pool
    padding = 0 if pooled > KERNEL else KERNEL // 2
    return pool, padding, (pooled + 2 * padding - KERNEL + 1) // POOL


def _build(configuration: LeNetConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    check_picture("lenet", spec.shape, SMALLEST_SIDE)
    return LeNet(configuration, spec.shape, outputs, seed)


def _recommend(spec: InputSpec, task: Task) -> Recommendation:
    return one_cycle(spec, task, learning_rate=0.004, weight_decay=0.05)


LENET: Final = Family(
    name="lenet",
    title="LeNet",
    meaning="LeNet is the classical small convolutional network: quick on pictures of digits and letters",
    kinds=("picture",),
    categories="levels",
    configuration=LeNetConfiguration,
    positional="channels",
    build=_build,
    recommend=_recommend,
)
