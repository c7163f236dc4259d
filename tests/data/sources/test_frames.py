"""Data frames in memory."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from pellucid.data.settings import DataSettings
from pellucid.data.sources.frames import is_frame, read_frame, to_polars
from pellucid.foundation.errors import DataError

ROWS = {"n": [1.5, None], "t": ["x", None], "b": [True, False], "i": [1, 2]}


@pytest.mark.parametrize("frame", [pl.DataFrame(ROWS), pl.LazyFrame(ROWS), pa.table(ROWS), pd.DataFrame(ROWS)])
def test_every_library_gives_the_same(frame: object) -> None:
    assert is_frame(frame)
    assert read_frame(frame, DataSettings(), ()).frame.to_dict(as_series=False) == ROWS


def test_pandas_types() -> None:
    frame = pd.DataFrame(
        {
            "when": pd.to_datetime(["2020-01-31", None]),
            "kind": pd.Categorical(["1", None]),
            "nullable": pd.array([1, None], dtype="Int64"),
            "mixed": np.array([1, "x"], dtype=object),
            3: [1, 2],
        },
        index=["r", "s"],
    )
    data = read_frame(frame, DataSettings(), ()).frame
    assert data["when"].to_list() == [datetime(2020, 1, 31), None]
    assert data["kind"].dtype == pl.Categorical
    assert data["nullable"].to_list() == [1, None]
    assert data["mixed"].to_list() == ["1", "x"]
    assert data["3"].to_list() == [1, 2]


def test_whole_numbers_with_gaps_stay_numbers() -> None:
    data = read_frame(pd.DataFrame({"a": [1, np.nan, 3]}), DataSettings(), ()).frame
    assert data["a"].to_list() == [1.0, None, 3.0]


def test_repeated_names_are_an_error() -> None:
    with pytest.raises(DataError, match="one column of each name"):
        to_polars(pd.DataFrame([[1, 2]], columns=["a", "a"]))


@pytest.mark.parametrize("other", [5, "a.csv", np.zeros(3), pd.Series([1])])
def test_other_things_are_no_frames(other: object) -> None:
    assert not is_frame(other)
