"""The fully convolutional network for series: three convolutions that keep the length, and the mean over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import check_setting, setting
from pellucid.networks.blocks import linear, one_cycle
from pellucid.networks.family import Family, ParameterGroup, Recommendation
from pellucid.networks.members import MemberLinear
from pellucid.networks.sequences.pooling import MaskedMean, mask_of
from pellucid.networks.vision.layers import ConvolutionBlock, Norm
from pellucid.networks.vision.stem import NormConfiguration
from pellucid.tasks.task import Task

LONG: Final = (31, 15, 7)  # steps; where one kind is to be taken, these have the lower log loss: docs/decisions.md
SHORT: Final = (7, 5, 3)  # steps; Wang et al. have 8, 5, 3; members of both kinds are better than of either
WIDENING: Final = 2  # times the width: channels of the middle layer
WIDTH: Final = 32  # a quarter of that of Wang et al.: what the time of their width gives is better spent on members
NARROW, NARROW_FROM = 16, 2_000_000  # channels from so many steps of all series on: a quarter of the time
FEW_SERIES: Final = 300  # examples; of 36, ArrowHead, the LSTM told 64 % apart (3 seeds) where FCN tells 83 % (5)
MEMBERS: Final = 4  # of few series: two of each kind told 0.3 % more apart than one of each
RATE: Final = 0.001  # as Wang et al.; with these kernels better than 0.01 and 0.003 within training parts
FEW_STEPS: Final = 1200  # for few series, as in that cross-validation
STEPS: Final = 3600  # for others; chosen with the former kernels and rate
MOST_EPOCHS: Final = 400
SMALLEST_BATCH: Final = 4  # examples; Wang et al. take a tenth of all; of few series larger ones make too few steps


@dataclass(frozen=True, slots=True, kw_only=True)
class FCNConfiguration(NormConfiguration):
    """Options of the fully convolutional network."""

    kernels: tuple[int, ...] | None = setting(
        None, "steps that the convolution of each layer looks at, odd [31, 15, 7; of every second member 7, 5, 3]"
    )
    width: int | None = setting(
        None, "channels of the first and last layer, twice as many between [32, or 16 for many]"
    )
    members: int | None = setting(None, "networks in one, averaged [4 for fewer than 300 series, 1 for more]")

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
            UnknownNameError: there is no such norm.
        """
        NormConfiguration.__post_init__(self)
        kernels = self.kernels or ()
        odd = bool(kernels) and all(kernel > 0 and kernel % 2 for kernel in kernels)
        check_setting("kernels", self.kernels, "one or more odd whole numbers above 0", odd)
        check_setting("width", self.width, "a whole number above 0", (self.width or 0) > 0)
        check_setting("members", self.members, "a whole number above 0", (self.members or 0) > 0)


class FCN(nn.Module):
    """Convolutions with norm and rectifier that keep the length, the mean over the true steps, logits.

    After every layer what follows a shorter series is set to 0 again, so that its logits do not depend on how long
    the others of the batch are. Inputs that are known ahead are joined, flattened, before the last layer.
    Of few series several members learn beside one another, each with weights of its own; by turns they look at
    long and at short pieces, for which of both tells the classes apart depends on the series.

    Args:
        spec: of series.
        outputs: o.
        options: of the network.
        generator: draws the weights.

    Example:
        >>> spec = InputSpec(kind="series", examples=9, shape=(2, 50), lengths=True)
        >>> FCN(spec, 3)(torch.zeros(4, 2, 50), torch.tensor([50, 20, 3, 1])).shape
        torch.Size([4, 4, 3])

    Source: Z. Wang, W. Yan, T. Oates, Time series classification from scratch with deep neural networks, 2017.
    """

    def __init__(
        self,
        spec: InputSpec,
        outputs: int,
        *,
        options: FCNConfiguration | None = None,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        options = options or FCNConfiguration()
        members = options.members or (MEMBERS if spec.examples < FEW_SERIES else 1)
        width = options.width or (WIDTH if spec.examples * spec.shape[1] < NARROW_FROM else NARROW)
        kernels = [options.kernels or (LONG, SHORT)[member % 2] for member in range(members)]
        self.members = nn.ModuleList(_layers(spec.shape[0], width, own, options.norm, generator) for own in kernels)
        self.ragged = spec.lengths
        self.mean = MaskedMean()
        self.dropout = nn.Dropout(options.dropout)
        known, horizon = spec.future
        features = width + known * horizon
        self.last: nn.Module
        if members > 1:
            self.last = MemberLinear(members, features, outputs, generator or torch.default_generator)
        else:
            self.last = linear(features, outputs, generator, gain=1.0)

    def forward(self, series: Tensor, more: Tensor | None = None) -> Tensor:
        """Return the logits (n, o) of series (n, c, l), or (n, e, o) of e members.

        Args:
            series: (n, c, l).
            more: their lengths (n,), or the inputs known ahead (n, k, horizon), as the spec says.
        """
        logits: Tensor
        features = [self._features(layers, series, more) for layers in self.members]
        alone = len(features) == 1
        logits = self.last(features[0]) if alone else self.last(torch.stack(features)).transpose(0, 1)  # (n, e, o)
        return logits

    def _features(self, layers: nn.Module, series: Tensor, more: Tensor | None) -> Tensor:
        """Return what one member tells the last layer, (n, d)."""
        lengths = more if self.ragged else None
        true = None if lengths is None else mask_of(lengths, series.shape[2]).unsqueeze(1)  # (n, 1, l)
        for layer in layers.children():
            series = layer(series)
            series = series if true is None else series * true
        features: Tensor = self.dropout(self.mean(series, lengths))
        if more is not None and not self.ragged:
            features = torch.cat([features, more.flatten(1)], dim=1)
        return features

    def parameter_groups(self) -> list[ParameterGroup]:
        """Return the biases of the members, which have an axis more than others and would be taken for weights."""
        return [ParameterGroup(parameters=(self.last.get_parameter("bias"),), decay_factor=0.0)]


def _layers(
    inputs: int, width: int, kernels: tuple[int, ...], norm: Norm, generator: torch.Generator | None
) -> nn.ModuleList:
    """Return the convolutions of one member."""
    layers, inner = nn.ModuleList(), len(kernels) - 1
    for number, kernel in enumerate(kernels):
        wide = width * (WIDENING if 0 < number < inner else 1)
        layers.append(ConvolutionBlock(inputs, wide, kernel, norm=norm, axes=1, generator=generator))
        inputs = wide
    return layers


def _build(configuration: FCNConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    return FCN(spec, outputs, options=configuration, generator=torch.Generator().manual_seed(seed))


def _recommend(spec: InputSpec, task: Task) -> Recommendation:
    return one_cycle(
        spec,
        task,
        learning_rate=RATE,
        weight_decay=0.05,
        steps=FEW_STEPS if spec.examples < FEW_SERIES else STEPS,
        most_epochs=MOST_EPOCHS,
        smallest_batch=SMALLEST_BATCH,
    )


FCN_FAMILY: Final = Family(
    name="fcn",
    title="fully convolutional network",
    meaning="the fully convolutional network looks for shapes anywhere in a series: a simple classifier, of which "
    "four are averaged where there are few series",
    kinds=("series",),
    categories="levels",
    configuration=FCNConfiguration,
    positional="kernels",
    build=_build,
    recommend=_recommend,
)
"""The record; `FCN` is the module."""
