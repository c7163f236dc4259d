"""Residual blocks, basic and with a bottleneck, and squeeze-and-excitation."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn

from pellucid.foundation.errors import RangeError
from pellucid.networks.blocks import linear
from pellucid.networks.vision.layers import ConvolutionBlock, Mean, Norm, convolution, normalization

EXPANSION: Final = 4  # times the channels of a bottleneck's middle come out of it
REDUCTION: Final = 16  # channels for each unit of the squeeze, as Hu et al. have it
FEWEST_UNITS: Final = 4  # of the squeeze: narrow networks would be left with one


class SqueezeExcite(nn.Module):
    """Weigh each channel by what all channels hold on average: y_c = x_c sigmoid(W2 max(0, W1 mean(x))).

    Example:
        >>> SqueezeExcite(32)(torch.zeros(2, 32, 5, 5)).shape
        torch.Size([2, 32, 5, 5])

    Source: J. Hu, L. Shen, G. Sun, Squeeze-and-excitation networks, 2018.
    """

    def __init__(self, channels: int, reduction: int = REDUCTION, *, generator: torch.Generator | None = None) -> None:
        super().__init__()
        units = max(channels // reduction, FEWEST_UNITS)
        self.squeeze = Mean()
        self.reduce = linear(channels, units, generator)
        self.expand = linear(units, channels, generator, gain=1.0)

    def forward(self, maps: Tensor) -> Tensor:
        """Return maps (n, c, sizes) of the same shape."""
        weights = torch.sigmoid(self.expand(torch.relu(self.reduce(self.squeeze(maps)))))  # (n, c)
        return maps * weights.view(*weights.shape, *[1] * (maps.ndim - weights.ndim))


class Residual(nn.Module):
    """y = max(0, shortcut(x) + branch(x)). The shortcut is the identity, or a 1x1 convolution where the shape changes.

    Its branch ends with a norm. Where that starts at scale 0 (`zero_init`), the block starts as its shortcut, and
    a deep network as a shallow one.

    Source: K. He, X. Zhang, S. Ren, J. Sun, Deep residual learning, 2015 (shortcuts of kind B); scale 0 from
    P. Goyal et al., Accurate, large minibatch SGD, 2017.
    """

    def __init__(
        self,
        layers: list[nn.Module],
        inputs: int,
        outputs: int,
        *,
        stride: int,
        axes: int,
        squeeze_excite: bool,
        zero_init: bool,
        norm: Norm,
        generator: torch.Generator | None,
    ) -> None:
        super().__init__()
        last = normalization(outputs, axes, norm)
        if zero_init:
            nn.init.zeros_(last.get_parameter("weight"))
        weighing = [SqueezeExcite(outputs, generator=generator)] if squeeze_excite else []
        self.branch = nn.Sequential(*layers, last, *weighing)
        self.shortcut: nn.Module = nn.Identity()
        if stride > 1 or inputs != outputs:
            fitting = convolution(inputs, outputs, 1, stride=stride, axes=axes, generator=generator)
            self.shortcut = nn.Sequential(fitting, normalization(outputs, axes, norm))

    def forward(self, maps: Tensor) -> Tensor:
        """Return maps (n, c_out, sizes)."""
        return torch.relu_(self.branch(maps) + self.shortcut(maps))


class BasicBlock(Residual):
    """Two 3x3 convolutions beside a shortcut; the first takes the stride.

    Example:
        >>> BasicBlock(8, 16, stride=2, squeeze_excite=True)(torch.zeros(2, 8, 7, 9)).shape
        torch.Size([2, 16, 4, 5])
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        *,
        stride: int = 1,
        squeeze_excite: bool = False,
        zero_init: bool = True,
        norm: Norm = "batch",
        axes: int = 2,
        generator: torch.Generator | None = None,
    ) -> None:
        layers = [
            ConvolutionBlock(inputs, outputs, stride=stride, norm=norm, axes=axes, generator=generator),
            convolution(outputs, outputs, 3, axes=axes, generator=generator),
        ]
        super().__init__(
            layers, inputs, outputs, stride=stride, axes=axes, squeeze_excite=squeeze_excite, zero_init=zero_init,
            norm=norm, generator=generator,
        )  # fmt: skip


class Bottleneck(Residual):
    """1x1 convolution to a quarter of the outputs, 3x3 one with the stride, 1x1 one to all, beside a shortcut.

    The paper had the stride on the first 1x1, which skips three of four places unseen; on the 3x3 ("v1.5", as in
    torchvision) it is half a point more accurate on ImageNet.

    Example:
        >>> Bottleneck(16, 64, axes=1)(torch.zeros(2, 16, 9)).shape
        torch.Size([2, 64, 9])
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        *,
        stride: int = 1,
        squeeze_excite: bool = False,
        zero_init: bool = True,
        norm: Norm = "batch",
        axes: int = 2,
        generator: torch.Generator | None = None,
    ) -> None:
        if outputs % EXPANSION:
            raise RangeError(
                f"Bottleneck expected outputs to be a multiple of {EXPANSION}, got {outputs}: its middle has a quarter"
            )
        middle = outputs // EXPANSION
        layers = [
            ConvolutionBlock(inputs, middle, 1, norm=norm, axes=axes, generator=generator),
            ConvolutionBlock(middle, middle, stride=stride, norm=norm, axes=axes, generator=generator),
            convolution(middle, outputs, 1, axes=axes, generator=generator),
        ]
        super().__init__(
            layers, inputs, outputs, stride=stride, axes=axes, squeeze_excite=squeeze_excite, zero_init=zero_init,
            norm=norm, generator=generator,
        )  # fmt: skip
