"""Batches of several inputs at once, each finished by its own kind."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from pellucid.data.modalities.modality import Finish


@dataclass(frozen=True, slots=True)
class MixedFinish:
    """Finishes each part of a batch.

    Example:
        >>> double = lambda arrays, generator: (arrays[0] * 2,)
        >>> finish = MixedFinish((None, double), (2, 1))
        >>> finish(tuple(torch.arange(3.0)), None)
        (tensor(0.), tensor(1.), tensor(4.))
    """

    parts: tuple[Finish | None, ...]
    arrays: tuple[int, ...]
    """How many arrays are gathered for each part."""

    def __call__(self, arrays: tuple[Tensor, ...], generator: torch.Generator | None) -> tuple[Tensor, ...]:
        """Return the tensors of all parts, one after the other."""
        tensors: tuple[Tensor, ...] = ()
        start = 0
        for finish, count in zip(self.parts, self.arrays, strict=True):
            mine = arrays[start : start + count]
            tensors += mine if finish is None else finish(mine, generator)
            start += count
        return tensors
