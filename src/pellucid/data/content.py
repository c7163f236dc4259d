"""What a frame of columns cannot hold: pixels, samples, frames, voxels; of one shape, or each of its own length.

Content may be larger than memory: an array may be a memory-mapped file (`room`), and only rows that are asked for are
read. Whatever has a length and can `gather` rows is content too.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, runtime_checkable

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pellucid.foundation.files import temporary_file

Rows = NDArray[np.int64]

MOST_IN_MEMORY: Final = 1 << 28  # bytes; what is larger lies in a file, of which the system keeps in memory what it can
CHUNK_BYTES: Final = 1 << 24


@runtime_checkable
class Gatherable(Protocol):
    """Examples that are put together only when a batch of them is made."""

    def __len__(self) -> int:
        """Return the number of examples."""
        ...

    def gather(self, rows: Rows) -> tuple[NDArray[Any], ...]:
        """Return arrays of these examples, each with as many rows; all one after the other where there are several."""
        ...

    def take(self, rows: Rows) -> Gatherable:
        """Return these examples, in this order."""
        ...

    def chunks(self) -> Iterator[memoryview]:
        """Yield the bytes of all, for a fingerprint."""
        ...


@dataclass(frozen=True, slots=True)
class Ragged:
    """Examples of several lengths, one after the other in one array.

    Example:
        >>> ragged = Ragged.of([np.array([1, 2, 3]), np.array([4])])
        >>> ragged.gather(np.array([1, 0]))
        (array([[4, 0, 0],
               [1, 2, 3]]), array([1, 3]))
    """

    values: NDArray[Any]
    """(total, …): tokens (total,), samples or steps (total, c); memory-mapped where they are many."""
    starts: NDArray[np.int64]
    """(n,) where each example begins."""
    lengths: NDArray[np.int64]
    """(n,) how long each is."""

    @classmethod
    def of(cls, examples: Sequence[NDArray[Any]]) -> Ragged:
        """Return examples (l, …) joined; at least one."""
        lengths = np.array([len(example) for example in examples], np.int64)
        starts = np.cumsum(lengths) - lengths
        values = room((int(lengths.sum()), *examples[0].shape[1:]), np.result_type(*{e.dtype for e in examples}))
        for start, example in zip(starts, examples, strict=True):
            values[start : start + len(example)] = example
        return cls(values, starts, lengths)

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, row: int) -> NDArray[Any]:
        start = self.starts[row]
        found: NDArray[Any] = self.values[start : start + self.lengths[row]]
        return found

    def gather(self, rows: Rows) -> tuple[NDArray[Any], ...]:
        """Return (n, longest, …), filled up with zeros, and the lengths (n,)."""
        lengths = self.lengths[rows]
        padded = np.zeros((len(rows), int(lengths.max(initial=1)), *self.values.shape[1:]), self.values.dtype)
        for place, (start, length) in enumerate(zip(self.starts[rows].tolist(), lengths.tolist(), strict=True)):
            padded[place, :length] = self.values[start : start + length]
        return padded, lengths

    def take(self, rows: Rows) -> Ragged:
        """Return these examples, in this order; the values stay where they are."""
        return Ragged(self.values, self.starts[rows], self.lengths[rows])

    def chunks(self) -> Iterator[memoryview]:
        """Yield the bytes of all, for a fingerprint."""
        yield np.ascontiguousarray(self.lengths).data.cast("B")
        for row in range(len(self)):
            values = np.ascontiguousarray(self[row])
            if values.size:
                yield values.data.cast("B")


Content = NDArray[Any] | Gatherable


def room(shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
    """Return an array of zeros: in memory, or, where it is large, in a file that goes when nobody needs it any more.

    Example:
        >>> room((2, 3), np.uint8).shape
        (2, 3)
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if size <= MOST_IN_MEMORY:
        return np.zeros(shape, dtype)
    with temporary_file(size) as file:
        mapped: NDArray[Any] = np.memmap(file, dtype=dtype, mode="w+", shape=shape)
    return mapped


def joined(parts: Iterable[NDArray[Any]], dtype: DTypeLike) -> NDArray[Any]:
    """Return arrays (l,) that come one after the other as one: in memory, or, where that is large, in such a file.

    Example:
        >>> joined([np.arange(2), np.arange(3)], np.uint8)
        array([0, 1, 0, 1, 2], dtype=uint8)
    """
    kept: list[NDArray[Any]] = []
    with temporary_file() as file:
        size = 0
        for part in parts:
            kept.append(np.asarray(part, dtype))
            size += kept[-1].nbytes
            if size > MOST_IN_MEMORY:
                file.writelines(one.tobytes() for one in kept)
                kept.clear()
        if size <= MOST_IN_MEMORY:
            return np.concatenate([np.zeros(0, dtype), *kept])
        file.flush()
        mapped: NDArray[Any] = np.memmap(file, dtype=dtype, mode="r+")
    return mapped


def taken(content: Content, rows: Rows) -> Content:
    """Return the content of some rows; of a memory-mapped array one that reads them when they are asked for."""
    if not isinstance(content, np.ndarray):
        return content.take(rows)
    if isinstance(content, np.memmap):
        return Selected(content, rows)
    found: NDArray[Any] = content[rows]
    return found


@dataclass(frozen=True, slots=True)
class Selected:
    """Some rows of an array that is larger than memory, not copied."""

    array: NDArray[Any]
    rows: Rows

    def __len__(self) -> int:
        return len(self.rows)

    def gather(self, rows: Rows) -> tuple[NDArray[Any], ...]:
        """Return these of the selected rows."""
        return (np.asarray(self.array)[self.rows[rows]],)

    def take(self, rows: Rows) -> Selected:
        """Return these of the selected rows, still not copied."""
        return Selected(self.array, self.rows[rows])

    def chunks(self) -> Iterator[memoryview]:
        """Yield the bytes of all, for a fingerprint."""
        for row in self.rows:
            yield np.ascontiguousarray(self.array[row]).data.cast("B")


def gathered(content: Content, rows: Rows) -> tuple[NDArray[Any], ...]:
    """Return the arrays of some rows, in memory."""
    if isinstance(content, np.ndarray):
        return (np.asarray(content)[rows],)
    return content.gather(rows)


def chunk_rows(content: Content, most: int) -> int:
    """Return how many rows may be gathered at a time: at most so many, and no more than a few megabytes.

    Example:
        >>> chunk_rows(np.zeros((9, 1024, 1024), np.float32), 100)
        4
    """
    if not len(content):
        return most
    size = sum(array.nbytes for array in gathered(content, np.zeros(1, np.int64)))
    return max(min(CHUNK_BYTES // max(size, 1), most), 1)


def feed(digest: hashlib.blake2b, content: Content) -> None:
    """Feed content to a hash, a part at a time."""
    if not isinstance(content, np.ndarray):
        for chunk in content.chunks():
            digest.update(chunk)
        return
    digest.update(f"\x1e{content.shape}\x1f".encode())
    step = max(CHUNK_BYTES // max(content[:1].nbytes, 1), 1)
    for start in range(0, len(content), step):
        part = np.ascontiguousarray(content[start : start + step])
        if part.size:
            digest.update(part.data.cast("B"))
