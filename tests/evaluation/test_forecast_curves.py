"""What is drawn of forecasts, and the worst of them; counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.evaluation.forecast_curves import forecast_curves, worst_origins
from pellucid.tasks.forecast import Forecast

TASK = Forecast(targets=("y",), horizon=2, naive_error=(1.0,))
ROWS = np.arange(10, 31)
TRUTH = np.zeros((21, 2))
OFF = np.arange(21.0)[::-1]
"""The first forecast is the worst, off by 20; the last is exact."""
MEDIAN = np.stack([OFF, OFF], axis=1)
QUANTILES = np.stack([MEDIAN - 3, MEDIAN, MEDIAN + 3], axis=2)


def test_the_curves_hold_shares_errors_and_examples() -> None:
    curves = forecast_curves(
        TRUTH,
        {"this network": QUANTILES, "last": QUANTILES + np.array([[[1], [2]]])},
        task=TASK,
        rows=ROWS,
        history=np.tile([np.nan, 5.0, 6.0], (21, 1)),
        describe=lambda place: {"time": f"t{place}"},
    )
    assert curves.coverage == (pytest.approx(4 / 21), pytest.approx(4 / 21))  # off by 0, 1, 2, 3
    assert curves.below == (
        pytest.approx(18 / 21),
        1.0,
        1.0,
    )  # 0 lies above the lowest quantile where off by less than 3
    assert curves.promised == pytest.approx(0.8)
    assert [one.name for one in curves.by_step] == ["this network", "last"]
    assert curves.by_step[0].errors == (10.0, 10.0)
    assert curves.by_step[1].errors == (11.0, 12.0)
    labels = [example.label for example in curves.examples]
    assert labels == ["t19", "t10", "t1", "t0"]  # ranks 1, 10, 19 and 20 of 0 to 20, the best first
    assert (curves.examples[3].row, curves.examples[3].history, curves.examples[3].truth) == (10, (5, 6), (0, 0))
    assert curves.examples[3].quantiles == ((17, 17), (20, 20), (23, 23))


def test_few_forecasts_are_shown_once_each_and_by_their_row() -> None:
    curves = forecast_curves(
        TRUTH[:1], {"this network": QUANTILES[:1]}, task=TASK, rows=ROWS, history=None, describe=None
    )
    assert [(example.label, example.history) for example in curves.examples] == [("row 10", ())]


def test_of_forecasts_that_overlap_only_the_worst_is_named() -> None:
    found = worst_origins(TRUTH, MEDIAN, ROWS, 2)
    assert [place for place, _ in found] == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]  # the last one is exact
    place, mistake = worst_origins(TRUTH, MEDIAN, ROWS, 100)[0]
    assert (place, mistake.truth, mistake.predicted, mistake.size) == (0, 0, 20, 20)
    assert len(worst_origins(TRUTH, MEDIAN, ROWS * 10, 2)) == 12
