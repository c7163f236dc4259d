"""Clocks. Expected times are those of the calendar, counted by hand or by pandas' date ranges."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import polars as pl
import pytest

from pellucid.data.forecasting.clock import LOST, Clock, clock_of, kind_of_time, months_in


def dates(start: str, periods: int, freq: str) -> pl.Series:
    return pl.Series("time", pd.date_range(start, periods=periods, freq=freq).to_numpy().astype("datetime64[us]"))


@pytest.mark.parametrize(
    ("freq", "title"),
    [
        ("h", "1 hour"),
        ("15min", "15 minutes"),
        ("D", "1 day"),
        ("7D", "1 week"),
        ("B", "1 weekday"),
        ("MS", "1 month"),
        ("ME", "1 month"),
        ("QS", "1 quarter"),
        ("2YS", "2 years"),
        ("1500ms", "1,500,000 microseconds"),
    ],
)
def test_the_step_is_found_and_times_come_back_as_they_were(freq: str, title: str) -> None:
    times = dates("2023-02-01", 40, freq)
    clock = clock_of(times.sample(40, shuffle=True, seed=0))
    assert clock is not None
    assert clock.title == title
    places = clock.places(times)
    np.testing.assert_array_equal(places, np.arange(40))
    assert clock.times(places).to_list() == times.to_list()
    beyond = dates("2023-02-01", 45, freq)
    assert clock.times(np.arange(40, 45)).to_list() == beyond[40:].to_list()


def test_counted_months_of_counted_years_are_times() -> None:
    times = pl.Series(["1-11", "1-12", "2-01", "2-02"])
    clock = clock_of(times)
    assert clock is not None
    assert (clock.title, clock.shown(0)) == ("1 month", "1-11")
    assert clock.times(np.array([0, 1, 2, 3, 4])).to_list() == ["1-11", "1-12", "2-01", "2-02", "2-03"]
    np.testing.assert_allclose(clock.since(np.array([2, 5]), "year"), [0, 90 / 365], atol=0.002)  # April: after 90 days


def test_years_as_numbers_are_steps() -> None:
    clock = clock_of(pl.Series([1700, 1701, 1702, 1704]))
    assert clock == Clock(unit="number", length=1, start=1700)
    assert clock.title == "1 step"
    assert clock.times(np.array([4, 5])).to_list() == [1704, 1705]


@pytest.mark.parametrize(
    "times",
    [
        pl.Series([1, 2]),
        pl.Series([datetime(2020, 1, day) for day in (1, 2, 4, 8, 16)]),
        pl.Series([1.5, 2.5, 3.5]),
        pl.Series(["a", "b", "c"]),
        pl.Series(["1-13", "1-14", "1-15"]),
        pl.Series([], dtype=pl.String),
        pl.Series([1, 3, 7, 15]),
        pl.Series(["1-01", "1-02"]),
    ],
    ids=["two", "irregular", "fractions", "texts", "no months", "none", "irregular numbers", "two months"],
)
def test_what_follows_no_step_has_no_clock(times: pl.Series) -> None:
    assert clock_of(times) is None


def test_weekends_or_hours_make_days_instead_of_weekdays() -> None:
    whole = clock_of(dates("2023-02-01", 30, "D"))
    noon = clock_of(dates("2023-02-01 12:00", 30, "B"))
    assert whole is not None
    assert noon is not None
    assert (whole.unit, noon.unit) == ("microsecond", "microsecond")


def test_days_four_weeks_apart_are_no_months() -> None:
    clock = clock_of(dates("2023-01-01", 20, "28D"))
    assert clock is not None
    assert clock.title == "4 weeks"


def test_days_of_the_month_that_change_are_no_months() -> None:
    assert (
        clock_of(pl.Series([datetime(2020, month, day) for month, day in enumerate((3, 9, 28, 1, 17, 5), 1)])) is None
    )


def test_a_time_between_steps_is_lost_and_a_little_jitter_is_not() -> None:
    clock = clock_of(dates("2023-02-01", 30, "h"))
    assert clock is not None
    odd = pl.Series([datetime(2023, 2, 1, 2, 3), datetime(2023, 2, 1, 2, 30)])
    assert clock.places(odd).tolist() == [2, LOST]


def test_times_are_shown_as_coarsely_as_they_are() -> None:
    shown = {freq: clock_of(dates("2023-02-01", 30, freq)).shown(1) for freq in ("h", "D", "B", "MS", "ME")}  # type: ignore[union-attr]  # found above
    assert shown == {
        "h": "2023-02-01 01:00",
        "D": "2023-02-02",
        "B": "2023-02-02",
        "MS": "2023-03",
        "ME": "2023-03-31",
    }


def test_the_place_in_a_period_starts_at_midnight_monday_and_new_year() -> None:
    clock = clock_of(dates("2024-01-01", 24 * 10, "h"))  # a Monday, in a leap year
    assert clock is not None
    hours = np.array([0, 6, 24 * 3])
    np.testing.assert_allclose(clock.since(hours, "day"), [0, 0.25, 0])
    np.testing.assert_allclose(clock.since(hours, "week"), [0, 6 / 168, 3 / 7])
    np.testing.assert_allclose(clock.since(hours, "year"), [0, 6 / (24 * 366), 3 / 366])


def test_times_are_described_by_their_type() -> None:
    kinds = [kind_of_time(times) for times in (pl.Series([1]), dates("2020-01-01", 1, "D"), pl.Series(["1-01"]))]
    assert kinds == ["number", "date", "category"]


def test_months_are_read_from_texts_alone() -> None:
    assert months_in(pl.Series([1, 2])) is None
    assert months_in(pl.Series(["1949/02", "1950.12"])).tolist() == [1949 * 12 + 1, 1950 * 12 + 11]  # type: ignore[union-attr]  # two months
