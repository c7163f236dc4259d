"""Fitting on the training part: scales, the forms that the validation part chooses, and what is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pellucid.data.forecasting.clock import Clock
from pellucid.data.forecasting.fitting import Fit, fit_forecast, naive_errors
from pellucid.data.forecasting.grid import Grid
from pellucid.data.forecasting.plan import plan_of
from pellucid.data.settings import DataSettings
from pellucid.foundation.errors import DataError

MONTHS = Clock(unit="month", length=1, start=2000 * 12)
NOISE = np.random.default_rng(0).normal(size=(600, 3))
TIME = np.arange(600.0)
WAVE = np.sin(2 * np.pi * TIME / 12)


def grid(*columns: NDArray[np.float64]) -> Grid:
    values = np.stack(columns, axis=1)
    names = ("y", "x", "price")[: len(columns)]
    return Grid(clock=MONTHS, time="month", names=names, values=values, rows=np.arange(len(values)))


def fitted(series: Grid, *, targets: int = 1, known: tuple[str, ...] = (), keep: tuple[str, ...] = (), **s: Any) -> Fit:
    plan = plan_of(series, targets, DataSettings(**{"horizon": 3, "window": 12, **s}))
    return fit_forecast(series, plan, targets=targets, known=known, time="month", keep=keep)


def test_scales_are_those_of_the_training_part() -> None:
    y = WAVE + NOISE[:, 0]
    y[500:] += 1000
    fit = fitted(grid(y))
    train = y[:384]  # four fifths of four fifths of 600
    assert fit.transform.centre == (pytest.approx(train.mean()),)
    assert fit.transform.scale == (pytest.approx(train.std()),)


def test_nothing_of_the_test_part_reaches_the_transform() -> None:
    y = WAVE + 0.3 * NOISE[:, 0]
    other = np.where(TIME < 480, y, 77.0)
    assert fitted(grid(y)).transform == fitted(grid(other)).transform


def test_a_steady_series_is_scaled_as_a_whole_and_one_that_grows_by_its_windows() -> None:
    steady = fitted(grid(WAVE + 0.3 * NOISE[:, 0])).transform
    growing = fitted(grid(np.exp(TIME / 100) * (3 + WAVE + 0.1 * NOISE[:, 0]))).transform
    assert (steady.scaling, growing.scaling) == ("training", "window")


def test_the_reference_is_the_best_simple_forecast() -> None:
    walk = np.cumsum(NOISE[:, 0])
    assert fitted(grid(walk), season=1).transform.reference == "last"
    assert fitted(grid(WAVE + 0.5 * NOISE[:, 0])).transform.reference == "linear"
    pattern = np.tile(np.random.default_rng(1).normal(size=100), 6) + 0.01 * NOISE[:, 0]
    assert fitted(grid(pattern), season=100, window=4).transform.reference == "season"


def test_other_channels_stay_where_they_help_or_are_wished() -> None:
    leading = np.roll(WAVE + NOISE[:, 1], -3)
    helped = fitted(grid(np.roll(leading, 3) + 0.1 * NOISE[:, 0], leading))
    assert helped.transform.channels == ("y", "x")
    alone = fitted(grid(WAVE + 0.1 * NOISE[:, 0], NOISE[:, 1]))
    assert (alone.transform.channels, alone.cut.grid.names, len(alone.transform.centre)) == (("y",), ("y",), 1)
    assert alone.transform.decisions[0].choice == "not looked back at: x"
    kept = fitted(grid(WAVE + 0.1 * NOISE[:, 0], NOISE[:, 1]), keep=("x",))
    assert kept.transform.channels == ("y", "x")


def test_the_course_of_the_year_and_known_columns_are_known_ahead() -> None:
    price = NOISE[:, 2]
    fit = fitted(grid(2 * price + 0.1 * NOISE[:, 0], NOISE[:, 1], price), known=("price",))
    assert fit.transform.columns == ("y", "price")
    said = {decision.topic: decision.choice for decision in fit.transform.decisions}
    assert said["known ahead"] == "price, the course of the year"
    origins = fit.parts.test
    left = fit.cut.truth(origins) - fit.cut.references(origins)
    assert np.abs(left).mean() < 0.1 < np.abs(fit.cut.truth(origins) - fit.cut.references(origins, "last")).mean()


def test_without_a_validation_part_the_training_part_chooses() -> None:
    fit = fitted(grid(WAVE + 0.5 * NOISE[:, 0]), validation=0)
    assert len(fit.parts.validation) == 0
    assert all("validation part" not in decision.reason for decision in fit.transform.decisions)


def test_the_unit_of_mase_is_the_error_of_repeating_the_last_season() -> None:
    series = grid(np.arange(600.0) * 2)
    plan = plan_of(series, 1, DataSettings(horizon=3, window=12, season=12))
    assert naive_errors(series, plan, 1) == (24.0,)
    longer = plan_of(series, 1, DataSettings(horizon=3, window=12, season=599))
    assert naive_errors(series, longer, 1) == (2.0,)  # no season was seen: the step before


def test_a_constant_or_empty_series_is_refused() -> None:
    flat = np.where(TIME < 500, 7.0, 8.0)
    with pytest.raises(DataError, match="expected y to vary in the training part, got 7 at all 384 steps"):
        fitted(grid(flat))
    empty = np.where(TIME < 500, np.nan, 8.0)
    with pytest.raises(DataError, match=r"values of x in the training part, got none before 2032-01: leave the column"):
        fitted(grid(WAVE, empty))


def test_a_constant_column_beside_the_target_does_no_harm() -> None:
    assert fitted(grid(WAVE + NOISE[:, 0], np.ones(600)), keep=("x",)).transform.scale[1] == 1.0
