"""The picture of one row that drifts away."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.concepts.metrics.numbers.mae import mae_reference
from pellucid.concepts.metrics.numbers.median_absolute_error import MEDIAN_ABSOLUTE_ERROR
from pellucid.concepts.metrics.numbers.outlier import DRIFT, ERRORS, outlier
from pellucid.drawing.records import Plot


def test_the_last_frame_holds_the_metric_of_the_largest_drift() -> None:
    panel = outlier("MAE", mae_reference, ()).frames[-1].panels[1]
    assert isinstance(panel, Plot)
    assert panel.series[-1].y[0] == pytest.approx((np.abs(ERRORS).sum() + DRIFT) / 9)  # nine rows, by hand


def test_the_median_stands_still_while_the_mean_grows() -> None:
    panel = MEDIAN_ABSOLUTE_ERROR.picture().frames[-1].panels[1]
    assert isinstance(panel, Plot)
    median, mean = panel.series[0].y, panel.series[1].y
    assert median[-1] == median[len(median) // 2]
    assert mean[-1] > 2 * mean[0]
