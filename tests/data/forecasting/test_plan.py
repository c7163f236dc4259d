"""Plans and parts. Borders and counts are computed by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.data.forecasting.clock import DAY, HOUR, Clock
from pellucid.data.forecasting.grid import Grid
from pellucid.data.forecasting.plan import MOST_JUDGED, Plan, parts_of, plan_of
from pellucid.data.settings import DataSettings
from pellucid.foundation.errors import DataError, RangeError

HOURS = Clock(unit="microsecond", length=HOUR, start=0)
DAYS = Clock(unit="microsecond", length=DAY, start=0)
MONTHS = Clock(unit="month", length=1, start=2000 * 12)
STEPS = Clock(unit="number", length=1, start=0)


def grid(steps: int, clock: Clock = HOURS, season: float = 24) -> Grid:
    values = np.sin(2 * np.pi * np.arange(steps) / season)[:, None]
    return Grid(clock=clock, time="t", names=("y",), values=values, rows=np.arange(steps))


def planned(steps: int, clock: Clock = HOURS, period: float = 24, **settings: Any) -> Plan:
    return plan_of(grid(steps, clock, period), 1, DataSettings(**settings))


def test_of_hours_a_day_is_forecast_from_a_week() -> None:
    plan = planned(5000)
    assert (plan.horizon, plan.window, plan.season) == (24, 168, 24)
    assert (plan.train_end, plan.test_start) == (3200, 4000)  # a fifth to test, a fifth of the rest to validate
    assert [decision.topic for decision in plan.decisions] == ["horizon", "season", "window"]
    assert plan.decisions[0].reason == "that is a day"


@pytest.mark.parametrize(
    ("steps", "clock", "season", "expected"),
    [
        (3650, DAYS, 365.25, (7, 28, 365.25)),
        (144, MONTHS, 12, (12, 20, 12)),  # a quarter of the 92 training steps less the horizon
        (2000, MONTHS, 100, (12, 48, 1)),
        (500, STEPS, 12, (12, 48, 1)),
        (36, MONTHS, 100, (3, 5, 1)),
    ],
    ids=["days", "months", "months without a season", "numbers", "very few"],
)
def test_the_step_and_the_length_decide(
    steps: int, clock: Clock, season: float, expected: tuple[int, int, float]
) -> None:
    plan = planned(steps, clock, season)
    assert (plan.horizon, plan.window, plan.season) == expected


def test_a_short_series_whose_season_hardly_fits_still_sees_one() -> None:
    plan = planned(120, HOURS, 24, horizon=6)
    assert plan.window == 24


def test_what_the_user_says_is_taken_and_not_said_again() -> None:
    plan = planned(1000, horizon=5, window=50, season=10)
    assert (plan.horizon, plan.window, plan.season, plan.decisions) == (5, 50, 10, ())


def test_where_no_season_is_confirmed_it_is_said_what_was_tried() -> None:
    said = {decision.topic: decision for decision in planned(600, MONTHS, 132).decisions}
    assert (said["season"].choice, said["season"].reason) == ("none", "values do not clearly repeat after 12 steps")
    said = {decision.topic: decision for decision in planned(600, STEPS, 132).decisions}
    assert said["season"].reason == "a step of 1 step suggests none"


def test_a_season_that_the_training_part_is_too_short_for_is_not_said_to_be_absent() -> None:
    days = Clock(unit="microsecond", length=DAY, start=0)  # a week and a year; two years are not there
    said = {decision.topic: decision for decision in planned(600, days, 45.3).decisions}
    assert said["season"].reason == "values do not clearly repeat after 7 steps"
    said = {decision.topic: decision for decision in planned(30, MONTHS, 132, horizon=2, window=2).decisions}
    assert said["season"].reason == "the training part does not show 12 steps twice"


def test_too_short_a_series_says_how_long_it_must_be() -> None:
    with pytest.raises(DataError, match=r"at least (\d+) steps for a window of 30 and a horizon of 10") as raised:
        planned(60, STEPS, window=30, horizon=10)
    least = int(str(raised.value).split("at least ")[1].split()[0])
    assert planned(least, STEPS, window=30, horizon=10).train_end == 43  # 30 + 10 for one window, 3 more for four
    with pytest.raises(DataError, match=f"got {least - 1} from 0 to {least - 2}: give a longer series"):
        planned(least - 1, STEPS, window=30, horizon=10)


def test_a_horizon_longer_than_the_series_allows_is_refused() -> None:
    with pytest.raises(RangeError, match="a horizon below a third of the series, got 40 steps of 100"):
        planned(100, STEPS, horizon=40)


def test_parts_can_be_left_out() -> None:
    plan = planned(1000, STEPS, horizon=5, window=10, test=0, validation=0)
    assert (plan.train_end, plan.test_start) == (1000, 1000)


@given(st.integers(60, 400), st.integers(1, 10), st.integers(1, 12), st.data())
def test_no_target_belongs_to_two_parts(steps: int, horizon: int, window: int, data: st.DataObject) -> None:
    series = grid(steps, STEPS)
    plan = plan_of(series, 1, DataSettings(horizon=horizon, window=window, season=1))
    usable = np.zeros(steps + 1, bool)
    usable[window : steps - horizon + 1] = True
    usable[data.draw(st.integers(window, steps))] = False
    parts = parts_of(plan, usable, series, 1)
    targets = [
        {int(step) for origin in part for step in range(origin, origin + horizon)}
        for part in (parts.train, parts.validation, parts.test)
    ]
    assert not targets[0] & targets[1]
    assert not targets[1] & targets[2]
    assert max(targets[0]) < min(targets[1]) <= max(targets[1]) < min(targets[2]) <= max(targets[2]) < steps
    assert usable[np.concatenate([parts.train, parts.validation, parts.test])].all()


def test_many_origins_are_thinned_and_it_is_said() -> None:
    series = grid(60_000, STEPS)
    plan = plan_of(series, 1, DataSettings(horizon=5, window=5, season=1))
    parts = parts_of(plan, np.arange(60_001) < 59_996, series, 1)
    assert (len(parts.validation), len(parts.test)) == (MOST_JUDGED, MOST_JUDGED)
    assert parts.decisions[1].choice == "evenly spread: 5,000 of 9,596 to validate, 5,000 of 11,996 to test"


def test_a_part_without_whole_windows_is_refused() -> None:
    series = grid(100, STEPS)
    plan = plan_of(series, 1, DataSettings(horizon=2, window=5, season=1))
    with pytest.raises(
        DataError, match=r"at least 4 windows of 5 \+ 2 steps without long gaps in the training part, got"
    ):
        parts_of(plan, np.zeros(101, bool), series, 1)
    with pytest.raises(DataError, match=r"at least 1 windows of 5 \+ 2 steps without long gaps in the validation part"):
        parts_of(plan, np.arange(101) < 60, series, 1)
