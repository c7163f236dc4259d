"""Tensors of a set of examples, and the batches that training takes them in. Needs torch; imported late.

`data` makes them, `training` and `evaluation` consume them; neither knows the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor


@dataclass(frozen=True, slots=True)
class Mixture:
    """How examples were mixed: `share` times the loss for their own targets, the rest for their partners'."""

    partners: Tensor
    """(n,) positions in the batch."""
    share: float
    """Of each example itself, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some examples, ready for the network: floating-point, normalised, on the device.

    Example:
        >>> import torch
        >>> len(Batch((torch.zeros(3, 2),), torch.zeros(3)))
        3
    """

    inputs: tuple[Tensor, ...]
    """What `network(*inputs)` takes: numbers (n, d) and level indices (n, m) of a table, or pictures (n, c, h, w)."""
    targets: Tensor
    """(n,) or (n, t), as the task encodes them."""
    offset: Tensor | None = None
    """(n,) log of the exposure, added to the linear predictor of counts."""
    mixture: Mixture | None = None
    """Where examples were mixed with one another, in training."""

    def __len__(self) -> int:
        return int(self.targets.shape[0])


class BatchSource(Protocol):
    """Where batches come from: memory now, memory-mapped files and streams later."""

    def __len__(self) -> int:
        """Return the number of examples."""
        ...

    @property
    def steps(self) -> int:
        """The number of batches in one pass."""
        ...

    def batches(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        """Yield the batches of this epoch from batch number `start` on.

        The order depends on the source's own seed and on `epoch` alone, so that a resumed pass goes on where it was.
        Sources for judging keep the order of the data whatever the epoch.
        """
        ...
