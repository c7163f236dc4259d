"""Scores of forecasts beside scikit-learn and by hand; blocks counted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, mean_pinball_loss, root_mean_squared_error

from pellucid.evaluation.bootstrap import point
from pellucid.evaluation.forecast_sheet import ForecastSheet, blocks_of
from pellucid.tasks.forecast import QUANTILES, Forecast

RNG = np.random.default_rng(0)
TASK = Forecast(targets=("x", "y"), horizon=4, naive_error=(9.0, 2.0))
TRUTH = RNG.normal(size=(30, 4))
FORECASTS = np.sort(TRUTH[:, :, None] + RNG.normal(size=(30, 4, 3)), axis=2)
ROWS = np.arange(100, 130)


def sheet(target: str = "y") -> ForecastSheet:
    return ForecastSheet.of(TRUTH, FORECASTS, task=TASK, target=target, rows=ROWS)


def test_scores_are_scikit_learns() -> None:
    mae, rmse, mase, pinball, coverage = point(sheet())
    assert mae == pytest.approx(mean_absolute_error(TRUTH, FORECASTS[:, :, 1]))
    assert rmse == pytest.approx(root_mean_squared_error(TRUTH.ravel(), FORECASTS[:, :, 1].ravel()))
    assert mase == pytest.approx(mae / 2)
    losses = [mean_pinball_loss(TRUTH, FORECASTS[:, :, place], alpha=level) for place, level in enumerate(QUANTILES)]
    assert pinball == pytest.approx(np.mean(losses))
    assert coverage == pytest.approx(np.mean((FORECASTS[:, :, 0] <= TRUTH) & (FORECASTS[:, :, 2] >= TRUTH)))


def test_each_target_has_its_own_unit_of_mase() -> None:
    assert point(sheet("x"))[2] == pytest.approx(point(sheet("y"))[2] * 2 / 9)
    never = ForecastSheet.of(
        TRUTH, FORECASTS, task=replace(TASK, naive_error=(0.0, 0.0)), target="y", rows=ROWS
    )  # a series that repeats itself exactly
    assert np.isnan(point(never)[2])


def test_a_resample_weighs_whole_blocks() -> None:
    blocks = sheet()
    assert blocks.rows == 8  # 30 origins in stretches of 4
    first = ForecastSheet.of(TRUTH[:4], FORECASTS[:4], task=TASK, target="y", rows=ROWS[:4])
    np.testing.assert_allclose(blocks.values(np.eye(8)[:1])[0], point(first))


def test_origins_in_one_stretch_are_one_block() -> None:
    assert blocks_of(np.array([5, 6, 7, 8, 9]), 2).tolist() == [0, 0, 1, 1, 2]
    assert blocks_of(np.array([5, 105, 205]), 2).tolist() == [0, 1, 2]
    assert len(np.unique(blocks_of(np.array([9, 8, 7, 6]), 2))) == 3  # newest first: 9, then 8 and 7, then 6
