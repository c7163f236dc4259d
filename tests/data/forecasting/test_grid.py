"""Grids, counted by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from pellucid.data.dataset import Dataset
from pellucid.data.forecasting.clock import clock_of
from pellucid.data.forecasting.grid import Grid, bridged, grid_of
from pellucid.foundation.errors import DataError

START = datetime(2020, 1, 1)
WHOLE = clock_of(pl.Series([START + timedelta(days=day) for day in range(30)]))


def table(days: list[float | None], values: list[Any] | None = None) -> Dataset:
    times = [None if day is None else START + timedelta(days=day) for day in days]
    frame = pl.DataFrame({"day": pl.Series(times, dtype=pl.Datetime("us")), "y": values or list(range(len(days)))})
    return Dataset(kind="table", name="days.csv", frame=frame, source_rows=np.arange(len(days)) + 2)


def grid(days: list[float | None], values: list[Any] | None = None) -> tuple[Grid, list[str]]:
    assert WHOLE is not None
    found, said = grid_of(table(days, values), "day", ("y",), WHOLE)
    return found, [decision.choice for decision in said]


def test_a_whole_series_stays_as_it_is() -> None:
    found, said = grid([0, 1, 2])
    assert (found.values.ravel().tolist(), found.rows.tolist(), said) == ([0, 1, 2], [2, 3, 4], [])
    assert found.frame()["day"].to_list() == [START, START + timedelta(days=1), START + timedelta(days=2)]


def test_rows_are_sorted_and_keep_their_lines() -> None:
    found, said = grid([2, 0, 1])
    assert (found.values.ravel().tolist(), found.rows.tolist(), said) == ([1, 2, 0], [3, 4, 2], ["rows sorted"])


def test_missing_steps_are_inserted_empty() -> None:
    found, said = grid([0, 1, 4])
    np.testing.assert_array_equal(found.values.ravel(), [0, 1, np.nan, np.nan, 2])
    assert found.rows.tolist() == [2, 3, 3, 3, 4]
    assert said == ["2 steps inserted without values"]
    assert found.frame()["y"].to_list() == [0, 1, None, None, 2]


def test_a_repeated_time_gets_the_mean_of_what_is_there() -> None:
    days: list[float | None] = [*range(28), 3, 4]
    values = [*map(float, range(28)), 5.0, None]
    found, said = grid([*days, *range(28, 60)], [*values, *map(float, range(28, 60))])
    assert (found.values[3, 0], found.values[4, 0]) == (4.0, 4.0)  # (3 + 5) / 2, and 4 alone
    assert said == ["rows sorted", "2 rows joined with the one of the same time, as their mean"]


def test_several_series_in_one_file_are_refused() -> None:
    with pytest.raises(
        DataError, match=r"expected each time of day once, got 2020-01-01 2 times \(from row 2 on\) and 3 repeated"
    ):
        grid([0, 1, 2, 0, 1, 2])


def test_few_times_that_fit_no_step_are_left_out() -> None:
    days: list[float | None] = [*range(28), 28.5, None]
    found, said = grid([*days, *range(29, 60)])
    assert said[0] == "2 rows left out"
    assert len(found) == 60


def test_many_times_that_fit_no_step_are_refused() -> None:
    with pytest.raises(DataError, match=r"a time in day every 1 day, got '2020-01-02 12:00:00' in row 3 and 1 more"):
        grid([0, 1.5, 2.5, 3])
    with pytest.raises(DataError, match="got no time in row 3 and 0 more that fit no step"):
        grid([0, None, 2])


def test_a_wrong_date_does_not_fill_the_memory() -> None:
    with pytest.raises(DataError, match="which are 1,001 steps: correct the times that are far from the others"):
        grid([0, 1, 2, 1000])


def test_a_text_among_the_values_is_named() -> None:
    with pytest.raises(DataError, match=r"expected numbers in the series y, got '\?0.2' in row 3: correct it"):
        grid([0, 1], ["1.5", "?0.2"])


def test_an_empty_table_is_refused_by_whoever_asks() -> None:
    assert WHOLE is not None
    with pytest.raises(DataError, match="predict expected rows of a series in days.csv, got none"):
        grid_of(table([]).take(np.arange(0)), "day", ("y",), WHOLE, who="predict")


def test_rows_are_the_steps_where_there_is_no_time() -> None:
    assert WHOLE is not None
    found, said = grid_of(table([5, 5, 5]), None, ("y",), WHOLE)
    assert (found.values.ravel().tolist(), found.time, said) == ([0, 1, 2], "step", ())


@pytest.mark.parametrize(
    ("values", "longest", "expected"),
    [
        ([1, np.nan, 3], 1, [1, 2, 3]),
        ([1, np.nan, np.nan, 4], 1, [1, np.nan, np.nan, 4]),
        ([1, np.nan, np.nan, 4], 2, [1, 2, 3, 4]),
        ([np.nan, 1, np.nan], 5, [np.nan, 1, 1]),
        ([1, np.nan, np.nan, np.nan], 2, [1, 1, 1, np.nan]),
        ([np.nan, np.nan], 5, [np.nan, np.nan]),
        ([1, 2], 5, [1, 2]),
    ],
)
def test_short_gaps_are_bridged(values: list[float], longest: int, expected: list[float]) -> None:
    np.testing.assert_array_equal(bridged(np.array(values)[:, None], longest).ravel(), expected)
