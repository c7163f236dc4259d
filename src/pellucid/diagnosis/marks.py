"""Numbers that say of inputs what they are: marks by which they are known again, and moments. Needs torch."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

SAMPLED: Final = 4096  # entries of the inputs, evenly spread, that their mark is made of
MARKED: Final = 256  # entries of a row


def fingerprint(inputs: Tensor) -> float:
    """Return a number that is equal for equal inputs, and almost surely different for different ones.

    Example:
        >>> import torch
        >>> fingerprint(torch.arange(6.0)) == fingerprint(torch.arange(6.0)) != fingerprint(torch.ones(6))
        True
    """
    flat = inputs.detach().reshape(-1)
    flat = flat[:: max(1, flat.numel() // SAMPLED)].double()
    weights = torch.linspace(1.0, 2.0, flat.numel(), dtype=torch.float64, device=flat.device)
    return float(torch.dot(torch.nan_to_num(flat), weights))


def row_marks(inputs: Tensor) -> tuple[float, ...]:
    """Return for each row a number that is equal for equal rows, and almost surely different for different ones.

    Example:
        >>> import torch
        >>> one, other, again = row_marks(torch.tensor([[1.0, 2.0], [2.0, 1.0], [1.0, 2.0]]))
        >>> one == again != other
        True
    """
    flat = inputs.detach().reshape(len(inputs), -1) if inputs.ndim else inputs.detach().reshape(1, 1)
    flat = flat[:, :: max(1, flat.shape[1] // MARKED)].double()
    weights = torch.linspace(1.0, 2.0, flat.shape[1], dtype=torch.float64, device=flat.device).sqrt()
    return tuple(torch.mv(torch.nan_to_num(flat), weights).tolist())


def moments(inputs: Tensor) -> tuple[float | None, float | None]:
    """Return mean and standard deviation of up to `SAMPLED` entries; None for whole numbers."""
    if not inputs.is_floating_point() or not inputs.numel():
        return None, None
    flat = inputs.detach().reshape(-1)
    flat = flat[:: max(1, flat.numel() // SAMPLED)].float()
    return float(flat.mean()), float(flat.std(correction=0))
