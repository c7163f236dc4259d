"""Batches of tensors in memory, until the ones of `pellucid.data` can be used here."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from pellucid.foundation.batches import Batch
from pellucid.foundation.seeds import torch_generator


class InMemory:
    """One gather per tensor; uint8 becomes float32 in the batch, pictures between 0 and 1."""

    def __init__(self, inputs: Tensor, targets: Tensor, *, batch_size: int, seed: int | None) -> None:
        self.inputs, self.targets, self.batch_size, self.seed = inputs, targets, batch_size, seed
        self.scale = 1 / 255 if inputs.dtype == torch.uint8 and inputs.ndim > 2 else 1.0

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def steps(self) -> int:
        return -(-len(self) // self.batch_size)

    def batches(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        order = None
        if self.seed is not None:
            order = torch.randperm(len(self), generator=torch_generator(self.seed, "order", epoch))
        for number in range(start, self.steps):
            first = number * self.batch_size
            if order is None:
                part = slice(first, first + self.batch_size)
                yield Batch((self._floats(self.inputs[part]),), self.targets[part])
            else:
                rows = order[first : first + self.batch_size]
                yield Batch((self._floats(self.inputs.index_select(0, rows)),), self.targets.index_select(0, rows))

    def _floats(self, values: Tensor) -> Tensor:
        if values.dtype != torch.uint8:
            return values
        values = values.float()
        return values.mul_(self.scale) if self.scale != 1 else values
