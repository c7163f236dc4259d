"""How a network begins and how far it shrinks maps: by their size. What all families here share stands here too."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, get_args

import torch
from torch import Tensor, nn

from pellucid.foundation.errors import RangeError, ShapeError
from pellucid.foundation.records import InputKind, InputSpec
from pellucid.foundation.settings import check_choices, check_setting, setting
from pellucid.networks.blocks import LARGEST_BATCH, linear, one_cycle
from pellucid.networks.family import Recommendation
from pellucid.networks.vision.layers import NORM, ConvolutionBlock, Mean, Norm, max_pool
from pellucid.tasks.task import Task

Stem = Literal["auto", "small", "large"]
"""How a network begins: by the size, keeping every pixel, or taking every fourth one as for ImageNet."""

KINDS: Final[tuple[InputKind, ...]] = ("picture", "series", "sound", "video", "volume")
STEM: Final = (
    "how it begins: small keeps every pixel, large takes every fourth one as for ImageNet, auto takes the large one "
    "from 96 pixels on (sounds and series: 1,024 places; clips and volumes: 48)"
)
DROPOUT: Final = "share of the averaged features that are left out at each step"
LARGE_SIDE: Final = 96  # pixels of the shorter side: a quarter, 24, can be halved three more times and leaves 3
LARGE_SIDES: Final = MappingProxyType({1: 1024, 2: LARGE_SIDE, 3: 48})  # by axes: more places take too much memory
# Of a batch of what is no picture, after the stem. The maps of so many that are kept for the way back, of series and of
# volumes: resnet 3.8 and 1.7 GB, vgg 4.3 and 1.6, nin 8.5 (series), densenet 14 and 9; of the large networks ResNet-18
# 2.5 and 0.9, ResNet-50 15 and 4.4, DenseNet-121 24 and 6.4.
MOST_PLACES: Final = 2**21
MOST_PLACES_LARGE: Final = 2**18
SMALL_RATE: Final = 0.03  # of AdamW; ahead of 0.01, 0.003 and of SGD with momentum at 0.03, 0.1, 0.3: docs/decisions.md
LARGE_RATE: Final = 0.01  # for caution with wide layers; seen to learn the digits, not compared with others
WEIGHT_DECAY: Final = 0.05
FEWEST_PLACES: Final = 4  # of a map: no halving below, so that batch norm can learn from a single example

PLURALS: Final[Mapping[InputKind, str]] = MappingProxyType(
    {"picture": "pictures", "series": "series", "sound": "sounds", "video": "clips", "volume": "volumes"}
)

Sides = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NormConfiguration:
    """Options of every network of convolutions whose norm can be chosen."""

    norm: Norm = setting("batch", NORM, choices=get_args(Norm))
    dropout: float = setting(0.0, DROPOUT)

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
            UnknownNameError: there is no such norm.
        """
        check_setting("dropout", self.dropout, "at least 0 and below 1", 0 <= self.dropout < 1)
        check_choices(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class StemConfiguration:
    """Options of every network with a stem."""

    stem: Stem = setting("auto", STEM)
    dropout: float = setting(0.0, DROPOUT)

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
        """
        check_setting("stem", self.stem, f"one of {', '.join(get_args(Stem))}", self.stem in get_args(Stem))
        check_setting("dropout", self.dropout, "at least 0 and below 1", 0 <= self.dropout < 1)


def is_large(sides: Sides, stem: Stem) -> bool:
    """Say whether examples of this size get the large stem.

    Example:
        >>> is_large((95, 300), "auto"), is_large((96, 96), "auto"), is_large((8, 8), "large")
        (False, True, True)
        >>> is_large((1000,), "auto"), is_large((16, 112, 112), "auto"), is_large((64, 64, 64), "auto")
        (False, False, True)
    """
    return min(sides) >= LARGE_SIDES[len(sides)] if stem == "auto" else stem == "large"


def stride_for(sides: Sides) -> int:
    """Return 2 where halving leaves places enough, else 1.

    Example:
        >>> [stride_for(sides) for sides in ((3, 3), (2, 2), (1, 7), (1, 6))]
        [2, 1, 2, 1]
    """
    return 2 if math.prod(shrunk(sides, 2)) >= FEWEST_PLACES else 1


def shrunk(sides: Sides, stride: int) -> Sides:
    """Return the sides after a layer of this stride: every one of them rounded up.

    Example:
        >>> shrunk((33, 65, 1), 2)
        (17, 33, 1)
    """
    return tuple(-(-side // stride) for side in sides)


def channels_and_sides(shape: tuple[int, ...]) -> tuple[int, Sides]:
    """Return the channels and the sides of one example of shape (c, sizes).

    Raises:
        ShapeError: the shape holds no channels or no size.

    Example:
        >>> channels_and_sides((3, 32, 48))
        (3, (32, 48))
    """
    if not shape[1:] or min(shape) < 1:
        raise ShapeError(f"network expected a shape (c, sizes) of numbers above 0, got {shape}: pass e.g. (3, 32, 32)")
    channels, *sides = shape
    return channels, tuple(sides)


def check_plain(network: str, spec: InputSpec) -> None:
    """Check that the network is given one tensor only.

    Args:
        network: its name.
        spec: of the input.

    Raises:
        RangeError: series come with lengths, or with inputs that are known ahead.

    Example:
        >>> check_plain("resnet", InputSpec(kind="series", examples=9, shape=(1, 50)))
    """
    if spec.lengths:
        raise RangeError(f"{network} expected series of one length, got several lengths: pass network='fcn'")
    if spec.future[0]:
        raise RangeError(f"{network} expected no inputs that are known ahead, got {spec.future[0]}: pass network='fcn'")


def begin(
    shape: tuple[int, ...], width: int, stem: Stem, generator: torch.Generator | None
) -> tuple[nn.Sequential, Sides]:
    """Return the stem and the sides that it leaves: 7x7 with stride 2 and pooling 3x3, or 3x3 that keeps the size.

    Args:
        shape: of one example, (c, sizes).
        width: channels out.
        stem: which one.
        generator: draws the weights.
    """
    channels, sides = channels_and_sides(shape)
    axes = len(sides)
    if not is_large(sides, stem):
        return nn.Sequential(ConvolutionBlock(channels, width, 3, axes=axes, generator=generator)), sides
    first = ConvolutionBlock(channels, width, 7, stride=2, axes=axes, generator=generator)
    return nn.Sequential(first, max_pool(3, axes)), shrunk(sides, 4)


class Classifier(nn.Module):
    """Features, their global mean, dropout, a linear last layer."""

    def __init__(
        self, features: nn.Module, width: int, outputs: int, dropout: float, generator: torch.Generator | None
    ) -> None:
        super().__init__()
        self.features = features
        self.mean = Mean()
        self.dropout = nn.Dropout(dropout)
        self.last = linear(width, outputs, generator, gain=1.0)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the logits (n, o) of pictures (n, c, sizes)."""
        logits: Tensor = self.last(self.dropout(self.mean(self.features(pictures))))
        return logits


def recommend_small(spec: InputSpec, task: Task) -> Recommendation:
    """Return how the small networks with a stem want to be trained."""
    return _with_stem(_one_cycle(spec, task, SMALL_RATE, MOST_PLACES, stem=True), spec)


def recommend_large(spec: InputSpec, task: Task) -> Recommendation:
    """Return how the networks for ImageNet want to be trained."""
    return _with_stem(_one_cycle(spec, task, LARGE_RATE, MOST_PLACES_LARGE, stem=True), spec)


def recommend_plain(spec: InputSpec, task: Task) -> Recommendation:
    """Return how a small network without a stem wants to be trained."""
    return _one_cycle(spec, task, SMALL_RATE, MOST_PLACES, stem=False)


def _one_cycle(spec: InputSpec, task: Task, rate: float, most: int, *, stem: bool) -> Recommendation:
    """Return one cycle, in batches that fit into memory: of at most so many places, where they are no pictures."""
    sides = spec.shape[1:]
    places = math.prod(shrunk(sides, 4) if stem and is_large(sides, "auto") else sides)
    largest = LARGEST_BATCH if spec.kind == "picture" else max(most // places, 1)
    return one_cycle(spec, task, learning_rate=rate, weight_decay=WEIGHT_DECAY, largest_batch=largest)


def _with_stem(recommended: Recommendation, spec: InputSpec) -> Recommendation:
    """Return the recommendation with a word on the stem."""
    sides = spec.shape[1:]
    place = "pixel" if spec.kind == "picture" else "place"
    kept = f"every fourth {place}" if is_large(sides, "auto") else f"every {place}"
    told = f"the first layers keep {kept} of {PLURALS[spec.kind]} of {' x '.join(map(str, sides))}"
    return Recommendation(
        settings=recommended.settings, reason=f"{recommended.reason}; {told} unless stem says otherwise"
    )
