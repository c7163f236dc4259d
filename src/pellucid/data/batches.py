"""Batches from memory: data in their compact type, one gather per tensor, nothing done per example in Python.

The order of an epoch is a pure function of the seed and the epoch, so that a resumed pass goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pellucid.foundation.batches import Batch
from pellucid.foundation.errors import RangeError, ShapeError
from pellucid.foundation.seeds import torch_generator

PIXEL_MAXIMUM: Final = 255
PICTURE_AXES: Final = 4
SHUFFLED_BYTES: Final = 1 << 25  # up to this, gathering all rows once and cutting is quicker than a gather per batch
KEPT_BYTES: Final = 1 << 26  # up to this, batches in a fixed order are made once and kept
DEVICE_SHARE: Final = 0.5  # of a device's free memory that data may take; beyond, batches are sent one by one

Values = NDArray[Any] | Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalise:
    """Turn bytes into floating-point pictures with mean 0 and deviation 1 in each channel: `byte * factor + shift`."""

    mean: tuple[float, ...]
    """Per channel, of shades scaled to 0 … 1."""
    std: tuple[float, ...]
    """Per channel, above 0."""
    channels_last: bool = False
    """Whether to give pictures to the network in the memory order (n, h, w, c), which some convolutions are quicker in.
    They are stored in that order too: turning each batch would cost more than it gains."""

    def stored(self, pictures: Tensor) -> Tensor:
        """Return pictures (n, c, h, w) as they are to be kept: so, or (n, h, w, c).

        Raises:
            ShapeError: they have another number of channels.
        """
        if pictures.ndim != PICTURE_AXES or pictures.shape[1] != len(self.mean):
            raise ShapeError(
                f"Normalise expected pictures of shape (n, c, h, w) with c = {len(self.mean)}, "
                f"got {tuple(pictures.shape)}: apply the transform that was fitted on such pictures"
            )
        return pictures.permute(0, 2, 3, 1).contiguous() if self.channels_last else pictures.contiguous()

    def function(self, stored: Tensor, device: torch.device) -> Callable[[Tensor], Tensor]:
        """Return what makes (n, c, h, w) of float32 from some of the stored pictures.

        One number for all pixels, or channels along whole rows of memory, are several times as quick as a factor
        for each channel broadcast over the last axis.
        """
        factors = torch.tensor([1 / (PIXEL_MAXIMUM * std) for std in self.std], device=device)
        shifts = torch.tensor([-mean / std for mean, std in zip(self.mean, self.std, strict=True)], device=device)
        if len(self.mean) == 1:
            factor, shift = float(factors), float(shifts)

            def grey(pictures: Tensor) -> Tensor:
                scaled = pictures.to(torch.float32).mul_(factor).add_(shift)
                return scaled.permute(0, 3, 1, 2) if self.channels_last else scaled

            return grey
        if not self.channels_last:
            factors, shifts = factors.view(-1, 1, 1), shifts.view(-1, 1, 1)
            return lambda pictures: pictures.to(torch.float32).mul_(factors).add_(shifts)
        factors, shifts = factors.repeat(stored.shape[2]), shifts.repeat(stored.shape[2])  # (w * c,)

        def rows(pictures: Tensor) -> Tensor:
            scaled = pictures.flatten(2).to(torch.float32).mul_(factors).add_(shifts)  # (n, h, w * c)
            return scaled.view(pictures.shape).permute(0, 3, 1, 2)  # (n, c, h, w)

        return rows


class InMemory:
    """Batches of examples that are all in memory; implements `foundation.batches.BatchSource`.

    A last batch of a single example is joined to the one before it, for batch normalisation cannot learn from one.
    A batch size of all examples or more gives the data themselves, neither copied nor shuffled. Batches may share
    memory with the data: a network must not write into its inputs.

    Args:
        inputs: Arrays with n rows each, in the order of the network's arguments.
        targets: (n,) or (n, t), as the task encodes them.
        offset: (n,) added to the linear predictor, or None.
        batch_size: Examples of a step, at least 1.
        seed: Of the order of the epochs; None keeps the order of the data.
        device: Where the network is.
        transform: What makes the first input floating-point, a batch at a time; None where it is already.

    Raises:
        RangeError: the batch size is below 1, or there are no examples.
        ShapeError: the arrays have different numbers of rows.

    Example:
        >>> source = InMemory([np.zeros((5, 2), np.float32)], np.zeros(5, np.float32), batch_size=2, seed=0)
        >>> [len(batch) for batch in source.batches(epoch=0)]
        [2, 3]
    """

    def __init__(
        self,
        inputs: Sequence[Values],
        targets: Values,
        offset: Values | None = None,
        *,
        batch_size: int,
        seed: int | None = None,
        device: torch.device | str = "cpu",
        transform: Normalise | None = None,
    ) -> None:
        tensors = [_tensor(values) for values in (*inputs, targets, *(() if offset is None else (offset,)))]
        self._rows = _checked_rows(tensors, batch_size)
        self._sizes = batch_sizes(self._rows, batch_size)
        self._inputs, self._seed = len(inputs), seed if len(self._sizes) > 1 else None
        self._device = torch.device(device)
        self._transform: Callable[[Tensor], Tensor] | None = None
        if transform is not None:
            tensors[0] = transform.stored(tensors[0])
            self._transform = transform.function(tensors[0], self._device)
        compact = sum(tensor.nbytes for tensor in tensors)
        floating = compact + (tensors[0].numel() * torch.float32.itemsize if transform is not None else 0)
        self._sends = not _fits(self._device, compact)
        self._tensors = [_placed(tensor, self._device, self._sends) for tensor in tensors]
        self._cuts = transform is None and not self._sends and compact <= SHUFFLED_BYTES
        self._keeps = self._seed is None and not self._sends and floating <= KEPT_BYTES
        self._kept: list[Batch] | None = None

    def __len__(self) -> int:
        return self._rows

    @property
    def steps(self) -> int:
        """The number of batches in one pass."""
        return len(self._sizes)

    def batches(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        """Yield the batches of this epoch from batch number `start` on; the earlier ones are not touched."""
        if not self._keeps:
            return self._made(epoch, start)
        if self._kept is None:
            self._kept = list(self._made(epoch, 0))
        return iter(self._kept[start:])

    def _made(self, epoch: int, start: int) -> Iterator[Batch]:
        """Gather or cut the batches."""
        sizes, done = self._sizes[start:], sum(self._sizes[:start])
        if self._seed is None:
            cut = [torch.split(tensor[done:], sizes) for tensor in self._tensors]
            yield from map(self._batch, zip(*cut, strict=True))
            return
        order = torch.randperm(self._rows, generator=torch_generator(self._seed, "order", epoch))[done:]
        if not self._sends:
            order = order.to(self._device)
        if self._cuts:
            cut = [torch.split(tensor.index_select(0, order), sizes) for tensor in self._tensors]
            yield from map(self._batch, zip(*cut, strict=True))
            return
        for rows in torch.split(order, sizes):
            yield self._batch([tensor.index_select(0, rows) for tensor in self._tensors])

    def _batch(self, tensors: Sequence[Tensor]) -> Batch:
        """Return one batch, on the device, its first input floating-point."""
        if self._sends:
            tensors = [tensor.to(self._device, non_blocking=True) for tensor in tensors]
        inputs = tuple(tensors[: self._inputs])
        if self._transform is not None:
            inputs = (self._transform(inputs[0]), *inputs[1:])
        rest = tensors[self._inputs :]
        return Batch(inputs, rest[0], rest[1] if len(rest) > 1 else None)


def _tensor(values: Values) -> Tensor:
    """Return an array as a tensor that shares its memory where that is allowed."""
    if isinstance(values, Tensor):
        return values.contiguous()
    array = np.ascontiguousarray(values)
    return torch.from_numpy(array if array.flags.writeable else array.copy())


def _checked_rows(tensors: Sequence[Tensor], batch_size: int) -> int:
    """Return the number of examples.

    Raises:
        ShapeError: the tensors do not agree on it.
        RangeError: it, or the batch size, is below 1.
    """
    rows = {len(tensor) for tensor in tensors}
    if len(rows) > 1:
        shapes = [tuple(tensor.shape) for tensor in tensors]
        raise ShapeError(f"InMemory expected inputs, targets and offset with as many rows, got {shapes}: pass pairs")
    count = rows.pop()
    if batch_size < 1 or count < 1:
        raise RangeError(
            f"InMemory expected at least one example and a batch size above 0, got {count} and {batch_size}: pass some"
        )
    return count


def batch_sizes(rows: int, batch_size: int) -> list[int]:
    """Return the sizes of the batches; a single last example joins the batch before it."""
    full, rest = divmod(rows, batch_size)
    sizes = [batch_size] * full
    if rest == 1 and full:
        sizes[-1] += 1
    elif rest:
        sizes.append(rest)
    return sizes


def _fits(device: torch.device, size: int) -> bool:
    """Say whether data of so many bytes may stay on the device."""
    if device.type != "cuda":
        return True
    return size <= DEVICE_SHARE * torch.cuda.mem_get_info(device)[0]


def _placed(tensor: Tensor, device: torch.device, sends: bool) -> Tensor:
    """Return the tensor where it is gathered: on the device, or in memory from which it can be sent."""
    return tensor.pin_memory() if sends else tensor.to(device)
