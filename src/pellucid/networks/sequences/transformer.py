"""A small transformer encoder over texts or series: every step looks at all others."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import check_setting, setting
from pellucid.networks.blocks import linear
from pellucid.networks.family import Family
from pellucid.networks.sequences.attention import TransformerBlock
from pellucid.networks.sequences.inputs import SequenceInput, recent_steps
from pellucid.networks.sequences.pooling import MaskedMean
from pellucid.networks.sequences.positions import SinusoidalPositions
from pellucid.networks.sequences.recipes import WIDTHS, recommend_transformer, width_for


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformerConfiguration:
    """Options of the transformer."""

    layers: int = setting(2, "encoder blocks, one upon another")
    width: int | None = setting(None, "numbers that stand for a step; chosen: 64, and 128 from 20,000 examples on")
    heads: int = setting(4, "attentions side by side in each block, a divisor of the width")
    patch: int | None = setting(None, "steps of a series or a sound that are read as one; chosen: 32 to 63 are left")
    recent: int | None = setting(None, "last steps of a series that also reach the logits straight; chosen: up to 32")
    dropout: float = setting(0.2, "share of the numbers that are left out at each step of the training")
    word_dropout: float = setting(0.2, "share of the tokens of a text that are read as unknown in training")

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
        """
        for name in ("layers", "width", "heads", "patch"):
            check_setting(name, getattr(self, name), "a whole number above 0", (getattr(self, name) or 0) > 0)
        width = self.width or WIDTHS[0]
        check_setting("heads", self.heads, f"a divisor of width={width}", width % self.heads == 0)
        check_setting("recent", self.recent, "a whole number from 0", (self.recent or 0) >= 0)
        for name in ("dropout", "word_dropout"):
            check_setting(name, getattr(self, name), "at least 0 and below 1", 0 <= getattr(self, name) < 1)


class Transformer(nn.Module):
    """Steps as vectors with their positions, encoder blocks, a norm, the mean over the true steps, logits.

    Source: A. Vaswani and others, Attention is all you need, 2017, the encoder; with the norms first.
    """

    def __init__(self, configuration: TransformerConfiguration, spec: InputSpec, outputs: int, seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        width = width_for(spec.examples, configuration.width)
        self.input = SequenceInput(
            spec, width, word_dropout=configuration.word_dropout, patch=configuration.patch, generator=generator
        )
        self.project = None if spec.kind == "text" else linear(self.input.width, width, generator, gain=1.0)
        self.scale = math.sqrt(width)  # of the vectors of tokens, as in the paper: else the positions drown them
        self.positions = SinusoidalPositions(width)
        self.dropout = nn.Dropout(configuration.dropout)
        self.blocks = nn.ModuleList(
            TransformerBlock(width, configuration.heads, dropout=configuration.dropout, generator=generator)
            for _ in range(configuration.layers)
        )
        self.norm = nn.LayerNorm(width)
        self.mean = MaskedMean()
        self.last = linear(width + self.input.known, outputs, generator, gain=1.0)
        self.recent = recent_steps(spec, configuration.recent, outputs)

    def forward(self, inputs: Tensor, more: Tensor | None = None) -> Tensor:
        """Return the logits (n, o) of tokens (n, l) or series (n, c, l); `more` as `SequenceInput` takes it."""
        steps = self.input(inputs, more)
        sequences = steps.sequences
        if self.project is None:
            sequences = sequences * self.scale
        else:
            sequences = self.project(sequences.transpose(1, 2)).transpose(1, 2)
        sequences = self.dropout(self.positions(sequences))
        for block in self.blocks:
            sequences = block(sequences, steps.lengths)
        summary = self.mean(self.norm(sequences.transpose(1, 2)).transpose(1, 2), steps.lengths)
        logits: Tensor = self.last(steps.with_known(self.dropout(summary)))
        return logits if self.recent is None else logits + self.recent(inputs)


def _build(configuration: TransformerConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    return Transformer(configuration, spec, outputs, seed)


TRANSFORMER: Final = Family(
    name="transformer",
    title="small transformer",
    meaning="a small transformer lets every step look at all others",
    kinds=("text", "series"),
    categories="levels",
    configuration=TransformerConfiguration,
    build=_build,
    recommend=recommend_transformer,
)
