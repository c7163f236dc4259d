"""Data frames in memory: Polars, pandas, Arrow and whatever else Narwhals knows."""

from __future__ import annotations

import sys
from typing import Any, Final

import numpy as np
import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.source import Known, Source, table_dataset
from pellucid.foundation.errors import DataError

FRAME_MODULES: Final = ("polars", "pandas", "pyarrow", "modin", "cudf", "duckdb", "dask", "ibis", "narwhals")


def is_frame(source: Any) -> bool:
    """Say whether a source is a data frame; no library is imported to find out."""
    if type(source).__module__.partition(".")[0] not in FRAME_MODULES:
        return False
    import narwhals

    try:
        narwhals.from_native(source)
    except TypeError:
        return False
    return True


def read_frame(source: Any, settings: DataSettings, known: Known) -> Dataset:
    """Read a data frame.

    Raises:
        DataError: it has no rows, or two columns of the same name.
    """
    return table_dataset(to_polars(source).lazy(), name="data frame", settings=settings, known=known)


def to_polars(source: Any) -> pl.DataFrame:
    """Return any data frame as a Polars one; an index is not part of it.

    Raises:
        DataError: it has two columns of the same name.
    """
    if isinstance(source, pl.DataFrame):
        return source
    import narwhals

    try:
        frame = narwhals.from_native(source)
        eager = frame.collect() if isinstance(frame, narwhals.LazyFrame) else frame
        if "pandas" not in sys.modules or narwhals.get_native_namespace(eager).__name__ != "pandas":
            return eager.to_polars()
        return pl.DataFrame([_column(eager.get_column(name)) for name in eager.columns])
    except (narwhals.exceptions.DuplicateError, pl.exceptions.DuplicateError, ValueError) as error:
        raise DataError(
            f"read expected a data frame with one column of each name, got {error}: rename the columns"
        ) from None


def _column(column: Any) -> pl.Series:
    """Return one pandas column without asking for pyarrow; objects of mixed types become texts."""
    import narwhals

    name = str(column.name)
    if column.dtype == narwhals.Categorical or isinstance(column.dtype, narwhals.Enum):
        return pl.Series(name, [None if value is None else str(value) for value in column.to_list()], pl.Categorical)
    if column.dtype.is_numeric() and not column.is_null().any():
        return pl.Series(name, np.ascontiguousarray(column.to_numpy()))
    pairs = zip(column.to_list(), column.is_null().to_list(), strict=True)
    values = [None if empty else value for value, empty in pairs]
    return pl.Series(name, values, strict=False)


FRAME: Final = Source(
    name="data frame",
    title="a data frame in memory: Polars, pandas, Arrow",
    kind="table",
    recognises=is_frame,
    read=read_frame,
)
