"""A bag of words: which words a text has, whatever their order and number, through a small dense network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import check_setting, setting
from pellucid.networks.blocks import linear
from pellucid.networks.family import Family, Recommendation
from pellucid.networks.sequences.recipes import MANY, recommend_tokens
from pellucid.networks.text.embedding import PADDING
from pellucid.tasks.task import Task

HIDDEN: Final = ((64,), (16, 16))  # for few texts and for many; the second is the network of the usual textbooks
DROPOUT: Final = 0.5  # for few texts: rt-polarity 76.3 % with it, 75.7 % with (16, 16) and none (one seed)
DEVIATION: Final = 0.1  # of the first weights: a text of 100 words then sums up to about 1
MANY_EPOCHS, MANY_BATCH = 8, 512  # the textbook's network overfits after about four passes over 25,000 texts


@dataclass(frozen=True, slots=True, kw_only=True)
class BagConfiguration:
    """Options of the bag of words."""

    hidden: tuple[int, ...] | None = setting(
        None, "units of each hidden layer; chosen: one of 64, and two of 16 from 20,000 texts on"
    )
    dropout: float | None = setting(None, "share of the units left out at each step; chosen: 0.5, and 0 from 20,000 on")
    word_dropout: float | None = setting(None, "share of the words of a text left out at each step; chosen likewise")

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
        """
        check_setting("hidden", self.hidden, "one or more whole numbers above 0", min(self.hidden or (0,)) > 0)
        for name in ("dropout", "word_dropout"):
            check_setting(name, getattr(self, name), "at least 0 and below 1", 0 <= (getattr(self, name) or 0) < 1)


class BagOfWords(nn.Module):
    """A linear layer on the multi-hot vector of a text, without making it: the rows of its distinct words, summed.

    Args:
        vocabulary: v, tokens there are; 0 is padding and counts nothing.
        units: h, of the layer.
        word_dropout: share of the words that are left out in training; the others then count for more.
        generator: draws the weights; None takes torch's own.

    Example:
        >>> bag = BagOfWords(100, 16)
        >>> once, twice = bag(torch.tensor([[5, 3, 0, 0]])), bag(torch.tensor([[3, 5, 3, 5]]))
        >>> once.shape, bool((once - twice).abs().max() < 1e-6)
        (torch.Size([1, 16]), True)
    """

    def __init__(
        self, vocabulary: int, units: int, *, word_dropout: float = 0.0, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.normal(0.0, DEVIATION, (vocabulary, units), generator=generator))
        self.bias = nn.Parameter(torch.zeros(units))
        self.word_dropout = word_dropout

    def forward(self, tokens: Tensor) -> Tensor:
        """Return (n, h) of tokens (n, l)."""
        ordered = tokens.sort(dim=1).values
        counted = ordered != PADDING
        counted[:, 1:] &= ordered[:, 1:] != ordered[:, :-1]
        factor = 1.0
        if self.training and self.word_dropout:
            counted &= torch.rand(tokens.shape, device=tokens.device) >= self.word_dropout
            factor = 1 / (1 - self.word_dropout)
        texts = counted.nonzero()[:, 0]
        rows = self.weight.index_select(0, ordered[counted])
        sums = rows.new_zeros(len(tokens), rows.shape[1]).index_add(0, texts, rows)
        return self.bias + factor * sums


class BagNetwork(nn.Module):
    """The words of a text as a sum of rows, rectifiers, hidden layers, logits."""

    def __init__(self, configuration: BagConfiguration, spec: InputSpec, outputs: int, seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        many = spec.examples >= MANY
        usual = 0.0 if many else DROPOUT
        dropout = usual if configuration.dropout is None else configuration.dropout
        left_out = usual if configuration.word_dropout is None else configuration.word_dropout
        width, *others = configuration.hidden or HIDDEN[many]
        self.words = BagOfWords(spec.vocabulary, width, word_dropout=left_out, generator=generator)
        layers: list[nn.Module] = [nn.ReLU(), nn.Dropout(dropout)]
        for units in others:
            layers += [linear(width, units, generator), nn.ReLU(), nn.Dropout(dropout)]
            width = units
        self.dense = nn.Sequential(*layers)
        self.last = linear(width, outputs, generator, gain=1.0)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return the logits (n, o) of tokens (n, l)."""
        logits: Tensor = self.last(self.dense(self.words(tokens)))
        return logits


def _build(configuration: BagConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    return BagNetwork(configuration, spec, outputs, seed)


def _recommend(spec: InputSpec, task: Task) -> Recommendation:
    if spec.examples < MANY:
        found = recommend_tokens(spec, task, learning_rate=3e-3, steps=1500)
        told = f"half of the words are left out at each step, for below {MANY:,} texts each word is seen in few"
    else:
        found = recommend_tokens(spec, task, learning_rate=3e-3, steps=0, epochs=MANY_EPOCHS, batch_size=MANY_BATCH)
        told = f"from {MANY:,} texts on there are two layers of {HIDDEN[True][0]} units, as in the usual textbooks"
    return Recommendation(settings=found.settings, reason=f"{found.reason}; {told}")


BAG: Final = Family(
    name="bag",
    title="bag of words",
    meaning="a bag of words knows which words a text has, but not their order: quick, and good on long texts",
    kinds=("text",),
    categories="levels",
    configuration=BagConfiguration,
    positional="hidden",
    build=_build,
    recommend=_recommend,
)
