"""The transform as a record: what it says of the network's inputs, and its way to JSON and back."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from pellucid.data.dataset import Dataset
from pellucid.data.forecasting.clock import Clock
from pellucid.data.forecasting.transform import ForecastTransform, Linear
from pellucid.data.modalities.saving import transform_from_json, transform_to_json

COEFFICIENTS = np.arange(8, dtype="<f4").reshape(4, 2)
TRANSFORM = ForecastTransform(
    clock=Clock(unit="month", length=1, start=0),
    time=None,
    channels=("y", "x"),
    targets=1,
    known=("price",),
    calendar=("year",),
    window=3,
    horizon=2,
    season=12.0,
    longest_gap=1,
    centre=(0.0, 0.0, 0.0),
    scale=(1.0, 1.0, 1.0),
    scaling="window",
    reference="linear",
    linear=(Linear(coefficients=COEFFICIENTS.tobytes(), every=False),),
)


def test_it_goes_to_json_and_back() -> None:
    record = json.loads(json.dumps(transform_to_json(TRANSFORM)))
    assert record["kind"] == "forecast"
    assert transform_from_json(record) == TRANSFORM
    np.testing.assert_array_equal(TRANSFORM.linear[0].matrix(2), COEFFICIENTS)


def test_it_says_what_the_network_is_given() -> None:
    spec = TRANSFORM.spec(9)
    assert (spec.kind, spec.shape, spec.future, spec.tensors) == ("series", (2, 3), (5, 2), 2)
    assert TRANSFORM.columns == ("y", "x", "price")
    assert TRANSFORM.finish() is None


def test_applied_it_cuts_windows_when_they_are_asked_for() -> None:
    frame = pl.DataFrame({"y": range(8), "x": range(8), "price": range(8)})
    data = Dataset(kind="table", name="t", frame=frame, source_rows=np.arange(8))
    (cut,) = TRANSFORM.apply(data).arrays
    series, future = cut.gather(np.array([4, 5]))  # type: ignore[union-attr]  # a Cut
    assert (len(cut), series.shape, future.shape) == (8, (2, 2, 3), (2, 5, 2))
    np.testing.assert_array_equal(future[0, 0], [4, 5])
    assert series[0, 0] == pytest.approx((np.array([1, 2, 3]) - 3) / np.std([1, 2, 3]))
