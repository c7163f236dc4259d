"""Seasons of series that are made with a known one; correlations beside NumPy's."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pellucid.data.forecasting.clock import DAY, HOUR, MINUTE, SECOND, Clock
from pellucid.data.forecasting.seasons import (
    calendar,
    calendar_names,
    candidates,
    correlation,
    periods_of,
    running_mean,
    season_of,
)

HOURS = Clock(unit="microsecond", length=HOUR, start=0)
DAYS = Clock(unit="microsecond", length=DAY, start=0)
MONTHS = Clock(unit="month", length=1, start=2000 * 12)
NOISE = np.random.default_rng(0).normal(size=4000)


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        (MONTHS, {"year": 12}),
        (Clock(unit="month", length=3, start=0), {"year": 4}),
        (Clock(unit="month", length=12, start=0), {}),
        (Clock(unit="number", length=1, start=0), {}),
        (Clock(unit="weekday", length=1, start=0), {"week": 5, "year": 365.25 * 5 / 7}),
        (DAYS, {"week": 7, "year": 365.25}),
        (Clock(unit="microsecond", length=7 * DAY, start=0), {"year": 365.25 / 7}),
    ],
)
def test_periods_are_those_of_the_calendar(clock: Clock, expected: dict[str, float]) -> None:
    assert periods_of(clock) == pytest.approx(expected)


def test_seconds_also_have_minutes_and_hours() -> None:
    assert candidates(Clock(unit="microsecond", length=10 * SECOND, start=0))[:3] == (6, 360, 8640)
    assert candidates(Clock(unit="microsecond", length=10 * MINUTE, start=0)) == (144, 1008, 52596)


def test_a_season_is_confirmed_also_under_a_trend_and_with_gaps() -> None:
    months = np.arange(240)
    values = 0.5 * months + 4 * np.sin(2 * np.pi * months / 12) + NOISE[:240]
    values[[5, 17, 100]] = np.nan
    found = season_of(values, MONTHS)
    assert found.length == 12
    assert found.correlation > 0.7


def test_noise_and_slow_waves_have_no_season() -> None:
    assert season_of(NOISE[:600], HOURS).length == 1
    assert season_of(np.sin(2 * np.pi * np.arange(600) / 132), MONTHS).length == 1


def test_a_week_wins_over_a_day_only_where_it_repeats_better() -> None:
    hours = np.arange(168 * 6)
    daily = np.sin(2 * np.pi * hours / 24) + 0.1 * NOISE[: len(hours)]
    weekly = daily * (1 + 2 * (hours // 24 % 7 >= 5))
    assert season_of(daily, HOURS).length == 24
    assert season_of(weekly, HOURS).length == 168


def test_a_season_must_have_been_seen_twice() -> None:
    assert season_of(np.sin(2 * np.pi * np.arange(20) / 12), MONTHS).length == 1


def test_correlation_is_that_of_numpy_for_a_long_series() -> None:
    values = np.sin(np.arange(3000) * 0.3) + 0.2 * NOISE[:3000]
    assert correlation(values, 4) == pytest.approx(np.corrcoef(values[:-4], values[4:])[0, 1], abs=2e-3)
    assert correlation(np.ones(10), 2) == 0


def test_the_running_mean_follows_a_straight_line() -> None:
    line = np.arange(50.0)
    np.testing.assert_allclose(running_mean(line, 5)[5:-5], line[5:-5])
    np.testing.assert_allclose(running_mean(np.array([1.0, np.nan, 3.0]), 3), [1, 2, 3])


def test_the_calendar_is_waves_of_one_and_half_a_period() -> None:
    waves = calendar(MONTHS, np.array([0, 12, 24]), ("year",))
    np.testing.assert_allclose(waves, [[1, 0, 1, 0]] * 3, atol=1e-6)
    assert calendar(MONTHS, np.arange(5), ()).shape == (5, 0)
    hours = calendar(HOURS, np.arange(24), ("day",))
    np.testing.assert_allclose(hours[:, 0], np.cos(2 * np.pi * np.arange(24) / 24), atol=1e-6)
    np.testing.assert_allclose(hours[:, 3], np.sin(4 * np.pi * np.arange(24) / 24), atol=1e-6)


def test_only_periods_that_were_seen_twice_are_known() -> None:
    assert calendar_names(DAYS, 700) == ("week",)
    assert calendar_names(DAYS, 731) == ("week", "year")
    assert calendar(DAYS, pl.Series([0]).to_numpy(), ("week", "year")).shape == (1, 8)
