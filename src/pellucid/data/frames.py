"""Frames that are larger than memory: beyond a size, columns lie in a file, of which the system keeps what it can.

The library pyarrow maps such files; without it frames stay in memory, and everything else is the same.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data import content

SAMPLE_ROWS: Final = 2000  # tell how wide a row is
SLICE_BYTES: Final = 1 << 24  # written at once
NEWEST: Final = pl.CompatLevel.newest()  # texts keep the layout that they have in memory: mapping copies nothing


def collected(table: pl.LazyFrame, rows: int) -> pl.DataFrame:
    """Return a table of about so many rows: in memory, or, where it is large, streamed into a file and mapped.

    Example:
        >>> collected(pl.LazyFrame({"a": [1, 2]}), 2).shape
        (2, 1)
    """
    wide = table.head(SAMPLE_ROWS).collect().estimated_size() / SAMPLE_ROWS if rows > SAMPLE_ROWS else 0
    if not _is_large(wide * rows):
        return table.collect(engine="streaming")
    return _mapped(lambda path: table.sink_ipc(path, compression="uncompressed", compat_level=NEWEST))


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

    def write(path: str) -> None:
        import pyarrow as pa

        with pa.ipc.new_file(path, wide.head(0).to_arrow(compat_level=NEWEST).schema) as file:
            for start in range(0, len(rows), step):
                file.write_table(wide[rows[start : start + step]].to_arrow(compat_level=NEWEST))

    return _mapped(write).with_columns(frame[name][rows] for name in coded).select(frame.columns)


def _is_large(size: float) -> bool:
    """Say whether a frame of so many bytes goes into a file."""
    return size > content.MOST_IN_MEMORY and find_spec("pyarrow") is not None


def _mapped(write: Callable[[str], Any]) -> pl.DataFrame:
    """Return what is written as Arrow's file format, mapped; the file goes when nobody needs it any more."""
    import pyarrow as pa

    with tempfile.NamedTemporaryFile(prefix="pellucid-") as file:  # unlinked on leaving; the mapping keeps its content
        write(file.name)
        found = pl.from_arrow(pa.ipc.open_file(pa.memory_map(file.name)).read_all(), rechunk=False)
    return found if isinstance(found, pl.DataFrame) else found.to_frame()
