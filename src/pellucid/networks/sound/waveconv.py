"""Convolutions along the waveform itself: the default for sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import nn

from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import check_setting, setting
from pellucid.networks.blocks import one_cycle
from pellucid.networks.family import Family, Recommendation
from pellucid.networks.vision.layers import ConvolutionBlock
from pellucid.networks.vision.stem import Classifier, NormConfiguration
from pellucid.tasks.task import Task

FIRST_KERNEL_SECONDS: Final = 0.010  # 80 samples at 8 kHz in Dai et al.: a period of the lowest tones of a voice
STEPS_PER_SECOND: Final = 2000  # after the first convolution: 4 samples at 8 kHz in Dai et al.
STAGES: Final = (1, 1, 2, 4)  # times `width`: channels of each stage, as in Dai et al.
POOL: Final = 4
FEWEST_PLACES: Final = 2  # that a pooling leaves
UNKNOWN_RATE: Final = 8000
STEPS: Final = 1200  # 20 passes over 1,920 spoken digits
SMALLEST_BATCH: Final = 32  # sounds; with 16 as many steps see half as many, and fewer digits were told apart


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveConvolutionConfiguration(NormConfiguration):
    """Options of convolutions along the waveform."""

    width: int = setting(64, "channels of the first stages; the last has four times as many")
    depth: int = setting(1, "convolutions of each of the four stages")

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
            UnknownNameError: there is no such norm.
        """
        NormConfiguration.__post_init__(self)
        check_setting("width", self.width, "a whole number above 0", self.width > 0)
        check_setting("depth", self.depth, "a whole number above 0", self.depth > 0)


class WaveConvolution(Classifier):
    """A long first convolution that learns filters, short ones with pooling between them, the mean over time, logits.

    The first kernel is 10 ms long, and leaves about 2,000 places for each second (all, of fewer); after four poolings a
    place is an eighth of a second. Clips too short for all poolings get fewer. The silence after a short clip counts in
    the mean: with a mean that leaves it out, spoken digits were told apart no better.

    Args:
        shape: of one example, (c, l).
        rate: samples per second; 0 where it is not known, which takes 8,000.
        outputs: o.
        options: of the network.
        generator: draws the weights.

    Example:
        >>> WaveConvolution((1, 8000), 8000, 10)(torch.zeros(2, 1, 8000)).shape
        torch.Size([2, 10])

    Source: W. Dai et al., Very deep convolutional neural networks for raw waveforms, 2017: M5, half as
    wide, with one convolution more.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        rate: int,
        outputs: int,
        *,
        options: WaveConvolutionConfiguration | None = None,
        generator: torch.Generator | None = None,
    ) -> None:
        options = options or WaveConvolutionConfiguration()
        kernel, stride = first_layer(rate)
        inputs, length = shape
        channels, places = options.width, -(-length // stride)
        layers: list[nn.Module] = [
            ConvolutionBlock(inputs, channels, kernel, stride=stride, norm=options.norm, axes=1, generator=generator)
        ]
        for factor in STAGES:
            if -(-places // POOL) >= FEWEST_PLACES:
                layers.append(nn.MaxPool1d(POOL, ceil_mode=True))
                places = -(-places // POOL)
            for _ in range(options.depth):
                wide = options.width * factor
                layers.append(ConvolutionBlock(channels, wide, norm=options.norm, axes=1, generator=generator))
                channels = wide
        super().__init__(nn.Sequential(*layers), channels, outputs, options.dropout, generator)


def first_layer(rate: int) -> tuple[int, int]:
    """Return the kernel and the stride of the first convolution, in samples.

    Example:
        >>> [first_layer(rate) for rate in (8000, 16_000, 44_100, 0)]
        [(81, 4), (161, 8), (441, 22), (81, 4)]
    """
    rate = rate or UNKNOWN_RATE
    return 2 * round(rate * FIRST_KERNEL_SECONDS / 2) + 1, max(rate // STEPS_PER_SECOND, 1)


def _build(configuration: WaveConvolutionConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    generator = torch.Generator().manual_seed(seed)
    return WaveConvolution(spec.shape, spec.rate, outputs, options=configuration, generator=generator)


def _recommend(spec: InputSpec, task: Task) -> Recommendation:
    return one_cycle(spec, task, learning_rate=0.01, weight_decay=0.05, steps=STEPS, smallest_batch=SMALLEST_BATCH)


WAVECONV: Final = Family(
    name="waveconv",
    title="convolutions along the waveform",
    meaning="convolutions along the waveform learn their own filters for sounds, wherever they are in a clip",
    kinds=("sound",),
    categories="levels",
    configuration=WaveConvolutionConfiguration,
    build=_build,
    recommend=_recommend,
)
