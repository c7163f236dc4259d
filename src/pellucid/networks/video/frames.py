"""Networks that look at each frame of a clip, and then along time: by a GRU or by convolutions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import check_setting, setting
from pellucid.networks.blocks import linear, one_cycle
from pellucid.networks.family import Family, Recommendation
from pellucid.networks.sequences.recurrent import Recurrent
from pellucid.networks.vision.layers import ConvolutionBlock, Mean, Norm, max_pool
from pellucid.networks.vision.stem import LARGE_SIDE, NormConfiguration, Sides, channels_and_sides, shrunk
from pellucid.tasks.task import Task

LEFT_SIDE: Final = 4  # pixels of the longer side that are left at most: the place of things in the frame counts
WIDEST: Final = 8  # times `width`
TIME_LAYERS: Final = 2
STEPS: Final = 1000
MOST_PIXELS: Final = 2**23  # of a batch after the first stride, which keeps 2.9 GB of maps in training


@dataclass(frozen=True, slots=True, kw_only=True)
class FramesConfiguration(NormConfiguration):
    """Options of networks that look at each frame."""

    width: int = setting(16, "channels of the first convolution; each further one has twice as many, up to 8 times")
    features: int = setting(128, "numbers that stand for a frame, and channels or state along time")

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
            UnknownNameError: there is no such norm.
        """
        NormConfiguration.__post_init__(self)
        check_setting("width", self.width, "a whole number above 0", self.width > 0)
        check_setting("features", self.features, "a whole number above 0", self.features > 0)


class FrameEncoder(nn.Module):
    """The same small 2D network on every frame: clips (n, c, z, h, w) become sequences (n, d, z).

    Convolutions with pooling until the longer side has 4 pixels; these are not averaged, but joined by a linear layer,
    for where something is in each frame tells how it moves.

    Args:
        shape: of one clip, (c, z, h, w).
        features: d.
        width: channels of the first convolution.
        norm: batch, layer or group.
        generator: draws the weights.

    Example:
        >>> FrameEncoder((1, 10, 32, 32), 8)(torch.zeros(2, 1, 10, 32, 32)).shape
        torch.Size([2, 8, 10])
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        features: int,
        *,
        width: int = 16,
        norm: Norm = "batch",
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        channels, (_, *frame) = channels_and_sides(shape)
        sides, layers, stage = tuple(frame), list[nn.Module](), 0
        while not stage or max(sides) > LEFT_SIDE:
            wide, stride = width * min(2**stage, WIDEST), 1 if stage else first_stride(sides)
            layers += [ConvolutionBlock(channels, wide, stride=stride, norm=norm, generator=generator), max_pool(2)]
            channels, sides, stage = wide, shrunk(shrunk(sides, stride), 2), stage + 1
        self.convolutions = nn.Sequential(*layers)
        self.join = linear(channels * math.prod(sides), features, generator)

    def forward(self, clips: Tensor) -> Tensor:
        """Return sequences (n, d, z) of clips (n, c, z, h, w)."""
        n, _, moments, *_ = clips.shape
        frames = clips.transpose(1, 2).flatten(0, 1)  # (n z, c, h, w)
        features = torch.relu(self.join(self.convolutions(frames).flatten(1)))
        return features.view(n, moments, -1).transpose(1, 2)  # (n, d, z)


def first_stride(frame: Sides) -> int:
    """Return the stride of the first convolution over frames of this size.

    Example:
        >>> first_stride((95, 300)), first_stride((96, 96))
        (1, 2)
    """
    return 2 if min(frame) >= LARGE_SIDE else 1


class FrameGRU(nn.Module):
    """Features of every frame, a GRU that reads them in order, logits of its last state.

    Example:
        >>> FrameGRU(FramesConfiguration(), (1, 10, 32, 32), 8)(torch.zeros(2, 1, 10, 32, 32)).shape
        torch.Size([2, 8])

    Source: J. Donahue et al., Long-term recurrent convolutional networks, 2015, with a GRU for the LSTM.
    """

    def __init__(
        self,
        options: FramesConfiguration,
        shape: tuple[int, ...],
        outputs: int,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        d = options.features
        self.frames = FrameEncoder(shape, d, width=options.width, norm=options.norm, generator=generator)
        self.time = Recurrent(d, d, cell="gru", generator=generator)
        self.dropout = nn.Dropout(options.dropout)
        self.last = linear(d, outputs, generator, gain=1.0)

    def forward(self, clips: Tensor) -> Tensor:
        """Return the logits (n, o) of clips (n, c, z, h, w)."""
        _, summary = self.time(self.frames(clips))
        logits: Tensor = self.last(self.dropout(summary))
        return logits


class FrameConvolution(nn.Module):
    """Features of every frame, two convolutions along time, their mean, logits.

    Example:
        >>> FrameConvolution(FramesConfiguration(), (1, 10, 32, 32), 8)(torch.zeros(2, 1, 10, 32, 32)).shape
        torch.Size([2, 8])

    Source: A. Karpathy et al., Large-scale video classification with convolutional neural networks, 2014 (fusion of
    frames after some layers).
    """

    def __init__(
        self,
        options: FramesConfiguration,
        shape: tuple[int, ...],
        outputs: int,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        d = options.features
        self.frames = FrameEncoder(shape, d, width=options.width, norm=options.norm, generator=generator)
        self.time = nn.Sequential(
            *(ConvolutionBlock(d, d, norm=options.norm, axes=1, generator=generator) for _ in range(TIME_LAYERS))
        )
        self.mean = Mean()
        self.dropout = nn.Dropout(options.dropout)
        self.last = linear(d, outputs, generator, gain=1.0)

    def forward(self, clips: Tensor) -> Tensor:
        """Return the logits (n, o) of clips (n, c, z, h, w)."""
        logits: Tensor = self.last(self.dropout(self.mean(self.time(self.frames(clips)))))
        return logits


def _gru(configuration: FramesConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    return FrameGRU(configuration, spec.shape, outputs, torch.Generator().manual_seed(seed))


def _convolution(configuration: FramesConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    return FrameConvolution(configuration, spec.shape, outputs, torch.Generator().manual_seed(seed))


def _recommend(spec: InputSpec, task: Task) -> Recommendation:
    _, moments, *frame = spec.shape
    pixels = moments * math.prod(shrunk(tuple(frame), first_stride(tuple(frame))))
    largest = max(MOST_PIXELS // pixels, 1)
    return one_cycle(spec, task, learning_rate=0.005, weight_decay=0.05, steps=STEPS, largest_batch=largest)


FRAMEGRU: Final = Family(
    name="framegru",
    title="2D convolutions on each frame and a GRU",
    meaning="a 2D network says what each frame shows, and a GRU reads that in the order of the frames",
    kinds=("video",),
    categories="levels",
    configuration=FramesConfiguration,
    build=_gru,
    recommend=_recommend,
)
FRAMECONV: Final = Family(
    name="frameconv",
    title="2D convolutions on each frame and 1D ones along time",
    meaning="a 2D network on each frame and convolutions along time see short movements, and cost less than 3D ones",
    kinds=("video",),
    categories="levels",
    configuration=FramesConfiguration,
    build=_convolution,
    recommend=_recommend,
)
