"""Real series are forecast when they are handed over as they are, and real tables of examples stay tables."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pellucid.data.forecasting.recognise import recognise
from pellucid.data.reading import read
from pellucid.data.settings import DataSettings

SHARED = os.environ.get("PELLUCID_SHARED_DATA")
needs_data = pytest.mark.skipif(SHARED is None, reason="PELLUCID_SHARED_DATA names no folder of real data")
FOLDER = Path(SHARED or ".")


@needs_data
@pytest.mark.parametrize(
    ("file", "step"),
    [
        ("airline-passengers/airline-passengers.csv", "1 month"),
        ("co2-mauna-loa/co2.csv", "1 week"),
        ("daily-min-temperatures/daily-min-temperatures.csv", "1 day"),
        ("monthly-sunspots/monthly-sunspots.csv", "1 month"),
        ("shampoo/shampoo.csv", "1 month"),
        ("etth1/ETTh1.csv", "1 hour"),
    ],
)
def test_series_are_recognised(file: str, step: str) -> None:
    found = recognise(read(FOLDER / "timeseries" / file), DataSettings(), None)
    assert found is not None
    assert found.clock.title == step


@needs_data
@pytest.mark.parametrize(
    "file",
    [
        "bike-sharing/bikeshare.csv",
        "taxis/taxis.csv",
        "doctor-visits/DoctorVisits.csv",
        "california-housing/housing.csv",
        "wine-quality/winequality-red.csv",
        "titanic/titanic.csv",
    ],
)
def test_tables_of_examples_stay_tables(file: str) -> None:
    assert recognise(read(FOLDER / "tables" / file), DataSettings(), None) is None
