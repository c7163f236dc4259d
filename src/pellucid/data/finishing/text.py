"""Texts of a batch: token numbers as the networks take them. Their lengths show in the padding."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class TextFinish:
    """Widens the numbers of tokens.

    Example:
        >>> TextFinish()((torch.tensor([[5, 3]], dtype=torch.uint8), torch.tensor([2])), None)
        (tensor([[5, 3]]),)
    """

    def __call__(self, arrays: tuple[Tensor, ...], generator: torch.Generator | None) -> tuple[Tensor, ...]:
        """Return (n, l) of int64."""
        del generator
        tokens, _ = arrays
        return (tokens.to(torch.int64),)
