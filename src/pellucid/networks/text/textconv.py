"""Convolutions over embedded tokens, of several widths side by side, and which words there are beside them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import check_setting, setting
from pellucid.networks.blocks import NO_WEIGHTS, linear
from pellucid.networks.family import Family, Recommendation
from pellucid.networks.sequences.pooling import mask_of
from pellucid.networks.sequences.recipes import recommend_tokens, sized, width_for
from pellucid.networks.text.bag import BagOfWords
from pellucid.networks.text.embedding import TokenEmbedding, lengths_of
from pellucid.tasks.task import Task

BAG_DROPOUT: Final = 0.5  # of the words; movie-reviews-2000: 84 % with the bag, 70 % without (one seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextConvolutionConfiguration:
    """Options of convolutions over tokens."""

    widths: tuple[int, ...] = setting((1, 2, 3), "tokens that a convolution looks at, one convolution for each width")
    maps: int | None = setting(
        None, "maps of each convolution: phrases to look for; chosen: 64, and 128 from 20,000 texts on"
    )
    embedding: int | None = setting(None, "numbers that stand for a token; chosen: as many as maps by themselves")
    dropout: float = setting(0.5, "share of the pooled maps that are left out at each step")
    vector_dropout: float = setting(
        0.5, "share of the features of all vectors of a text that are left out at each step"
    )
    word_dropout: float = setting(0.1, "share of the tokens that are read as unknown in training")

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
        """
        positive = bool(self.widths) and min(self.widths) > 0
        check_setting("widths", self.widths, "one or more whole numbers above 0", positive)
        for name in ("maps", "embedding"):
            check_setting(name, getattr(self, name), "a whole number above 0", (getattr(self, name) or 0) > 0)
        for name in ("dropout", "vector_dropout", "word_dropout"):
            check_setting(name, getattr(self, name), "at least 0 and below 1", 0 <= getattr(self, name) < 1)


class PhraseConvolutions(nn.Module):
    """Convolutions of several widths side by side, rectifiers, and over the text the largest and the mean value.

    The maximum says whether a phrase occurs, the mean how much of the text is like it. Each convolution is padded so
    that every step keeps its place, and a text may be shorter than the widest.

    Args:
        inputs: d, features of each step.
        maps: of each width.
        widths: steps that each convolution looks at.
        generator: draws the weights; None takes torch's own.

    Example:
        >>> PhraseConvolutions(8, 4, (1, 2, 3))(torch.zeros(2, 8, 5), torch.tensor([5, 2])).shape
        torch.Size([2, 24])

    Source: Y. Kim, Convolutional neural networks for sentence classification, 2014, with the maximum alone.
    """

    def __init__(
        self, inputs: int, maps: int, widths: tuple[int, ...], *, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        self.width = 2 * maps * len(widths)
        self.convolutions = nn.ModuleList(_RowConvolution(inputs, maps, width, generator) for width in widths)

    def forward(self, sequences: Tensor, lengths: Tensor) -> Tensor:
        """Return (n, 2 maps for each width) of sequences (n, d, l) and their true lengths (n,)."""
        true = mask_of(lengths, sequences.shape[2]).unsqueeze(1)  # (n, 1, l)
        pooled = []
        for layer in self.convolutions:
            maps = layer(sequences).relu() * true  # at least 0: a padded step changes neither maximum nor sum
            pooled += [maps.amax(dim=2), maps.sum(dim=2) / lengths.unsqueeze(1)]
        return torch.cat(pooled, dim=1)


class TextConvolution(nn.Module):
    """Tokens as vectors, convolutions with pooling over the text; beside them a bag of words; dropout, logits.

    The bag learns long texts in a few passes, while the vectors of rare words learn slowly. Dropout leaves out features
    of the vectors for a whole text at once, which costs less than single numbers.

    Source: Y. Kim, Convolutional neural networks for sentence classification, 2014; linear and deep parts side by side:
    H. Cheng and others, Wide and deep learning, 2016, here with rectifiers on both.
    """

    def __init__(self, configuration: TextConvolutionConfiguration, spec: InputSpec, outputs: int, seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        wide = width_for(spec.examples, configuration.embedding)
        maps, dropped = width_for(spec.examples, configuration.maps), configuration.word_dropout
        self.embedding = TokenEmbedding(spec.vocabulary, wide, word_dropout=dropped, generator=generator)
        self.vector_dropout = nn.Dropout1d(configuration.vector_dropout)
        self.phrases = PhraseConvolutions(wide, maps, configuration.widths, generator=generator)
        self.words = BagOfWords(spec.vocabulary, maps, word_dropout=BAG_DROPOUT, generator=generator)
        self.dropout = nn.Dropout(configuration.dropout)
        self.last = linear(self.phrases.width + maps, outputs, generator, gain=1.0)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return the logits (n, o) of tokens (n, l)."""
        vectors = self.vector_dropout(self.embedding(tokens))
        features = torch.cat([self.phrases(vectors, lengths_of(tokens)), self.words(tokens).relu()], dim=1)
        logits: Tensor = self.last(self.dropout(features))
        return logits


class _RowConvolution(nn.Conv1d):
    """A convolution of one axis, padded to keep the length, computed as one over pictures of a single row.

    Embedded tokens, one vector after another in memory, are then `channels_last`, which takes five sixths of the time
    (64 texts of 60 tokens, 64 maps of width 3, forward and backward on one thread).
    """

    def __init__(self, inputs: int, maps: int, width: int, generator: torch.Generator | None) -> None:
        super().__init__(inputs, maps, width, device=NO_WEIGHTS)
        deviation = math.sqrt(2 / (inputs * width))  # He's, fan in
        self.weight = nn.Parameter(torch.normal(0.0, deviation, (maps, inputs, width), generator=generator))
        self.bias = nn.Parameter(torch.zeros(maps))

    def forward(self, sequences: Tensor) -> Tensor:
        """Return (n, maps, l) of sequences (n, d, l)."""
        rows, kernel = sequences.unsqueeze(2), self.weight.unsqueeze(2)  # (n, d, 1, l), (maps, d, 1, width)
        found = functional.conv2d(rows, kernel, self.bias, padding=(0, kernel.shape[3] // 2))
        return found[:, :, 0, : sequences.shape[2]]


def _build(configuration: TextConvolutionConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    return TextConvolution(configuration, spec, outputs, seed)


def _recommend(spec: InputSpec, task: Task) -> Recommendation:
    return sized(recommend_tokens(spec, task, learning_rate=2e-3, steps=700), spec, "each token")


TEXTCONV: Final = Family(
    name="textconv",
    title="convolutions over tokens",
    meaning="convolutions look for phrases anywhere in a text, and a bag of words beside them for single words",
    kinds=("text",),
    categories="levels",
    configuration=TextConvolutionConfiguration,
    positional="widths",
    build=_build,
    recommend=_recommend,
)
