"""Recurrent networks as families: RNN, GRU and LSTM over texts, series and sounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import check_choices, check_setting, setting
from pellucid.networks.blocks import linear
from pellucid.networks.family import Family
from pellucid.networks.sequences.inputs import SequenceInput, recent_steps
from pellucid.networks.sequences.pooling import MaskedMax, MaskedMean
from pellucid.networks.sequences.recipes import recommend_recurrent, width_for
from pellucid.networks.sequences.recurrent import Recurrent

SUMMARIES: Final = ("pooled", "last")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrentConfiguration:
    """Options of recurrent networks."""

    units: int | None = setting(
        None, "numbers of the state, in each direction; chosen: 64, and 128 from 20,000 examples on"
    )
    layers: int = setting(1, "recurrent layers, one upon another")
    bidirectional: bool = setting(True, "whether each layer also reads from the end to the beginning")
    summary: str = setting(
        "pooled",
        "what the last layer sees: the state at the last step, or the largest and the mean value over all steps",
        choices=SUMMARIES,
    )
    recent: int | None = setting(None, "last steps of a series that also reach the logits straight; chosen: up to 32")
    embedding: int | None = setting(None, "numbers that stand for a token of a text; chosen: 64 or 128 likewise")
    patch: int | None = setting(None, "steps of a series or a sound that are read as one; chosen: 32 to 63 are left")
    dropout: float = setting(
        0.3, "share of the numbers left out in training: of tokens' vectors, between layers, before the last layer"
    )
    word_dropout: float = setting(0.1, "share of the tokens of a text that are read as unknown in training")

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
            UnknownNameError: there is no such summary.
        """
        check_choices(self)
        for name in ("units", "layers", "patch", "embedding"):
            check_setting(name, getattr(self, name), "a whole number above 0", (getattr(self, name) or 0) > 0)
        check_setting("recent", self.recent, "a whole number from 0", (self.recent or 0) >= 0)
        for name in ("dropout", "word_dropout"):
            check_setting(name, getattr(self, name), "at least 0 and below 1", 0 <= getattr(self, name) < 1)


class RecurrentNetwork(nn.Module):
    """Sequences through recurrent layers, a summary of the states, dropout, logits.

    Source: the largest state over all steps: A. Conneau and others, Supervised learning of universal sentence
    representations, 2017.
    """

    def __init__(
        self, configuration: RecurrentConfiguration, cell: str, spec: InputSpec, outputs: int, seed: int
    ) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.input = SequenceInput(
            spec,
            width_for(spec.examples, configuration.embedding),
            word_dropout=configuration.word_dropout,
            patch=configuration.patch,
            generator=generator,
        )
        self.recurrent = Recurrent(
            self.input.width,
            width_for(spec.examples, configuration.units),
            cell=cell,
            layers=configuration.layers,
            bidirectional=configuration.bidirectional,
            dropout=configuration.dropout,
            generator=generator,
        )
        self.vector_dropout = nn.Dropout1d(configuration.dropout if spec.kind == "text" else 0.0)
        self.pooled = configuration.summary == "pooled"
        self.max, self.mean = MaskedMax(), MaskedMean()
        self.dropout = nn.Dropout(configuration.dropout)
        width = self.recurrent.width * (2 if self.pooled else 1)
        self.last = linear(width + self.input.known, outputs, generator, gain=1.0)
        self.recent = recent_steps(spec, configuration.recent, outputs)

    def forward(self, inputs: Tensor, more: Tensor | None = None) -> Tensor:
        """Return the logits (n, o) of tokens (n, l), series (n, c, l) or waves (n, c, l).

        Args:
            inputs: the sequences.
            more: of series, true lengths (n,) or inputs known ahead (n, k, horizon); None of others.
        """
        steps = self.input(inputs, more)
        states, summary = self.recurrent(self.vector_dropout(steps.sequences), steps.lengths)
        if self.pooled:
            summary = torch.cat([self.max(states, steps.lengths), self.mean(states, steps.lengths)], dim=1)
        logits: Tensor = self.last(steps.with_known(self.dropout(summary)))
        return logits if self.recent is None else logits + self.recent(inputs)


def _family(name: str, title: str, meaning: str) -> Family:
    def build(configuration: RecurrentConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
        return RecurrentNetwork(configuration, name, spec, outputs, seed)

    return Family(
        name=name,
        title=title,
        meaning=meaning,
        kinds=("series", "text", "sound"),
        categories="levels",
        configuration=RecurrentConfiguration,
        build=build,
        recommend=recommend_recurrent,
    )


RNN: Final = _family(
    "rnn",
    "simple recurrent network",
    "a simple recurrent network forgets after some ten steps; compare others with it",
)
GRU: Final = _family(
    "gru", "GRU", "a GRU reads step by step and keeps what matters, with a quarter fewer weights than an LSTM"
)
LSTM: Final = _family("lstm", "LSTM", "an LSTM reads step by step and learns what to keep, over hundreds of steps")
