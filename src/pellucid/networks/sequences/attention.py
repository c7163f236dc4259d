"""Attention within a sequence, and the encoder block of a transformer; padding is never looked at."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from pellucid.foundation.errors import RangeError
from pellucid.networks.blocks import linear
from pellucid.networks.sequences.pooling import mask_of

EXPANSION: Final = 4  # hidden units of a block for each feature; A. Vaswani and others, 2017


class SelfAttention(nn.Module):
    """Multi-head self-attention: each step takes a mean of all true steps, weighted by how well keys fit its query.

    **Formula** softmax(Q Kᵀ / sqrt(d / heads)) V for each head, then a linear layer over the heads side by side.

    Args:
        width: d, features of each step.
        heads: attentions side by side, a divisor of d.
        dropout: share of the weights that are left out, from 0 to below 1.
        generator: draws the weights; None takes torch's own.

    Raises:
        RangeError: the width is no multiple of the heads.

    Example:
        >>> SelfAttention(8, 2)(torch.zeros(2, 8, 5), torch.tensor([5, 2])).shape
        torch.Size([2, 8, 5])

    Source: A. Vaswani and others, Attention is all you need, 2017.
    """

    def __init__(
        self, width: int, heads: int = 1, *, dropout: float = 0.0, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        if width % heads:
            raise RangeError(
                f"SelfAttention expected a width that is a multiple of heads={heads}, got {width}: "
                f"pass width={(width // heads + 1) * heads}"
            )
        self.heads, self.dropout = heads, dropout
        self.project = linear(width, 3 * width, generator, gain=1.0)  # queries, keys, values below one another
        self.join = linear(width, width, generator, gain=1.0)

    def forward(self, sequences: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Return (n, d, l) of sequences (n, d, l) and their lengths (n,); None where all steps are true."""
        n, width, steps = sequences.shape
        projected = self.project(sequences.transpose(1, 2)).view(n, steps, 3, self.heads, width // self.heads)
        queries, keys, values = projected.permute(2, 0, 3, 1, 4)  # (n, heads, l, d / heads) each
        mask = None if lengths is None else mask_of(lengths, steps)[:, None, None]  # (n, 1, 1, l)
        dropout = self.dropout if self.training else 0.0
        mixed = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=mask, dropout_p=dropout)
        joined: Tensor = self.join(mixed.transpose(1, 2).reshape(n, steps, width))
        return joined.transpose(1, 2)


class TransformerBlock(nn.Module):
    """Pre-norm encoder block: x + attention(norm(x)), then x + dense(norm(x)) at each step.

    The norm stands before each branch, so that the identity path is free: R. Xiong and others train so without warm-up.

    Args:
        width: d, features of each step.
        heads: of the attention, a divisor of d.
        hidden: units of the dense branch; None takes 4 d.
        dropout: share of each branch's output, of its hidden units and of the attention that is left out.
        generator: draws the weights; None takes torch's own.

    Raises:
        RangeError: the width is no multiple of the heads.

    Example:
        >>> TransformerBlock(8, 2)(torch.zeros(2, 8, 5)).shape
        torch.Size([2, 8, 5])

    Source: A. Vaswani and others, Attention is all you need, 2017; the norm first: R. Xiong and others, On layer
    normalization in the transformer architecture, 2020; GELU: D. Hendrycks, K. Gimpel, 2016.
    """

    def __init__(
        self,
        width: int,
        heads: int = 1,
        *,
        hidden: int | None = None,
        dropout: float = 0.0,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        units = EXPANSION * width if hidden is None else hidden
        self.norm_1, self.norm_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = SelfAttention(width, heads, dropout=dropout, generator=generator)
        self.dense = nn.Sequential(
            linear(width, units, generator), nn.GELU(), nn.Dropout(dropout), linear(units, width, generator, gain=1.0)
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, sequences: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Return (n, d, l) of sequences (n, d, l) and their lengths (n,); None where all steps are true."""
        steps: Tensor = sequences.transpose(1, 2)  # (n, l, d)
        attended = self.attention(self.norm_1(steps).transpose(1, 2), lengths).transpose(1, 2)
        steps = steps + self.dropout(attended)
        steps = steps + self.dropout(self.dense(self.norm_2(steps)))
        return steps.transpose(1, 2)
