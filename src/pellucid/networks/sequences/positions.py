"""Where a step stands in its sequence: attention by itself cannot tell."""

from __future__ import annotations

import math
from typing import Final

import torch
from torch import Tensor, nn

WAVES_BASE: Final = 10_000.0  # longest wave over 2 pi, in steps; A. Vaswani and others, 2017
DEVIATION: Final = 0.02  # of learnt positions at first, as in BERT


class SinusoidalPositions(nn.Module):
    """Adds waves of many frequencies that tell the steps apart: any length, nothing to learn.

    **Formula** PE(t, 2 i) = sin(t / 10000^(2 i / d)), PE(t, 2 i + 1) = cos of the same.

    Args:
        width: d, features of each step.

    Example:
        >>> SinusoidalPositions(2)(torch.zeros(1, 2, 2))
        tensor([[[0.0000, 0.8415],
                 [1.0000, 0.5403]]])

    Source: A. Vaswani and others, Attention is all you need, 2017, section 3.5.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.frequencies: Tensor
        exponents = torch.arange(0, width, 2) / width
        self.register_buffer("frequencies", torch.exp(-math.log(WAVES_BASE) * exponents), persistent=False)

    def forward(self, sequences: Tensor) -> Tensor:
        """Return sequences (n, d, l) with the waves added."""
        _, width, steps = sequences.shape
        places = torch.arange(steps, device=sequences.device, dtype=sequences.dtype)
        angles = self.frequencies.to(sequences.dtype).unsqueeze(1) * places  # (d / 2, l)
        waves = torch.stack([angles.sin(), angles.cos()], dim=1).flatten(0, 1)[:width]  # (d, l)
        return sequences + waves


class LearntPositions(nn.Module):
    """Adds a learnt vector for each step, up to a longest length.

    Args:
        width: d, features of each step.
        longest: l at most.
        generator: draws the vectors; None takes torch's own.

    Example:
        >>> LearntPositions(4, longest=9)(torch.zeros(2, 4, 5)).shape
        torch.Size([2, 4, 5])

    Source: J. Devlin and others, BERT, 2019; deviation 0.02 as there.
    """

    def __init__(self, width: int, longest: int, *, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.normal(0.0, DEVIATION, (width, longest), generator=generator))

    def forward(self, sequences: Tensor) -> Tensor:
        """Return sequences (n, d, l) with the vectors added."""
        return sequences + self.weight[:, : sequences.shape[2]]
