"""The records of forecasts."""

from __future__ import annotations

import pytest

from pellucid.evaluation.forecast_records import ForecastCurves


def test_the_widest_interval_promises_what_lies_between_its_levels() -> None:
    curves = ForecastCurves(levels=(0.05, 0.5, 0.9), below=(), coverage=(), by_step=(), examples=())
    assert curves.promised == pytest.approx(0.85)
