"""Frames that are larger than memory: beyond a size, columns lie in a file, of which the system keeps what it can.

The library pyarrow maps such files; without it frames stay in memory, and everything else is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain, islice
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data import content
from pellucid.foundation.files import temporary_file

SAMPLE_ROWS: Final = 2000  # tell how wide a row is
SLICE_BYTES: Final = 1 << 21  # written at once: a slice is in memory as a frame and as an Arrow table
NEWEST: Final = pl.CompatLevel.newest()  # texts keep the layout that they have in memory: mapping copies nothing


@dataclass(frozen=True, slots=True)
class Parted:
    """A table in lazy parts of a few megabytes: gone through one after the other, it never is in memory as a whole.

    Polars' own streaming holds some hundred megabytes of a large text file at once.

    Example:
        >>> table = Parted(lambda: (pl.LazyFrame({"a": [start, start + 1]}) for start in (0, 2)))
        >>> table.each(lambda part: part.select(pl.all() * 10)).head(3)["a"].to_list()
        [0, 10, 20]
    """

    parts: Callable[[], Iterable[pl.LazyFrame]]
    """Begins at the first part each time; one at least, all with the same columns."""

    @classmethod
    def of(cls, table: pl.LazyFrame) -> Parted:
        """Return a table that is one part: Polars streams it."""
        return cls(lambda: (table,))

    def each(self, change: Callable[[pl.LazyFrame], pl.LazyFrame]) -> Parted:
        """Return the table with this done to each of its parts."""
        return Parted(lambda: map(change, self.parts()))

    def head(self, rows: int) -> pl.DataFrame:
        """Return the first rows."""
        found: list[pl.DataFrame] = []
        for part in self.parts():
            found.append(part.head(rows - sum(map(len, found))).collect())
            if sum(map(len, found)) == rows:
                break
        return pl.concat(found)


def collected(table: Parted, rows: int) -> pl.DataFrame:
    """Return a table of about so many rows: in memory, or, where it is large, written to a file and mapped.

    Example:
        >>> collected(Parted.of(pl.LazyFrame({"a": [1, 2]})), 2).shape
        (2, 1)
    """
    wide = table.head(SAMPLE_ROWS).estimated_size() / SAMPLE_ROWS if rows > SAMPLE_ROWS else 0
    if not _is_large(wide * rows):
        return pl.concat([part.collect(engine="streaming") for part in table.parts()])
    first, *others = islice(table.parts(), 2)
    if not others:
        return _mapped(lambda path: first.sink_ipc(path, compression="uncompressed", compat_level=NEWEST))
    return _mapped(lambda path: _write(path, (part.collect(engine="streaming") for part in table.parts())))


def taken(frame: pl.DataFrame, rows: NDArray[np.int64]) -> pl.DataFrame:
    """Return some rows of a frame, in this order: in memory, or, where they are large, in a file.

    Example:
        >>> taken(pl.DataFrame({"a": [1, 2]}), np.array([1]))["a"].to_list()
        [2]
    """
    size = int(frame.estimated_size()) * len(rows) // max(frame.height, 1)
    if not _is_large(size):
        return frame[rows]
    step = max(SLICE_BYTES * len(rows) // size, 1)
    coded = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Enum | pl.Categorical)]
    wide = frame.drop(coded)  # codes are narrow, and stay in memory: such a file has one dictionary for all its parts

    parts = (wide[rows[start : start + step]] for start in range(0, len(rows), step))
    mapped = _mapped(lambda path: _write(path, parts))
    return mapped.with_columns(frame[name][rows] for name in coded).select(frame.columns)


def _is_large(size: float) -> bool:
    """Say whether a frame of so many bytes goes into a file."""
    return size > content.MOST_IN_MEMORY and find_spec("pyarrow") is not None


def _write(path: str, parts: Iterable[pl.DataFrame]) -> None:
    """Write frames that come one after the other as one file."""
    import pyarrow as pa

    tables = (part.to_arrow(compat_level=NEWEST) for part in parts)
    first = next(tables)
    with pa.ipc.new_file(path, first.schema) as file:
        for table in chain((first,), tables):
            file.write_table(table)


def _mapped(write: Callable[[str], Any]) -> pl.DataFrame:
    """Return what is written as Arrow's file format, mapped; the file goes when nobody needs it any more."""
    import pyarrow as pa

    with temporary_file() as file:
        write(file.name)
        found = pl.from_arrow(pa.ipc.open_file(pa.memory_map(file.name)).read_all(), rechunk=False)
    return found if isinstance(found, pl.DataFrame) else found.to_frame()
