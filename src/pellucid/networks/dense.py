"""The dense network: layers of units over numbers and categories, as an ensemble of members trained side by side."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import check_setting, setting
from pellucid.networks.family import Family, Recommendation
from pellucid.tasks.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseConfiguration:
    """Options of the dense network."""

    hidden: tuple[int, ...] = setting((128, 128), "units of each hidden layer")
    dropout: float = setting(0.1, "share of the hidden units that are left out at each step")
    members: int = setting(8, "networks that are trained side by side and averaged")

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
        """
        check_setting("hidden", self.hidden, "whole numbers above 0", all(units > 0 for units in self.hidden))
        check_setting("dropout", self.dropout, "at least 0 and below 1", 0 <= self.dropout < 1)
        check_setting("members", self.members, "a whole number above 0", self.members > 0)


class MemberLinear(nn.Module):
    """One linear layer for each of e members: (e, n, in) -> (e, n, out), as one batched product."""

    def __init__(self, members: int, inputs: int, outputs: int, generator: torch.Generator) -> None:
        super().__init__()
        deviation = 1 / math.sqrt(max(inputs, 1))
        self.weight = nn.Parameter(torch.randn(members, inputs, outputs, generator=generator) * deviation)
        self.bias = nn.Parameter(torch.zeros(members, 1, outputs))

    def forward(self, inputs: Tensor) -> Tensor:
        """Return x_e W_e + b_e for each member e."""
        return torch.baddbmm(self.bias, inputs, self.weight)


class DenseNetwork(nn.Module):
    """An ensemble of multilayer perceptrons over the numbers and the embedded categories of a table."""

    def __init__(self, configuration: DenseConfiguration, spec: InputSpec, outputs: int, seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.members = configuration.members
        width = spec.numbers if spec.kind == "table" else math.prod(spec.shape)
        self.embeddings = nn.ModuleList()
        for levels in spec.levels:
            size = min(levels, 8)
            self.embeddings.append(nn.Embedding.from_pretrained(torch.randn(levels, size, generator=generator), False))
            width += size
        layers: list[nn.Module] = []
        for units in configuration.hidden:
            layers += [
                MemberLinear(self.members, width, units, generator),
                nn.SiLU(),
                nn.Dropout(configuration.dropout),
            ]
            width = units
        self.layers = nn.Sequential(*layers)
        self.last = MemberLinear(self.members, width, outputs, generator)

    def forward(self, numbers: Tensor, levels: Tensor | None = None) -> Tensor:
        """Return the logits (n, e, o) of numbers (n, d) and level indices (n, m)."""
        parts = [numbers.flatten(start_dim=1)]
        if levels is not None:
            parts += [embedding(levels[:, column]) for column, embedding in enumerate(self.embeddings)]
        features = torch.cat(parts, dim=1).expand(self.members, -1, -1)
        logits: Tensor = self.last(self.layers(features))
        return logits.transpose(0, 1)  # (n, e, o)


def _build(configuration: DenseConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    return DenseNetwork(configuration, spec, outputs, seed)


def _recommend(spec: InputSpec, task: Task) -> Recommendation:
    del task
    settings = {
        "optimizer": "adam",
        "epochs": 128,
        "batch_size": 256,
        "learning_rate": 2e-3,
        "schedule": "constant",
        "weight_decay": 0.01,
        "patience": 16,
    }
    return Recommendation(settings=settings, reason="to be measured")


DENSE: Final = Family(
    name="dense",
    title="dense network",
    meaning="a dense network learns curves and interactions of the columns",
    kinds=("table", "picture"),
    categories="levels",
    configuration=DenseConfiguration,
    positional="hidden",
    build=_build,
    recommend=_recommend,
)
