"""Parquet files."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pellucid.data.settings import DataSettings
from pellucid.data.sources.parquet import is_parquet, read_parquet
from pellucid.foundation.errors import DataError


def test_types_are_kept_and_texts_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame(
        {"n": pl.Series([1, 2], dtype=pl.Int16), "t": ["1", "?"], "c": pl.Series(["1", "2"]).cast(pl.Categorical)}
    ).write_parquet(path)
    data = read_parquet(path, DataSettings(), ())
    assert data.frame.schema["n"] == pl.Int16
    assert data.frame["t"].to_list() == [1, None]
    assert data.frame["c"].to_list() == ["1", "2"]


def test_recognised_by_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "no-ending"
    pl.DataFrame({"n": [1]}).write_parquet(path)
    assert is_parquet(path)


def test_a_damaged_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1 and nothing more")
    with pytest.raises(DataError, match="to be a whole Parquet file"):
        read_parquet(path, DataSettings(), ())


def test_no_rows_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"n": pl.Series([], dtype=pl.Int64)}).write_parquet(path)
    with pytest.raises(DataError, match=r"expected rows of data in a\.parquet, got none"):
        read_parquet(path, DataSettings(), ())
