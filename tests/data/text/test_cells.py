"""What the texts of a column mean, decided from all cells."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

from pellucid.data.frames import Parted
from pellucid.data.text.cells import Reading, clean_texts, number_style, parse_texts
from pellucid.foundation.records import Decision


def parsed(cells: list[str | None], name: str = "a", **reading: Any) -> tuple[pl.Series, tuple[Decision, ...]]:
    table = pl.LazyFrame({name: pl.Series(cells, dtype=pl.String)})
    frame, said = parse_texts(Parted.of(table), Reading(**{"kinds": {}, **reading}), np.arange(10, 10 + len(cells)))
    return frame[name], said


@pytest.mark.parametrize(
    ("cells", "values", "dtype"),
    [
        (["1", " 2", "?", None], [1, 2, None, None], pl.Int64),
        (["1", "2.5", " ?"], [1.0, 2.5, None], pl.Float64),
        ([".28", "1e3", "NA"], [0.28, 1000.0, None], pl.Float64),
        (["True", "false", ""], [True, False, None], pl.Boolean),
        (["x", " y ", "N/A"], ["x", "y", None], pl.String),
        (["2020-01-31", "null"], [datetime(2020, 1, 31), None], pl.Datetime("us")),
        (["030001", "030002"], ["030001", "030002"], pl.String),  # a code would lose its zeros
        (["0", "0.5"], [0.0, 0.5], pl.Float64),
        (["", "?"], [None, None], pl.String),
    ],
)
def test_meanings(cells: list[str | None], values: list[object], dtype: pl.DataType) -> None:
    column, said = parsed(cells)
    assert column.to_list() == values
    assert column.dtype == dtype
    assert not said


def test_decimal_commas_are_said() -> None:
    column, (said,) = parsed(["1,5", "2", "1.234,25"])
    assert column.to_list() == [1.5, 2.0, 1234.25]
    assert said.choice == "numbers with decimal commas"


def test_commas_between_thousands_where_the_file_separates_by_commas() -> None:
    column, (said,) = parsed(["1,500", "12,000.5", "7"], comma_groups=True)
    assert column.to_list() == [1500.0, 12000.5, 7.0]
    assert said.choice == "numbers with commas between thousands"


def test_the_user_names_the_decimal_mark() -> None:
    assert parsed(["1,500", "2,500"], decimal=",", comma_groups=True)[0].to_list() == [1.5, 2.5]


def test_a_few_bad_cells_count_as_missing_and_are_named() -> None:
    column, (said,) = parsed([str(i) for i in range(40)] + ["x1"])
    assert column.null_count() == 1
    assert said.warning
    assert said.choice == "1 cells count as missing"
    assert said.reason.endswith("'x1' in row 50")


def test_many_bad_cells_make_a_text() -> None:
    column, said = parsed(["1", "2", "3", "a", "b"])
    assert column.dtype == pl.String
    assert not said


def test_strict_reading_keeps_a_single_bad_cell() -> None:
    column, said = parsed([str(i) for i in range(40)] + ["x1"], strict=True)
    assert column.dtype == pl.String
    assert not said


@pytest.mark.parametrize(
    ("kind", "cells", "values"),
    [
        ("category", ["1", "2", "?"], ["1", "2", None]),
        ("number", ["1", "x", "y"], [1.0, None, None]),
        ("date", ["20200131", "x"], [datetime(2020, 1, 31), None]),
    ],
)
def test_the_user_names_the_kind(kind: str, cells: list[str | None], values: list[object]) -> None:
    assert parsed(cells, kinds={"a": kind})[0].to_list() == values


def test_dates_that_fit_both_ways_are_said() -> None:
    column, (said,) = parsed(["01/02/2020", "03/04/2020"])
    assert column[0] == datetime(2020, 2, 1)
    assert said.warning
    assert "%m/%d/%Y" in said.reason


def test_dates_that_fit_one_way_are_not() -> None:
    assert parsed(["01/02/2020", "13/04/2020"])[1] == ()


def test_another_text_for_missing() -> None:
    assert parsed(["1", "-999", "k.A."], missing=("-999", "k.A."))[0].to_list() == [1, None, None]


def test_one_column_alone() -> None:
    assert clean_texts(pl.Series("a", [1.0, None])).to_list() == ["1", None]
    assert number_style(pl.Series("a", ["1,5"])) == "comma"


def test_a_column_may_have_any_name() -> None:
    for name in ("bad", "cell", "rows"):
        table = Parted.of(pl.LazyFrame({name: ["1"] * 40 + ["x"]}))
        column, said = parse_texts(table, Reading(kinds={}), np.arange(41))
        assert column[name].null_count() == 1
        assert "'x' in row 40" in said[0].reason
