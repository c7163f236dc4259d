"""Pooling over time that looks at the true steps alone: whatever padding follows, the result is the same."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def mask_of(lengths: Tensor, steps: int) -> Tensor:
    """Return where the true steps are.

    Args:
        lengths: (n,) int64, from 1 to `steps`.
        steps: l, padding counted.

    Returns:
        (n, l) of bool: true within the length.

    Example:
        >>> mask_of(torch.tensor([1, 3]), 3)
        tensor([[ True, False, False],
                [ True,  True,  True]])
    """
    return torch.arange(steps, device=lengths.device) < lengths.unsqueeze(1)  # (n, l)


class MaskedMax(nn.Module):
    """The largest value of each feature over the true steps: what occurred somewhere.

    Example:
        >>> MaskedMax()(torch.tensor([[[-2.0, -1.0, 0.0]]]), torch.tensor([2]))
        tensor([[-1.]])

    Source: R. Collobert and others, Natural language processing (almost) from scratch, 2011, max over time.
    """

    def forward(self, sequences: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Return (n, d) of sequences (n, d, l) and their lengths (n,); None where all steps are true."""
        if lengths is not None:
            padding = ~mask_of(lengths, sequences.shape[2]).unsqueeze(1)
            sequences = sequences.masked_fill(padding, -torch.inf)
        return sequences.amax(dim=2)


class MaskedMean(nn.Module):
    """The mean of each feature over the true steps.

    Example:
        >>> MaskedMean()(torch.tensor([[[2.0, 4.0, 9.0]]]), torch.tensor([2]))
        tensor([[3.]])
    """

    def forward(self, sequences: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Return (n, d) of sequences (n, d, l) and their lengths (n,); None where all steps are true."""
        if lengths is None:
            return sequences.mean(dim=2)
        padding = ~mask_of(lengths, sequences.shape[2]).unsqueeze(1)
        total = sequences.masked_fill(padding, 0.0).sum(dim=2)
        return total / lengths.unsqueeze(1).to(total.dtype)
