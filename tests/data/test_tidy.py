"""The few types of columns, and their values as texts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import polars as pl
import pytest

from pellucid.data.tidy import text_of, tidy


@pytest.mark.parametrize(
    ("column", "values", "dtype"),
    [
        (pl.Series([1, 2], dtype=pl.UInt8), [1, 2], pl.UInt8),
        (pl.Series([1, None], dtype=pl.UInt64), [1.0, None], pl.Float64),
        (pl.Series([1.5, float("nan")], dtype=pl.Float32), [1.5, None], pl.Float32),
        (pl.Series([Decimal("1.5")]), [1.5], pl.Float64),
        (pl.Series([date(2020, 1, 31)]), [datetime(2020, 1, 31)], pl.Datetime("us")),
        (pl.Series([datetime(2020, 1, 31)]).cast(pl.Datetime("ns")), [datetime(2020, 1, 31)], pl.Datetime("us")),
        (
            pl.Series([datetime(2020, 1, 31, 12)]).dt.replace_time_zone("Asia/Tokyo"),
            [datetime(2020, 1, 31, 12)],
            pl.Datetime("us"),
        ),
        (pl.Series([timedelta(seconds=1.5)]), [1.5], pl.Float64),
        (pl.Series([time(1, 0)]), [3600.0], pl.Float64),
        (pl.Series([None, None]), [None, None], pl.String),
        (pl.Series([True]), [True], pl.Boolean),
    ],
)
def test_types(column: pl.Series, values: list[object], dtype: pl.DataType) -> None:
    frame, said = tidy(pl.DataFrame({"a": column}))
    assert frame["a"].to_list() == values
    assert frame["a"].dtype == dtype
    assert not said


def test_infinity_counts_as_missing_and_is_said() -> None:
    frame, (said,) = tidy(pl.DataFrame({"a": [1.0, float("inf"), float("-inf")], "b": [1, 2, 3]}))
    assert frame["a"].to_list() == [1.0, None, None]
    assert said.topic == "column a"
    assert said.choice == "2 infinite numbers count as missing"


def test_records_open_and_lists_go() -> None:
    frame, (said,) = tidy(pl.DataFrame({"a": [{"b": {"c": 1}}], "l": [[1, 2]]}))
    assert frame.to_dict(as_series=False) == {"a.b.c": [1]}
    assert said.topic == "column l"


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (pl.Series([1, None]), ["1", None]),
        (pl.Series([1.0, 2.5, None]), ["1", "2.5", None]),
        (pl.Series([True, False, None]), ["True", "False", None]),
        (pl.Series(["x", None]), ["x", None]),
        (pl.Series(["x"]).cast(pl.Categorical), ["x"]),
    ],
)
def test_texts_do_not_depend_on_the_type(column: pl.Series, texts: list[str | None]) -> None:
    assert text_of(column).to_list() == texts


def test_lists_of_texts_are_joined() -> None:
    frame, said = tidy(pl.DataFrame({"a": [["very", "good"], [], None], "b": [{"c": ["x", None]}, None, None]}))
    assert frame["a"].to_list() == ["very good", "", None]
    assert frame["b.c"].to_list() == ["x", None, None]
    assert [(decision.topic, decision.warning) for decision in said] == [("column a", True), ("column b.c", True)]
