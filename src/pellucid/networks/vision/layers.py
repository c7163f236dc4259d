"""The layers under all blocks here, for one, two or three axes of space: sequences, pictures, volumes and videos.

Every block is called as `Block(inputs, outputs, …, axes=2, generator=None)`: with a generator the same seed gives the
same weights, without one they are drawn from torch's own. `Lazy(Block, outputs, …)` finds the inputs out by itself.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from pellucid.foundation.errors import RangeError, ShapeError
from pellucid.networks.blocks import NO_WEIGHTS

CONVOLUTIONS: Final[Mapping[int, Any]] = MappingProxyType({1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d})
NORMS: Final[Mapping[int, Any]] = MappingProxyType({1: nn.BatchNorm1d, 2: nn.BatchNorm2d, 3: nn.BatchNorm3d})
MAX_POOLS: Final[Mapping[int, Any]] = MappingProxyType({1: nn.MaxPool1d, 2: nn.MaxPool2d, 3: nn.MaxPool3d})
MEAN_POOLS: Final[Mapping[int, Any]] = MappingProxyType(
    {1: functional.avg_pool1d, 2: functional.avg_pool2d, 3: functional.avg_pool3d}
)
BEFORE_SPACE: Final = 2  # axes: examples and channels
GROUP: Final = 16  # channels of a group; the best number in table 3 of Wu and He (2018)

Norm = Literal["batch", "layer", "group"]
"""Over what a norm takes mean and variance: a channel of all examples, one example, a group of channels of one."""
NORM: Final = "how maps are normalised: over the batch, each example alone (layer), or groups of its channels"


def convolution(
    inputs: int,
    outputs: int,
    kernel: int,
    *,
    stride: int | tuple[int, ...] = 1,
    groups: int = 1,
    bias: bool = False,
    axes: int = 2,
    generator: torch.Generator | None = None,
) -> nn.Module:
    """Return a convolution that leaves n places of an axis at ceil(n / stride), with He's normal weights (fan out).

    **Formula** deviation sqrt(2 groups / (c_out k^axes)): the fan out keeps the size of gradients on their way back.

    Args:
        inputs: channels in.
        outputs: channels out.
        kernel: its size along each axis, odd.
        stride: places from one output to the next, for all axes or for each.
        groups: into which the channels are divided; `inputs` for a depthwise one.
        bias: whether to add one, which starts at 0; batch norm takes it out again.
        axes: of space, 1 to 3.
        generator: draws the weights; None takes torch's own.

    Raises:
        RangeError: there is no convolution of so many axes, or the kernel is even.

    Example:
        >>> convolution(3, 8, 5, axes=1).weight.shape
        torch.Size([8, 3, 5])

    Source: K. He, X. Zhang, S. Ren, J. Sun, Delving deep into rectifiers, 2015, eq. 14, as torchvision's ResNet has it.
    """
    if kernel % 2 == 0:
        raise RangeError(f"convolution expected an odd kernel, got {kernel}: an even one moves pictures; pass kernel=3")
    kind = _kind(CONVOLUTIONS, axes)
    layer: nn.Module = kind(
        inputs, outputs, kernel, stride=stride, padding=kernel // 2, groups=groups, bias=bias, device=NO_WEIGHTS
    )
    shape = (outputs, inputs // groups, *[kernel] * axes)
    deviation = math.sqrt(2 * groups / (outputs * kernel**axes))
    layer.weight = nn.Parameter(torch.normal(0.0, deviation, shape, generator=generator))
    if bias:
        layer.bias = nn.Parameter(torch.zeros(outputs))
    return layer


def normalization(channels: int, axes: int = 2, norm: Norm = "batch") -> nn.Module:
    """Return a normalisation of maps, with a scale and a shift for each channel.

    Args:
        channels: c.
        axes: of space, 1 to 3.
        norm: `batch` takes mean and variance of each channel over examples and space, and remembers them for
            prediction; `layer` over all channels of one example, `group` over 16 channels of one example at a time:
            for batches of a few examples.

    Raises:
        RangeError: there is no norm of so many axes.

    Example:
        >>> normalization(48, norm="group").num_groups
        3

    Source: S. Ioffe, C. Szegedy, Batch normalization, 2015; J. Ba, J. Kiros, G. Hinton, Layer normalization, 2016;
    Y. Wu, K. He, Group normalization, 2018, who take layer norm over maps as the case of one group.
    """
    layer: nn.Module
    if norm == "batch":
        layer = _kind(NORMS, axes)(channels)
    else:
        layer = nn.GroupNorm(1 if norm == "layer" else math.gcd(channels, max(channels // GROUP, 1)), channels)
    return layer


def max_pool(kernel: int, axes: int = 2) -> nn.Module:
    """Return max pooling with stride 2 that leaves ceil(n / 2) of n places, one at least.

    Example:
        >>> [max_pool(kernel, axes=1)(torch.zeros(1, 1, 7)).shape[2] for kernel in (2, 3)]
        [4, 4]
    """
    layer: nn.Module = _kind(MAX_POOLS, axes)(kernel, stride=2, padding=(kernel - 1) // 2, ceil_mode=kernel % 2 == 0)
    return layer


class MeanPool(nn.Module):
    """The mean of 2 places along each axis, with stride 2; the last place of an odd axis stays by itself.

    torch's own module refuses a volume with an axis of one place, even with `ceil_mode`.

    Example:
        >>> MeanPool(axes=1)(torch.tensor([[[1.0, 3.0, 7.0]]]))
        tensor([[[2., 7.]]])
    """

    def __init__(self, axes: int = 2) -> None:
        super().__init__()
        self.pool = _kind(MEAN_POOLS, axes)

    def forward(self, maps: Tensor) -> Tensor:
        """Return maps (n, c, sizes) with half the sizes, rounded up."""
        kernel = tuple(min(2, side) for side in maps.shape[BEFORE_SPACE:])
        pooled: Tensor = self.pool(maps, kernel, stride=2, ceil_mode=True)
        return pooled


class Mean(nn.Module):
    """Global average pooling: one number for each channel, whatever the size."""

    def forward(self, maps: Tensor) -> Tensor:
        """Return the means (n, c) of maps (n, c, sizes)."""
        return maps.mean(dim=tuple(range(BEFORE_SPACE, maps.ndim)))


class ConvolutionBlock(nn.Sequential):
    """Convolution, norm, rectifier.

    Args:
        inputs: channels in.
        outputs: channels out.
        kernel: its size along each axis, odd.
        stride: places from one output to the next, for all axes or for each.
        norm: batch, layer or group.
        axes: of space, 1 to 3.
        generator: draws the weights; None takes torch's own.

    Example:
        >>> ConvolutionBlock(3, 8, stride=2, axes=3)(torch.zeros(2, 3, 5, 6, 7)).shape
        torch.Size([2, 8, 3, 3, 4])

    Source: S. Ioffe, C. Szegedy, Batch normalization, 2015: the norm stands between the convolution and the rectifier.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int = 3,
        *,
        stride: int | tuple[int, ...] = 1,
        norm: Norm = "batch",
        axes: int = 2,
        generator: torch.Generator | None = None,
    ) -> None:
        layers = {
            "convolution": convolution(inputs, outputs, kernel, stride=stride, axes=axes, generator=generator),
            "norm": normalization(outputs, axes, norm),
            "activation": nn.ReLU(inplace=True),
        }
        super().__init__(OrderedDict(layers))


class Lazy(nn.Module):
    """A block that is built at the first call, from the channels that come in.

    Call the network once before it is given to an optimizer, or before weights are loaded into it: until then the
    block has none.

    Example:
        >>> network = nn.Sequential(Lazy(ConvolutionBlock, 8), Lazy(ConvolutionBlock, 16, kernel=1))
        >>> network(torch.zeros(2, 3, 5, 5)).shape, network[1].block.convolution.in_channels
        (torch.Size([2, 16, 5, 5]), 8)
    """

    def __init__(self, kind: Callable[..., nn.Module], *arguments: Any, **options: Any) -> None:
        super().__init__()
        self.kind, self.arguments, self.options = kind, arguments, options
        self.block: nn.Module | None = None

    def forward(self, maps: Tensor) -> Tensor:
        """Return what the block makes of maps (n, c, sizes).

        Raises:
            ShapeError: the maps have no axis of channels.
        """
        if self.block is None:
            if maps.ndim <= BEFORE_SPACE:
                raise ShapeError(
                    f"Lazy expected maps (n, c, sizes), got {tuple(maps.shape)}: add the axes of examples and channels"
                )
            block = self.kind(maps.shape[1], *self.arguments, **self.options)
            self.block = block.to(device=maps.device, dtype=maps.dtype).train(self.training)
        out: Tensor = self.block(maps)
        return out


def _kind(kinds: Mapping[int, Any], axes: int) -> Any:
    """Return the layer for so many axes of space."""
    if axes not in kinds:
        raise RangeError(f"convolution expected axes of 1, 2 or 3, got {axes!r}: pass axes=2 for pictures")
    return kinds[axes]
