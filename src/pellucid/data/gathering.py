"""Batches that are put together from content when they are needed: memory stays flat however large the data are.

The order of an epoch and everything random in a batch are pure functions of the seed, the epoch and the number of the
batch, so that a resumed pass goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pellucid.data.batches import batch_sizes
from pellucid.data.content import Content, Ragged, Rows, gathered
from pellucid.data.modalities.modality import Finish, Mixes
from pellucid.foundation.batches import Batch
from pellucid.foundation.errors import RangeError, ShapeError
from pellucid.foundation.seeds import torch_generator

POOL_BATCHES: Final = 16  # examples of several lengths are sorted within so many batches: few zeros are filled in


class Gathered:
    """Batches gathered from content; implements `foundation.batches.BatchSource`.

    Args:
        inputs: content with one example for each row of the data.
        targets: (n,) or (n, t) of all rows of the data, as the task encodes them.
        offset: (n,) of all rows, added to the linear predictor, or None.
        rows: of the data that these batches are made of.
        finish: makes the network's inputs of the gathered arrays; None where they are it.
        batch_size: examples of a step, at least 1.
        seed: of the order of the epochs and of augmentation; None keeps the order and draws nothing.
        device: where the network is.

    Raises:
        RangeError: the batch size is below 1, or there are no rows.
        ShapeError: inputs, targets and offset have different numbers of rows.

    Example:
        >>> ragged = Ragged.of([np.arange(length) for length in (3, 1, 2)])
        >>> source = Gathered([ragged], np.zeros(3, np.float32), rows=np.arange(3), batch_size=2)
        >>> [batch.inputs[0].shape for batch in source.batches(epoch=0)]
        [torch.Size([3, 3])]
    """

    def __init__(
        self,
        inputs: Sequence[Content],
        targets: NDArray[np.generic],
        offset: NDArray[np.generic] | None = None,
        *,
        rows: Rows,
        finish: Finish | None = None,
        batch_size: int,
        seed: int | None = None,
        device: torch.device | str = "cpu",
    ) -> None:
        counts = [len(part) for part in (*inputs, targets, *(() if offset is None else (offset,)))]
        if len(set(counts)) > 1:
            raise ShapeError(f"Gathered expected inputs, targets and offset of as many rows, got {counts}: pass pairs")
        if batch_size < 1 or not len(rows):
            raise RangeError(
                f"Gathered expected at least one row and a batch size above 0, got {len(rows)} and {batch_size}: "
                "pass some"
            )
        self._inputs, self._targets, self._offset = tuple(inputs), targets, offset
        self._rows, self._seed, self._finish = rows, seed, finish
        self._mixer = finish if isinstance(finish, Mixes) else None
        self._sizes = batch_sizes(len(rows), batch_size)
        self._device = torch.device(device)
        ragged = next((part for part in inputs if isinstance(part, Ragged)), None)
        self._lengths = None if ragged is None or seed is None else ragged.lengths[rows]

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def steps(self) -> int:
        """The number of batches in one pass."""
        return len(self._sizes)

    def batches(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        """Yield the batches of this epoch from batch number `start` on; the earlier ones are not touched."""
        for number, places in enumerate(self._cut(epoch)):
            if number >= start:
                draws = self._seed is not None and self._finish is not None
                drawing = torch_generator(self._seed or 0, "augmentation", epoch, number) if draws else None
                yield self._batch(self._rows[places], drawing)

    def _cut(self, epoch: int) -> list[Rows]:
        """Return the places of the rows of each batch."""
        count = len(self._rows)
        if self._seed is None:
            return np.split(np.arange(count), np.cumsum(self._sizes[:-1]))
        generator = torch_generator(self._seed, "order", epoch)
        order = torch.randperm(count, generator=generator).numpy()
        if self._lengths is not None:
            pools = np.split(order, np.cumsum(self._sizes)[POOL_BATCHES - 1 : -1 : POOL_BATCHES])
            order = np.concatenate([pool[np.argsort(self._lengths[pool], kind="stable")] for pool in pools])
        cut = np.split(order, np.cumsum(self._sizes[:-1]))
        if self._lengths is None:
            return cut
        return [cut[number] for number in torch.randperm(len(cut), generator=generator).tolist()]

    def _batch(self, rows: Rows, generator: torch.Generator | None) -> Batch:
        """Return the batch of these rows of the data, on the device.

        Raises:
            RangeError: examples with an exposure would be mixed.
        """
        arrays = tuple(self._placed(array) for part in self._inputs for array in gathered(part, rows))
        inputs = arrays if self._finish is None else self._finish(arrays, generator)
        offset = None if self._offset is None else self._placed(self._offset[rows])
        mixture = None
        if self._mixer is not None:
            inputs, mixture = self._mixer.mix(inputs, generator)
        if mixture is not None and offset is not None:
            raise RangeError(
                "fit expected examples with an exposure to stay whole, got mixup or cutmix: leave it out of --augment"
            )
        return Batch(inputs, self._placed(self._targets[rows]), offset, mixture)

    def _placed(self, array: NDArray[np.generic]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(self._device, non_blocking=True)
