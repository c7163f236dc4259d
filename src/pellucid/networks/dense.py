"""The dense network: layers of units over a table, pictures or series; for tables members that share weights."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import torch
from torch import Tensor, nn

from pellucid.foundation.names import look_up
from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import check_setting, setting
from pellucid.networks.blocks import linear
from pellucid.networks.embeddings import LevelEmbedding, NumberEmbedding
from pellucid.networks.family import Family, ParameterGroup
from pellucid.networks.linear import features_of, flattened
from pellucid.networks.members import MemberLinear, MemberScale
from pellucid.networks.recipes import recommend_dense

ACTIVATIONS: Final = MappingProxyType({"silu": nn.SiLU, "relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU})
TABLE_MEMBERS: Final = 8  # sharing weights: better than one, and than eight apart, on 19 small tables
TABLE_FREQUENCIES: Final = 16
MOST_WAVY: Final = 64  # columns; the first layer grows fivefold with waves, too much for wide tables
EXAMPLES_PER_PERIOD: Final = 2000  # so many examples can show one period over a unit of a scaled number
PERIODS_POWER: Final = (
    1.3  # joins what suited 19 small tables (n / 3000) to 20 periods, which suited 13,000 to 20,000 rows
)
FREQUENCY_RANGE: Final = (0.1, 30.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseConfiguration:
    """Options of the dense network."""

    hidden: tuple[int, ...] = setting((128, 128), "units of each hidden layer")
    dropout: float = setting(0.0, "share of the hidden units that are left out at each step")
    activation: str = setting("silu", "what the hidden units do", choices=tuple(ACTIVATIONS))
    members: int | None = setting(None, "networks in one, averaged [8 for tables, 1 for others]")
    frequencies: int | None = setting(None, "waves that each number is turned into [16 for tables of up to 64 numbers]")

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
            UnknownNameError: there is no such activation.
        """
        check_setting("hidden", self.hidden, "whole numbers above 0", all(units > 0 for units in self.hidden))
        check_setting("dropout", self.dropout, "at least 0 and below 1", 0 <= self.dropout < 1)
        look_up("dense", "an activation", self.activation, ACTIVATIONS)
        check_setting("members", self.members, "a whole number above 0", (self.members or 0) > 0)
        check_setting("frequencies", self.frequencies, "a whole number from 0", (self.frequencies or 0) >= 0)


class DenseNetwork(nn.Module):
    """Embedded columns, or pixels, through hidden layers that all members share, to a last layer of each member's own.

    With one member it is a plain multilayer perceptron.
    """

    def __init__(self, configuration: DenseConfiguration, spec: InputSpec, outputs: int, seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        table, width = spec.kind == "table", features_of(spec)
        wavy = table and 0 < width <= MOST_WAVY
        frequencies = (
            (TABLE_FREQUENCIES if wavy else 0) if configuration.frequencies is None else configuration.frequencies
        )
        members = (TABLE_MEMBERS if table else 1) if configuration.members is None else configuration.members
        self.numbers = self.levels = self.scale = None
        if frequencies and width:
            self.numbers = NumberEmbedding(width, frequencies, fastest_wave(spec.examples), generator)
            width = self.numbers.width
        if spec.levels:
            self.levels = LevelEmbedding(spec.levels, generator)
            width += self.levels.width
        if members > 1:
            self.scale = MemberScale(members, width, generator)
        layers: list[nn.Module] = []
        for units in configuration.hidden:
            layers += [linear(width, units, generator, gain=1.0), ACTIVATIONS[configuration.activation]()]
            layers += [nn.Dropout(configuration.dropout)] if configuration.dropout else []
            width = units
        self.layers = nn.Sequential(*layers)
        self.last: nn.Module
        if members > 1:
            self.last = MemberLinear(members, width, outputs, generator)
        else:
            self.last = linear(width, outputs, generator, gain=1.0)

    def forward(self, numbers: Tensor, more: Tensor | None = None) -> Tensor:
        """Return the logits (n, o), or (n, e, o) of e members.

        Args:
            numbers: (n, d) of a table, or pictures or series, which are flattened.
            more: level indices (n, m) of a table; of forecasts the inputs known ahead (n, k, horizon).
        """
        if self.levels is None or more is None:
            features = flattened(numbers, more) if self.numbers is None else self.numbers(numbers)
        else:
            features = numbers if self.numbers is None else self.numbers(numbers)
            features = torch.cat([features, self.levels(more)], dim=1)
        if self.scale is None:
            logits: Tensor = self.last(self.layers(features))
            return logits
        member_logits: Tensor = self.last(self.layers(self.scale(features)))  # (e, n, o)
        return member_logits.transpose(0, 1)  # (n, e, o)

    def parameter_groups(self) -> list[ParameterGroup]:
        """Return the weights of the layers, which decay, and all other parameters, which do not."""
        layers = [module for module in (*self.layers, self.last) if hasattr(module, "weight")]
        decaying = [module.weight for module in layers]
        chosen = {id(parameter) for parameter in decaying}
        others = [parameter for parameter in self.parameters() if id(parameter) not in chosen]
        return [
            ParameterGroup(parameters=tuple(decaying)),
            ParameterGroup(parameters=tuple(others), decay_factor=0.0),
        ]


def fastest_wave(examples: int) -> float:
    """Return the highest frequency, in periods for each unit, at which waves of a number start.

    Few examples cannot show fine structure, and waves too fast for them would be learnt by heart.

    Example:
        >>> fastest_wave(100), fastest_wave(2_000), fastest_wave(10**6)
        (0.1, 1.0, 30.0)
    """
    slow, fast = FREQUENCY_RANGE
    return min(max(math.pow(examples / EXAMPLES_PER_PERIOD, PERIODS_POWER), slow), fast)


def _build(configuration: DenseConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    return DenseNetwork(configuration, spec, outputs, seed)


DENSE: Final = Family(
    name="dense",
    title="dense network",
    meaning="a dense network learns curves of the columns and how they act together",
    kinds=("table", "picture", "series"),
    categories="levels",
    configuration=DenseConfiguration,
    positional="hidden",
    build=_build,
    recommend=recommend_dense,
)
