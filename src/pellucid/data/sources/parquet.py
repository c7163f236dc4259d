"""Parquet files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.source import Known, Source, has_suffix, starts_with, table_dataset
from pellucid.foundation.errors import DataError

MAGIC: Final = b"PAR1"


def is_parquet(source: Any) -> bool:
    """Say whether a source is a Parquet file, by its ending or its first bytes."""
    return has_suffix(source, ".parquet", ".pq") or starts_with(source, MAGIC)


def read_parquet(source: Path, settings: DataSettings, known: Known) -> Dataset:
    """Read a Parquet file.

    Raises:
        DataError: the file is damaged.
    """
    try:
        table = pl.scan_parquet(source)
        table.collect_schema()
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise DataError(f"read expected {source} to be a whole Parquet file, got {reason}: write it again") from None
    return table_dataset(table, name=source.name, settings=settings, known=known)


PARQUET: Final = Source(name="parquet", title="a Parquet file", kind="table", recognises=is_parquet, read=read_parquet)
