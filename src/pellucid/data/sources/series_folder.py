"""Folders of CSV files, each a series: its columns are channels, its rows steps."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.collecting import SERIES, collect
from pellucid.data.sources.delimited import read_delimited
from pellucid.data.sources.files import Decoded, FileKind, has_ending, list_files, read_files
from pellucid.data.sources.source import Known, Source
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision

SUFFIXES: Final = (".csv", ".tsv")
CLOCKS: Final = frozenset({"", "t", "time", "timestamp", "date", "datetime", "index", "step", "unnamed: 0"})
AT_ONCE: Final = 64  # files that are read together; the first ones tell what the columns are
FEWEST_FILES: Final = 2  # one file is a table


def is_series_folder(source: Any) -> bool:
    """Say whether a source is a folder with several CSV files in it, at any depth."""
    if not isinstance(source, Path) or not source.is_dir():
        return False
    files = (path for path in source.rglob("*") if path.is_file() and has_ending(path, SUFFIXES))
    return sum(1 for _ in zip(files, range(FEWEST_FILES), strict=False)) == FEWEST_FILES


def decode(files: Sequence[Path], settings: DataSettings, keep: bool = False) -> Decoded:
    """Read CSV files as series.

    Args:
        files: with the same columns each, in any order.
        settings: how text files are read, and whether broken ones are left out.
        keep: keep the place of files that cannot be read, to say so beside the predictions of the others.

    Raises:
        DataError: a file cannot be read, and is not to be left out; the first one is named.
    """
    plain = replace(settings, column=None, skip_bad_rows=False)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        first = list(pool.map(lambda file: _table(file, plain), files[:AT_ONCE]))
        channels, clocks = _columns([table for table in first if isinstance(table, pl.DataFrame)])
        head = _plain_head(files[0], first[0])

        def tables() -> Iterator[pl.DataFrame | str]:
            yield from first
            for start in range(AT_ONCE, len(files), AT_ONCE):
                yield from pool.map(lambda file: _table(file, plain, head), files[start : start + AT_ONCE])

        decoded = collect((_values(table, channels) for table in tables()), list(map(str, files)), settings, keep)
    return replace(decoded, decisions=(*_said_columns(channels, clocks), *decoded.decisions))


def _columns(tables: Sequence[pl.DataFrame]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns that at least half of the tables have: channels, and those that only tell the time."""
    usual = Counter(name for table in tables for name in table.columns)
    common = [name for name, count in usual.items() if 2 * count >= len(tables)]
    clocks = tuple(name for name in common if _is_clock(name, tables))
    return tuple(name for name in common if name not in clocks), clocks


def _plain_head(file: Path, table: pl.DataFrame | str) -> bytes:
    """Return the first line of a file where it is plain, names of numeric columns and commas; else nothing."""
    if isinstance(table, str) or not all(dtype.is_numeric() for dtype in table.dtypes):
        return b""
    with file.open("rb") as opened:
        line = opened.readline()
    return line if line.strip() == ",".join(table.columns).encode() else b""


def _table(file: Path, settings: DataSettings, head: bytes = b"") -> pl.DataFrame | str:
    """Return what a file holds, or what is wrong with it; one that begins with this head is read ten times as fast."""
    try:
        content = file.read_bytes() if head else b""
        if head and content.startswith(head):
            return pl.read_csv(content, schema_overrides=dict.fromkeys(head.decode().strip().split(","), pl.Float32))
    except (OSError, pl.exceptions.PolarsError):
        pass  # anything unusual is read, or refused, with all care
    try:
        return read_delimited(file, settings, ()).frame
    except DataError as error:
        return str(error).removeprefix("read ")


def _is_clock(name: str, tables: Sequence[pl.DataFrame]) -> bool:
    """Say whether a column only tells the time: its name says so, and it never falls."""
    if name.strip().lower() not in CLOCKS:
        return False
    columns = [table[name] for table in tables if name in table.columns]
    return all(column.dtype.is_temporal() or (column.dtype.is_numeric() and column.is_sorted()) for column in columns)


def _values(table: pl.DataFrame | str, channels: Sequence[str]) -> NDArray[np.float32] | str:
    """Return the channels of a table (l, c), or what is wrong with them."""
    if isinstance(table, str):
        return table
    absent = [name for name in channels if name not in table.columns]
    if absent:
        return f"no column {absent[0]!r}"
    texts = [name for name in channels if not (table[name].dtype.is_numeric() or table[name].dtype == pl.Null)]
    if texts:
        return f"column {texts[0]!r} holds other things than numbers"
    found: NDArray[np.float32] = table.select(pl.col(channels).cast(pl.Float32).fill_null(np.nan)).to_numpy()
    return found


def _said_columns(channels: Sequence[str], clocks: Sequence[str]) -> tuple[Decision, ...]:
    """Say which columns are channels."""
    aside = f"; {', '.join(repr(name) for name in clocks)} only tells the time" if clocks else ""
    return (
        Decision(
            topic="channels",
            choice=f"{len(channels)} channel{'s' * (len(channels) != 1)}: {', '.join(channels)}{aside}",
            reason="each file is a series, its columns are channels and its rows are steps",
        ),
    )


SERIES_FILES: Final = FileKind(kind="series", noun="series file", subject=SERIES, suffixes=SUFFIXES, decode=decode)


def read_series_folder(source: Path, settings: DataSettings, known: Known) -> Dataset:
    """Read the CSV files of a folder; folders named train and test are the official parts.

    Raises:
        DataError: a file cannot be read, or a label table names files that do not exist.
    """
    labels = None if settings.labels is None else Path(settings.labels).resolve()
    listed = [item for item in list_files(source, SUFFIXES) if item.path.resolve() != labels]
    return read_files(source, settings, known, SERIES_FILES, listed)


SERIES_FOLDER: Final = Source(
    name="series folder",
    title="a folder of CSV files, each a series: a folder for each class, or --labels TABLE",
    kind="series",
    recognises=is_series_folder,
    read=read_series_folder,
)
