"""Which tables are series to forecast."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from pellucid.data.dataset import Dataset
from pellucid.data.forecasting.recognise import recognise
from pellucid.data.settings import DataSettings
from pellucid.foundation.errors import DataError, RangeError, UnknownNameError

DAYS = [datetime(2020, 1, 1) + timedelta(days=day) for day in range(40)]


def table(kind: Any = "table", **columns: Any) -> Dataset:
    frame = pl.DataFrame(columns)
    return Dataset(kind=kind, name="t.csv", frame=frame, source_rows=np.arange(len(frame)) + 2)


PLAIN = table(day=DAYS, y=range(40), x=np.arange(40) / 2)


def test_times_and_numbers_alone_are_a_series_and_it_is_said() -> None:
    found = recognise(PLAIN, DataSettings(), None)
    assert found is not None
    assert (found.time, found.numbers, found.clock.title) == ("day", ("y", "x"), "1 day")
    (said,) = found.decisions
    assert (said.overrule, said.warning) == ("--task regression", True)
    assert said.reason == ("there is nothing but numbers beside day, which goes on by 1 day; every step has its row")


@pytest.mark.parametrize(
    ("dataset", "settings"),
    [
        (table(day=DAYS, y=range(40), town=["a", "b"] * 20), {}),
        (table(day=DAYS, y=range(40), until=DAYS), {}),
        (table(day=DAYS[:20], y=range(20)), {}),
        (table(day=DAYS[:30] + DAYS[20:30], y=range(40)), {}),
        (table(day=[*DAYS[:35], *[None] * 5], y=range(40)), {}),
        (table(day=[day + timedelta(days=9) * (day > DAYS[19]) for day in DAYS], y=range(40)), {}),
        (table(day=[datetime(2020, 1, 1) + timedelta(days=day**2) for day in range(40)], y=range(40)), {}),
        (table(day=[*DAYS[:39], DAYS[39] - timedelta(hours=12)], y=range(40)), {}),
        (table(day=DAYS), {}),
        (table(y=range(40)), {}),
        (PLAIN, {"group": "x"}),
        (PLAIN, {"exposure": "x"}),
        (PLAIN, {"split": "random"}),
    ],
    ids=[
        "texts",
        "two times",
        "few rows",
        "repeated",
        "no time",
        "gaps",
        "irregular",
        "off the steps",
        "no numbers",
        "no times",
        "groups",
        "exposure",
        "random split",
    ],
)
def test_everything_else_stays_a_table(dataset: Dataset, settings: dict[str, Any]) -> None:
    assert recognise(dataset, DataSettings(**settings), None) is None


@pytest.mark.parametrize(
    "days",
    [DAYS[::-1], [*DAYS[1::2], *DAYS[::2]], [*DAYS[:39], DAYS[20]], [*DAYS[:39], None]],
    ids=["backwards", "shuffled", "one repeated", "one missing"],
)
def test_rows_in_another_order_and_single_faults_do_not_hide_a_series(days: list[Any]) -> None:
    found = recognise(table(day=days, y=range(40)), DataSettings(), None)
    assert found is not None
    assert (found.time, found.clock.title) == ("day", "1 day")


def test_whole_numbers_that_count_the_time_are_times() -> None:
    found = recognise(table(t=range(40), y=range(40)), DataSettings(), None)
    assert found is not None
    assert found.time == "t"
    assert recognise(table(id=range(40), y=range(40)), DataSettings(), None) is None


def test_a_task_that_is_named_is_done() -> None:
    assert recognise(PLAIN, DataSettings(), "regression") is None
    assert recognise(table("picture", day=DAYS, y=range(40)), DataSettings(), None) is None


@pytest.mark.parametrize(("settings", "task"), [({"horizon": 3}, None), ({}, "forecast")])
def test_a_forecast_that_is_asked_for_is_made_of_any_table(settings: dict[str, Any], task: str | None) -> None:
    gaps = table(until=[DAYS[0]] * 40, town=["a"] * 40, day=[*DAYS[:20], *DAYS[30:], *DAYS[20:30]], y=range(40))
    found = recognise(gaps, DataSettings(**settings), task)
    assert found is not None
    assert (found.time, found.numbers) == ("day", ("y",))
    assert [decision.choice for decision in found.decisions][1] == "left out: until, town"


def test_rows_are_the_steps_where_there_is_no_time() -> None:
    found = recognise(table(y=range(10)), DataSettings(horizon=2), None)
    assert found is not None
    assert (found.time, found.clock.title) == (None, "1 step")
    assert "no column holds times" in found.decisions[0].reason


def test_years_and_months_as_texts_are_times() -> None:
    years = recognise(table(Year=range(1700, 1730), spots=range(30)), DataSettings(), None)
    months = recognise(
        table(Month=[f"{1 + m // 12}-{1 + m % 12:02d}" for m in range(36)], y=range(36)), DataSettings(), None
    )
    assert years is not None
    assert months is not None
    assert (years.time, months.time) == ("Year", "Month")


def test_a_column_of_time_that_is_named_is_taken() -> None:
    times = table(a=DAYS, b=np.arange(40) + 3, y=range(40))
    assert recognise(times, DataSettings(time="b"), None) is None  # a is no number
    found = recognise(times, DataSettings(time="b", horizon=2), None)
    assert found is not None
    assert (found.time, found.numbers) == ("b", ("y",))
    found = recognise(table(b=np.arange(40) + 3, y=range(40)), DataSettings(time="b"), None)
    assert found is not None
    assert found.time == "b"


def test_what_cannot_be_forecast_gets_its_sentence() -> None:
    with pytest.raises(DataError, match="regular times in day, got '2020-01-01 00:00:00', .* which follow no step"):
        recognise(table(day=[DAYS[0], *DAYS[0:1], DAYS[9]], y=range(3)), DataSettings(horizon=1), None)
    with pytest.raises(DataError, match="a column of numbers to forecast in t.csv, got none beside day"):
        recognise(table(day=DAYS, y=["a"] * 40), DataSettings(horizon=1), None)
    with pytest.raises(RangeError, match="a table with a column of time for a forecast, got a picture"):
        recognise(table("picture", day=DAYS), DataSettings(horizon=1), None)
    with pytest.raises(RangeError, match="--horizon with a forecast, got --task binary: leave one of them out"):
        recognise(PLAIN, DataSettings(horizon=1), "binary")
    with pytest.raises(UnknownNameError, match="a column that is known ahead among day, y, x, got 'xx'"):
        recognise(PLAIN, DataSettings(known=("xx",)), None)
    with pytest.raises(UnknownNameError, match="a column of time among day, y, x, got 'dai'"):
        recognise(PLAIN, DataSettings(time="dai"), None)


def test_dropped_columns_do_not_speak_against_a_series() -> None:
    found = recognise(table(day=DAYS, y=range(40), town=["a"] * 40), DataSettings(drop=("town",)), None)
    assert found is not None
    assert found.numbers == ("y",)
