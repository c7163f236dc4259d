"""What one step of an optimizer does to the weights, seen on a sample of each parameter's entries. Needs torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import torch
from torch import Tensor, nn

SAMPLED: Final = 4096  # entries of a parameter that are compared before and after a step
LOW_PRECISION: Final = (torch.bfloat16, torch.float16)


class Update(NamedTuple):
    """What a step changed."""

    ratios: dict[str, float]
    """By parameter: the norm of the change by the norm before it."""
    unchanged_share: float
    """Of all entries, those that are as before."""
    lost_share: float | None
    """The same among the entries of low precision that have a gradient; None where there are none."""


class Weights:
    """The weights just before a step.

    Example:
        >>> weight = nn.Parameter(torch.tensor([3.0, 4.0]))
        >>> before = Weights([("weight", weight)])
        >>> with torch.no_grad():
        ...     _ = weight.mul_(1.5)
        >>> before.update()
        Update(ratios={'weight': 0.5}, unchanged_share=0.0, lost_share=None)
    """

    def __init__(self, parameters: Sequence[tuple[str, nn.Parameter]]) -> None:
        self.parameters = parameters
        self.before = [_sample(one).clone() for _, one in parameters]
        self.with_gradient = [
            None if one.grad is None or one.grad.is_sparse or one.dtype not in LOW_PRECISION else _sample(one.grad) != 0
            for _, one in parameters
        ]

    def update(self) -> Update:
        """Compare with the present weights."""
        if not any(one.numel() for one in self.before):
            return Update({name: 0.0 for name, _ in self.parameters}, 1.0, None)
        now = [_sample(one) for _, one in self.parameters]
        sizes = norms(self.before)
        changes = norms([after.float() - before.float() for after, before in zip(now, self.before, strict=True)])
        same = [after == before for after, before in zip(now, self.before, strict=True)]
        ratios = {
            name: change / size if size else 0.0
            for (name, _), size, change in zip(self.parameters, sizes, changes, strict=True)
        }
        lost = [found[mask] for found, mask in zip(same, self.with_gradient, strict=True) if mask is not None]
        return Update(ratios, _share(same) or 0.0, _share(lost))


def norms(tensors: Sequence[Tensor]) -> list[float]:
    """Return the norm of each tensor, read from the device at once.

    Example:
        >>> norms([torch.tensor([3.0, 4.0]), torch.zeros(2)])
        [5.0, 0.0]
    """
    if not tensors:
        return []
    found = torch._foreach_norm([one.float() for one in tensors])
    return torch.stack([one.to(found[0].device) for one in found]).tolist()


def _share(flags: Sequence[Tensor]) -> float | None:
    """Return the share of what is true; None where there is nothing."""
    total = sum(one.numel() for one in flags)
    return float(torch.stack([one.sum() for one in flags]).sum()) / total if total else None


def _sample(parameter: Tensor) -> Tensor:
    """Return up to `SAMPLED` entries, evenly spread."""
    flat = parameter.detach().reshape(-1)
    return flat[:: max(1, -(-flat.numel() // SAMPLED))]
