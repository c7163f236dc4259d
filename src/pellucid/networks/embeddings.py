"""What the dense network makes of single columns: waves of a number, a vector for each level of a category."""

from __future__ import annotations

import math
from typing import Final

import torch
from torch import Tensor, nn

WIDTH: Final = 4  # values for each number beside itself
LEVEL_WIDTH: Final = 8  # values for each category
SLOWEST: Final = (
    0.05  # periods for each unit of a robustly scaled number: over its range (about -3 to 3) a third of one
)


class NumberEmbedding(nn.Module):
    """Each number beside a few values learnt from its waves, so that steps and bumps of one number are easily learnt.

    Formula: x_j -> (x_j, b_j + W_j cos(2 pi f_j x_j + c_j)) with frequencies f_j spread evenly on a log scale.
    Returns (n, d (1 + width)).

    Source: periodic embeddings with a densely connected offset (PBLD), D. Holzmüller, L. Grinsztajn, I. Steinwart,
    Better by default, 2024, without the hidden layer; frequencies spread on a log scale instead of a normal one.
    """

    def __init__(self, numbers: int, frequencies: int, fastest: float, generator: torch.Generator) -> None:
        super().__init__()
        slowest, shape = min(SLOWEST, fastest), (numbers, 1, frequencies)
        spread = torch.rand(shape, generator=generator) * math.log(fastest / slowest)
        self.frequency = nn.Parameter(2 * math.pi * slowest * spread.exp())
        self.phase = nn.Parameter((torch.rand(shape, generator=generator) * 2 - 1) * math.pi)
        weight = torch.randn(numbers, frequencies, WIDTH, generator=generator)
        self.weight = nn.Parameter(weight / math.sqrt(frequencies))
        self.bias = nn.Parameter(torch.zeros(numbers, 1, WIDTH))
        self.width = numbers * (1 + WIDTH)

    def forward(self, numbers: Tensor) -> Tensor:
        """Return (n, d (1 + width)) for numbers (n, d)."""
        waves = torch.cos(numbers.t().unsqueeze(2) * self.frequency + self.phase)  # (d, n, frequencies)
        values = torch.baddbmm(self.bias, waves, self.weight)  # (d, n, width)
        return torch.cat([numbers, values.transpose(0, 1).flatten(1)], dim=1)


class LevelEmbedding(nn.Module):
    """Categories as numbers: (n, m) -> (n, m width).

    A category of up to 8 levels gets a column for each (a fixed one-hot code); one of more, a learnt vector for each.
    Level 0, *missing or never seen*, starts at zero: where no value was missing in training, an unseen level is
    answered as if nothing were known.

    Source: the rule, and its 8, are RealMLP's: D. Holzmüller, L. Grinsztajn, I. Steinwart, Better by default, 2024.
    """

    def __init__(self, levels: tuple[int, ...], generator: torch.Generator) -> None:
        super().__init__()
        many = [count for count in levels if count > 1 + LEVEL_WIDTH]
        self.short: Tensor
        self.long: Tensor
        self.firsts: Tensor
        self.codes: Tensor
        wide = torch.tensor(levels) > 1 + LEVEL_WIDTH
        self.register_buffer("short", (~wide).nonzero().flatten(), persistent=False)  # columns with a code
        self.register_buffer("long", wide.nonzero().flatten(), persistent=False)  # columns with learnt vectors
        codes = torch.cat([torch.zeros(1, LEVEL_WIDTH), torch.eye(LEVEL_WIDTH)])
        self.register_buffer("codes", codes, persistent=False)
        firsts = torch.tensor([0, *many]).cumsum(0)[:-1]  # row of each long column's level 0
        self.register_buffer("firsts", firsts, persistent=False)
        weight = torch.randn(sum(many), LEVEL_WIDTH, generator=generator) / math.sqrt(LEVEL_WIDTH)
        weight[firsts] = 0.0
        self.weight = nn.Parameter(weight) if many else None
        self.width = len(levels) * LEVEL_WIDTH

    def forward(self, levels: Tensor) -> Tensor:
        """Return (n, m width) for level indices (n, m), the columns with codes first."""
        coded = self.codes[levels[:, self.short]].flatten(1)
        if self.weight is None:
            return coded
        learnt = nn.functional.embedding(levels[:, self.long] + self.firsts, self.weight).flatten(1)
        return torch.cat([coded, learnt], dim=1)
