"""The U-Net: down to small maps and up again by transposed convolutions, with each size's maps handed across."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import torch
from torch import Tensor, nn

from pellucid.foundation.errors import RangeError, ShapeError
from pellucid.networks.blocks import NO_WEIGHTS
from pellucid.networks.vision.layers import BEFORE_SPACE, ConvolutionBlock, Norm, convolution, max_pool
from pellucid.networks.vision.vgg import VGGBlock

TRANSPOSED: Final[Mapping[int, Any]] = MappingProxyType(
    {1: nn.ConvTranspose1d, 2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}
)
UP: Final = 2  # kernel and stride of the transposed convolution: its outputs do not overlap


class DecoderBlock(nn.Module):
    """Double the sizes by a transposed convolution, join the maps of the way down, two convolutions with norm.

    The way down rounds odd sizes up; what is too much after doubling is cut off at the end of the axis.

    Args:
        inputs: channels of the small maps.
        skipped: channels of the maps of the way down.
        outputs: channels out.
        norm: batch, layer or group.
        axes: of space, 1 to 3.
        generator: draws the weights; None takes torch's own.

    Raises:
        RangeError: there is no transposed convolution of so many axes.

    Example:
        >>> DecoderBlock(16, 8, 8)(torch.zeros(2, 16, 3, 4), torch.zeros(2, 8, 5, 8)).shape
        torch.Size([2, 8, 5, 8])

    Source: O. Ronneberger, P. Fischer, T. Brox, U-Net, 2015; with padding, so that sizes are kept, and batch norm.
    """

    def __init__(
        self,
        inputs: int,
        skipped: int,
        outputs: int,
        *,
        norm: Norm = "batch",
        axes: int = 2,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        if axes not in TRANSPOSED:
            raise RangeError(f"DecoderBlock expected axes of 1, 2 or 3, got {axes!r}: pass axes=2 for pictures")
        self.up: nn.Module = TRANSPOSED[axes](inputs, outputs, UP, stride=UP, device=NO_WEIGHTS)
        deviation = math.sqrt(1 / inputs)  # each output has one weight from each channel, and no rectifier follows
        weight = torch.normal(0.0, deviation, (inputs, outputs, *[UP] * axes), generator=generator)
        self.up.weight, self.up.bias = nn.Parameter(weight), nn.Parameter(torch.zeros(outputs))
        self.convolutions = nn.Sequential(
            ConvolutionBlock(outputs + skipped, outputs, norm=norm, axes=axes, generator=generator),
            ConvolutionBlock(outputs, outputs, norm=norm, axes=axes, generator=generator),
        )

    def forward(self, maps: Tensor, skipped: Tensor) -> Tensor:
        """Return maps (n, c_out, sizes) of small maps (n, c, sizes / 2) and those of the way down (n, c, sizes).

        Raises:
            ShapeError: the maps of the way down are larger than the doubled ones.
        """
        up = self.up(maps)
        sizes = skipped.shape[BEFORE_SPACE:]
        if any(have < want for have, want in zip(up.shape[BEFORE_SPACE:], sizes, strict=True)):
            raise ShapeError(
                f"DecoderBlock expected skipped maps of at most {tuple(up.shape[BEFORE_SPACE:])} places, "
                f"got {tuple(sizes)}: pass the maps from before the last halving"
            )
        for axis, size in enumerate(sizes):
            up = up.narrow(BEFORE_SPACE + axis, 0, size)
        joined: Tensor = self.convolutions(torch.cat([up, skipped], dim=1))
        return joined


class UNet(nn.Module):
    """Maps of the same size as the input, such as the class of each pixel: a VGG-like way down, and decoder blocks up.

    Args:
        inputs: channels in.
        outputs: channels out, with no activation.
        width: channels of the first maps; each further halving has twice as many.
        depth: halvings.
        norm: batch, layer or group.
        axes: of space, 1 to 3.
        generator: draws the weights; None takes torch's own.

    Raises:
        RangeError: there is no convolution of so many axes.

    Example:
        >>> UNet(1, 3, width=4)(torch.zeros(2, 1, 21, 34)).shape
        torch.Size([2, 3, 21, 34])

    Source: O. Ronneberger, P. Fischer, T. Brox, U-Net: convolutional networks for biomedical image segmentation, 2015,
    whose own has width 64 and depth 4; for volumes Ö. Çiçek et al., 3D U-Net, 2016.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        *,
        width: int = 16,
        depth: int = 3,
        norm: Norm = "batch",
        axes: int = 2,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        widths = [width * 2**level for level in range(depth + 1)]
        options: dict[str, Any] = {"norm": norm, "axes": axes, "generator": generator}
        self.down = nn.ModuleList(
            VGGBlock(before, wide, stride=1, **options) for before, wide in zip((inputs, *widths), widths, strict=False)
        )
        self.pool = max_pool(2, axes)
        self.up = nn.ModuleList(
            DecoderBlock(small, wide, wide, **options)
            for small, wide in zip(widths[:0:-1], widths[-2::-1], strict=True)
        )
        self.last = convolution(width, outputs, 1, bias=True, axes=axes, generator=generator)

    def forward(self, maps: Tensor) -> Tensor:
        """Return maps (n, o, sizes) of maps (n, c, sizes)."""
        found: list[Tensor] = []
        for level, block in enumerate(self.down):
            maps = block(self.pool(maps) if level else maps)
            found.append(maps)
        for block, skipped in zip(self.up, found[-2::-1], strict=True):
            maps = block(maps, skipped)
        out: Tensor = self.last(maps)
        return out
