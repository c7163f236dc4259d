"""What a source is: how it is recognised and how it is read; and the last step that all tables share."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.frames import Parted
from pellucid.data.settings import DataSettings
from pellucid.data.text.cells import TEXT_KINDS, Reading, parse_texts
from pellucid.data.tidy import tidy
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Column, ColumnKind, Decision, InputKind

HEAD_BYTES: Final = 1 << 10  # in which a file's first characters are looked for, after blanks

Known = Sequence[Column]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One kind of thing that data can be read from."""

    name: str
    """In the catalogue."""
    title: str
    """As said to people: what it is and how it is written on the command line."""
    kind: InputKind
    """What comes out (arrays give either; then `table`)."""
    suffixes: tuple[str, ...] = ()
    """Endings of the files of a folder that it reads, one example each; empty of other sources."""
    recognises: Callable[[Any], bool]
    """Whether this source reads such a thing (a `pathlib.Path`, a name, or an object in memory)."""
    read: Callable[[Any, DataSettings, Known], Dataset]
    """Read it; `known` are the columns as a trained run knows them, empty at the first reading."""


def has_suffix(source: Any, *suffixes: str) -> bool:
    """Say whether a source is a file with one of these endings, gzipped or not.

    Example:
        >>> has_suffix(Path("a/b.CSV.gz"), ".csv")
        True
    """
    if not isinstance(source, Path):
        return False
    name = source.name.lower().removesuffix(".gz")
    return name.endswith(suffixes)


def starts_with(source: Any, mark: bytes) -> bool:
    """Say whether a source is a file whose first bytes are these (letter case and blanks before ignored)."""
    if not isinstance(source, Path) or not source.is_file():
        return False
    with source.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", errors="ignore").encode()
    return head.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(mark.lower())


def kinds_of(settings: DataSettings, known: Known) -> dict[str, ColumnKind]:
    """Return the kinds that the user gave, and those of a run's columns that must stay texts."""
    texts: dict[str, ColumnKind] = {column.name: column.kind for column in known if column.kind in TEXT_KINDS}
    return texts | dict(settings.column or {})


def table_dataset(
    table: pl.LazyFrame | Parted,
    *,
    name: str,
    settings: DataSettings,
    known: Known,
    rows: NDArray[np.int64] | None = None,
    target: tuple[str, ...] = (),
    decisions: Sequence[Decision] = (),
    comma_groups: bool = False,
) -> Dataset:
    """Make the dataset of a table: find out what its texts mean and bring every column to one of the few types.

    Raises:
        DataError: the table has no rows or no columns.
    """
    reading = Reading(
        kinds=kinds_of(settings, known),
        missing=settings.missing,
        decimal=settings.decimal,
        comma_groups=comma_groups,
        strict=bool(known),
    )
    parted = Parted.of(table) if isinstance(table, pl.LazyFrame) else table
    if rows is None:
        count = sum(part.select(pl.len()).collect().item() for part in parted.parts())
        rows = np.arange(count, dtype=np.int64)
    if not len(rows) or not parted.head(0).width:
        raise DataError(f"read expected rows of data in {name}, got none: check that it is the right one")
    frame, parsed = parse_texts(parted, reading, rows)
    frame, tidied = tidy(frame)
    return Dataset(
        kind="table",
        name=name,
        frame=frame,
        source_rows=rows,
        target=target,
        decisions=(*decisions, *parsed, *tidied),
    )
