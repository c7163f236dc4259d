"""Residual networks: ResNet-18, -34 and -50, and a small one for little pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import nn

from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import check_setting, setting
from pellucid.networks.family import Family
from pellucid.networks.vision.residual import EXPANSION, BasicBlock, Bottleneck
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

WIDTH: Final = 64  # channels of the first stage, as in the paper
SMALL_STAGES: Final = 3  # of the networks that the paper trains on 32 x 32 pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class ResNetConfiguration(StemConfiguration):
    """Options of the residual networks of the paper."""

    squeeze_excite: bool = setting(False, "whether each block weighs its channels by what all hold on average")
    zero_init: bool = setting(True, "whether each block starts as its shortcut: the scale of its last norm is 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallResNetConfiguration(ResNetConfiguration):
    """Options of the small residual network."""

    blocks: int = setting(2, "residual blocks of each of the three stages")
    width: int = setting(16, "channels of the first stage; each further stage has twice as many")
    bottleneck: bool = setting(False, "whether blocks are 1x1, 3x3, 1x1 convolutions, and four times as wide outside")

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
        """
        StemConfiguration.__post_init__(self)
        check_setting("blocks", self.blocks, "a whole number above 0", self.blocks > 0)
        check_setting("width", self.width, "a whole number above 0", self.width > 0)


class ResNet(Classifier):
    """A stem, stages of residual blocks, the mean of each map, logits.

    Each stage after the first halves the sides, as long as four places are left, and doubles the channels. The paper
    begins its networks for 32 x 32 pixels as `stem="small"` does; their shortcuts, though, pad channels with zeros.

    Args:
        shape: of one example, (c, sizes), with one, two or three sizes.
        outputs: o.
        blocks: of each stage.
        width: channels of the first stage, times 4 outside of bottlenecks.
        bottleneck: whether blocks are `Bottleneck`s; else they are `BasicBlock`s.
        options: the rest.
        generator: draws the weights.

    Example:
        >>> ResNet((3, 32, 32), 10, blocks=(1, 1))(torch.zeros(2, 3, 32, 32)).shape
        torch.Size([2, 10])

    Source: K. He, X. Zhang, S. Ren, J. Sun, Deep residual learning for image recognition, 2015.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        outputs: int,
        *,
        blocks: tuple[int, ...],
        width: int = WIDTH,
        bottleneck: bool = False,
        options: ResNetConfiguration | None = None,
        generator: torch.Generator | None = None,
    ) -> None:
        options = options or ResNetConfiguration()
        stem, sides = begin(shape, width, options.stem, generator)
        block: Callable[..., nn.Module] = Bottleneck if bottleneck else BasicBlock
        inputs = width
        stages: list[nn.Module] = [stem]
        for stage, count in enumerate(blocks):
            wide = width * 2**stage * (EXPANSION if bottleneck else 1)
            stride = stride_for(sides) if stage else 1
            layers: list[nn.Module] = []
            for number in range(count):
                layers.append(
                    block(
                        inputs,
                        wide,
                        stride=1 if number else stride,
                        squeeze_excite=options.squeeze_excite,
                        zero_init=options.zero_init,
                        axes=len(sides),
                        generator=generator,
                    )
                )
                inputs = wide
            stages.append(nn.Sequential(*layers))
            sides = shrunk(sides, stride)
        super().__init__(nn.Sequential(*stages), inputs, outputs, options.dropout, generator)


def _small(configuration: SmallResNetConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    check_plain("resnet", spec)
    return ResNet(
        spec.shape,
        outputs,
        blocks=(configuration.blocks,) * SMALL_STAGES,
        width=configuration.width,
        bottleneck=configuration.bottleneck,
        options=configuration,
        generator=torch.Generator().manual_seed(seed),
    )


def _of_the_paper(
    name: str, blocks: tuple[int, ...], bottleneck: bool
) -> Callable[[Any, InputSpec, int, int], nn.Module]:
    """Return what builds the network with so many blocks in its stages."""

    def build(configuration: ResNetConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
        check_plain(name, spec)
        generator = torch.Generator().manual_seed(seed)
        return ResNet(
            spec.shape, outputs, blocks=blocks, bottleneck=bottleneck, options=configuration, generator=generator
        )

    return build


def _family(layers: int, blocks: tuple[int, ...], bottleneck: bool, meaning: str) -> Family:
    name = f"resnet{layers}"
    return Family(
        name=name,
        title=f"ResNet-{layers}",
        meaning=meaning,
        kinds=KINDS,
        categories="levels",
        configuration=ResNetConfiguration,
        build=_of_the_paper(name, blocks, bottleneck),
        recommend=recommend_large,
    )


RESNET: Final = Family(
    name="resnet",
    title="small residual network",
    meaning="a small residual network, as He et al. trained it on pictures of 32 x 32, is deep and still easy to train",
    kinds=KINDS,
    categories="levels",
    configuration=SmallResNetConfiguration,
    build=_small,
    recommend=recommend_small,
)
RESNET18: Final = _family(
    18, (2, 2, 2, 2), False, "ResNet-18 is the smallest of the paper's for pictures of 224 x 224, and wants a GPU"
)
RESNET34: Final = _family(
    34, (3, 4, 6, 3), False, "ResNet-34 has twice the layers of ResNet-18, for many and varied pictures, and a GPU"
)
RESNET50: Final = _family(
    50, (3, 4, 6, 3), True, "ResNet-50 with its bottlenecks is what others are compared with on ImageNet; use a GPU"
)
