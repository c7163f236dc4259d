"""Tokens as vectors: what every network for texts begins with."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn

from pellucid.networks.blocks import NO_WEIGHTS

PADDING: Final = 0  # the token that stands for nothing, at the end of shorter texts
UNKNOWN: Final = 1  # the token of a word that is not in the vocabulary
DEVIATION: Final = 0.1  # of the first vectors: 1 gave 66 % on rt-polarity (textconv), 0.1 76 % (one seed)


def lengths_of(tokens: Tensor) -> Tensor:
    """Return how many tokens each text has, at least 1: an empty text counts as one token that says nothing.

    Args:
        tokens: (n, l) int64; 0 is padding, at the end.

    Example:
        >>> lengths_of(torch.tensor([[5, 3, 0], [0, 0, 0]]))
        tensor([2, 1])
    """
    return (tokens != PADDING).sum(dim=1).clamp(min=1)  # (n,)


class TokenEmbedding(nn.Module):
    """A learnt vector for each token; padding is 0. In training some tokens are read as unknown words.

    So the vector of the unknown word is learnt, and no text is known by one word alone.

    Args:
        vocabulary: v, tokens there are.
        width: d, of a vector.
        word_dropout: share of the tokens that are read as unknown in training, from 0 to below 1.
        generator: draws the vectors; None takes torch's own.

    Example:
        >>> TokenEmbedding(100, 8)(torch.tensor([[5, 3, 0]])).shape
        torch.Size([1, 8, 3])

    Source: word dropout: M. Iyyer and others, Deep unordered composition rivals syntactic methods, 2015.
    """

    def __init__(
        self, vocabulary: int, width: int, *, word_dropout: float = 0.0, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        self.table = nn.Embedding(vocabulary, width, padding_idx=PADDING, device=NO_WEIGHTS)
        weight = torch.normal(0.0, DEVIATION, (vocabulary, width), generator=generator)
        weight[PADDING] = 0.0
        self.table.weight = nn.Parameter(weight)
        self.word_dropout = word_dropout

    def forward(self, tokens: Tensor) -> Tensor:
        """Return vectors (n, d, l) of tokens (n, l)."""
        if self.training and self.word_dropout:
            dropped = torch.rand(tokens.shape, device=tokens.device) < self.word_dropout
            tokens = tokens.masked_fill(dropped & (tokens != PADDING), UNKNOWN)
        vectors: Tensor = self.table(tokens)
        return vectors.transpose(1, 2)
