"""3D convolutions for volumes and clips of video: the default for both."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import nn

from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import check_setting, setting
from pellucid.networks.blocks import one_cycle
from pellucid.networks.family import Family, Recommendation
from pellucid.networks.vision.layers import ConvolutionBlock
from pellucid.networks.vision.stem import Classifier, NormConfiguration, Sides, channels_and_sides
from pellucid.tasks.task import Task

LONGEST_KEPT: Final = (
    64  # places; longer axes are shortened by the first convolution, to a third at most: 64^3 keep 54 MB of maps
)
LEFT_SIDE: Final = 4  # places: shorter axes are not pooled
STAGES: Final = 4
AXES: Final = 3
KERNEL: Final = 3
STEPS: Final = 1000  # 13 passes over 1,200 clips of moving digits: all directions of 400 others right, as after 4
MOST_VOXELS: Final = 16 * LONGEST_KEPT**3  # of a batch after the first stride, which keeps 0.9 GB of maps in training


@dataclass(frozen=True, slots=True, kw_only=True)
class Convolution3DConfiguration(NormConfiguration):
    """Options of the network of 3D convolutions."""

    width: int = setting(16, "channels of the first stage; each further stage has twice as many")
    depth: int = setting(1, "convolutions of each stage")
    stages: int = setting(STAGES, "stages, with pooling between them")

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
            UnknownNameError: there is no such norm.
        """
        NormConfiguration.__post_init__(self)
        check_setting("width", self.width, "a whole number above 0", self.width > 0)
        check_setting("depth", self.depth, "a whole number above 0", self.depth > 0)
        check_setting("stages", self.stages, "a whole number above 0", self.stages > 0)


class Convolution3D(Classifier):
    """Stages of 3x3x3 convolutions with max pooling between them, the mean of each map, logits.

    Each axis is halved for itself, as long as it has 4 places: a clip of few frames keeps them while its pictures
    shrink. Of axes above 64 places the first convolution takes every second place, above 128 every third.

    Args:
        shape: of one example, (c, z, h, w).
        outputs: o.
        options: of the network.
        generator: draws the weights.

    Example:
        >>> Convolution3D((1, 10, 32, 32), 8)(torch.zeros(2, 1, 10, 32, 32)).shape
        torch.Size([2, 8])

    Source: D. Tran et al., Learning spatiotemporal features with 3D convolutional networks, 2015: 3x3x3 kernels; with
    batch norm, and the mean in place of dense layers.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        outputs: int,
        *,
        options: Convolution3DConfiguration | None = None,
        generator: torch.Generator | None = None,
    ) -> None:
        options = options or Convolution3DConfiguration()
        channels, sides = channels_and_sides(shape)
        stride = first_stride(sides)
        sides = _divided(sides, stride)
        layers: list[nn.Module] = []
        for stage in range(options.stages):
            pool = tuple(2 if stage and side >= LEFT_SIDE else 1 for side in sides)
            if max(pool) > 1:
                layers.append(nn.MaxPool3d(pool, ceil_mode=True))
                sides = _divided(sides, pool)
            for number in range(options.depth):
                wide = options.width * 2**stage
                step = 1 if stage or number else stride
                layers.append(
                    ConvolutionBlock(channels, wide, stride=step, norm=options.norm, axes=AXES, generator=generator)
                )
                channels = wide
        super().__init__(nn.Sequential(*layers), channels, outputs, options.dropout, generator)


def first_stride(sides: Sides) -> tuple[int, ...]:
    """Return the stride of the first convolution along each axis; its kernel of 3 sees every place.

    Example:
        >>> first_stride((10, 64, 65)), first_stride((128, 129, 300))
        ((1, 1, 2), (2, 3, 3))
    """
    return tuple(min(-(-side // LONGEST_KEPT), KERNEL) for side in sides)


def _divided(sides: Sides, by: tuple[int, ...]) -> Sides:
    """Return the sides after a stride of its own for each, rounded up."""
    return tuple(-(-side // step) for side, step in zip(sides, by, strict=True))


def _build(configuration: Convolution3DConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    return Convolution3D(spec.shape, outputs, options=configuration, generator=torch.Generator().manual_seed(seed))


def _recommend(spec: InputSpec, task: Task) -> Recommendation:
    voxels = math.prod(_divided(spec.shape[1:], first_stride(spec.shape[1:])))
    largest = max(MOST_VOXELS // voxels, 1)
    return one_cycle(spec, task, learning_rate=0.01, weight_decay=0.05, steps=STEPS, largest_batch=largest)


CONV3D: Final = Family(
    name="conv3d",
    title="3D convolutions",
    meaning="3D convolutions find shapes wherever they are in a volume, and movements wherever they are in a clip",
    kinds=("volume", "video"),
    categories="levels",
    configuration=Convolution3DConfiguration,
    build=_build,
    recommend=_recommend,
)
