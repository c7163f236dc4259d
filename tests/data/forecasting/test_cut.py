"""Windows: what lies in each, which origins can be used, and that a forecast never sees what it forecasts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pellucid.data.forecasting import cut as module
from pellucid.data.forecasting.clock import Clock
from pellucid.data.forecasting.cut import SMALLEST_UNIT, Cut
from pellucid.data.forecasting.grid import Grid
from pellucid.data.forecasting.transform import ForecastTransform, Linear

CLOCK = Clock(unit="number", length=1, start=0)
TRANSFORM = ForecastTransform(
    clock=CLOCK,
    time=None,
    channels=("y", "x"),
    targets=1,
    known=(),
    calendar=(),
    window=3,
    horizon=2,
    season=1.0,
    longest_gap=1,
    centre=(0.0, 0.0),
    scale=(1.0, 2.0),
)


def grid(*columns: Any) -> Grid:
    values = np.array(columns, dtype=float).T
    names = ("y", "x", "price")[: values.shape[1]]
    return Grid(clock=CLOCK, time="step", names=names, values=values, rows=np.arange(len(values)))


STEPS = grid(range(10), range(0, 100, 10))


def test_a_window_ends_before_its_origin_and_targets_begin_there() -> None:
    cut = TRANSFORM.cut(STEPS)
    (series,) = cut.inputs(np.array([3, 5]))
    np.testing.assert_array_equal(series, [[[0, 1, 2], [0, 5, 10]], [[2, 3, 4], [10, 15, 20]]])
    np.testing.assert_array_equal(cut.truth(np.array([3, 5])), [[[3, 4]], [[5, 6]]])


def test_in_its_own_units_a_window_ends_at_zero_and_has_deviation_one() -> None:
    cut = replace(TRANSFORM, scaling="window").cut(STEPS)
    (series,) = cut.inputs(np.array([3, 9]))
    np.testing.assert_allclose(series.std(axis=2), 1, rtol=1e-6)
    np.testing.assert_array_equal(series[:, :, -1], 0)
    np.testing.assert_allclose(cut.units(np.array([9]))[0], [np.std([0, 1, 2]), 5 * np.std([0, 1, 2])])
    flat = replace(TRANSFORM, scaling="window").cut(grid([7.0] * 8, range(8)))
    assert flat.units(np.array([3]))[0, 0] == SMALLEST_UNIT


def test_other_origins_and_another_transform_share_the_series() -> None:
    cut = TRANSFORM.cut(STEPS)
    some, own = cut.at(np.array([5, 3])), cut.like(replace(TRANSFORM, scaling="window"))
    assert np.shares_memory(some.filled, cut.filled)
    assert np.shares_memory(own.filled, cut.filled)
    np.testing.assert_array_equal(some.gather(np.array([0]))[0], cut.inputs(np.array([5]))[0])
    np.testing.assert_array_equal(own.inputs(np.array([5]))[0][:, :, -1], 0)
    assert (len(some), len(own), len(cut)) == (2, 10, 10)


def test_what_is_known_ahead_is_the_same_made_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    hours = Clock(unit="microsecond", length=3_600_000_000, start=0)
    transform = replace(
        TRANSFORM, clock=hours, known=("price",), calendar=("day",), centre=(0.0, 0.0, 1.0), scale=(1.0, 2.0, 2.0)
    )
    prices = grid(range(10), range(10), range(10))
    once = transform.cut(prices).inputs(np.array([3, 9]))[1]
    monkeypatch.setattr(module, "CALENDAR_STEPS", 4)
    np.testing.assert_array_equal(transform.cut(prices).inputs(np.array([3, 9]))[1], once)
    np.testing.assert_array_equal(once[:, 0], [[1.0, 1.5], [4.0, np.nan]])  # (price - 1) / 2; beyond the end unknown
    angle = 2 * np.pi * 3 / 24
    np.testing.assert_allclose(once[0, 1:3, 0], [np.cos(angle), np.sin(angle)], rtol=1e-6)


def test_nothing_that_comes_later_changes_an_input_or_a_reference() -> None:
    linear = (Linear(coefficients=np.ones((4, 2), "<f4").tobytes(), every=False),)
    for scaling in ("training", "window"):
        transform = replace(TRANSFORM, scaling=scaling, linear=linear, reference="linear")
        later = np.where(np.arange(10) < 6, np.arange(10), 99.0)
        one, other = (transform.cut(grid(values, range(0, 100, 10))) for values in (range(10), later))
        origin = np.array([6])
        np.testing.assert_array_equal(one.inputs(origin)[0], other.inputs(origin)[0])
        np.testing.assert_array_equal(one.offsets(origin), other.offsets(origin))


def test_origins_need_whole_windows_and_observed_targets() -> None:
    usable = TRANSFORM.cut(STEPS).usable(answered=True)
    assert np.flatnonzero(usable).tolist() == [3, 4, 5, 6, 7, 8]
    assert np.flatnonzero(TRANSFORM.cut(STEPS).usable(answered=False)).tolist() == list(range(3, 11))


def test_gaps_spoil_origins_around_them() -> None:
    y = np.arange(12.0)
    y[5] = np.nan
    cut = TRANSFORM.cut(grid(y, range(12)))
    assert cut.filled[5, 0] == 5
    assert np.flatnonzero(cut.usable(answered=True)).tolist() == [3, 7, 8, 9, 10]  # 6 would know step 6 from the bridge
    y[6] = np.nan  # now too long to bridge: no window may hold it
    cut = TRANSFORM.cut(grid(y, range(12)))
    assert np.flatnonzero(cut.usable(answered=True)).tolist() == [3, 10]


def test_a_gap_of_another_channel_is_no_window_into_its_future() -> None:
    x = np.arange(12.0)
    x[5] = np.nan
    cut = TRANSFORM.cut(grid(range(12), x))
    assert np.flatnonzero(cut.usable(answered=True)).tolist() == [3, 4, 5, 7, 8, 9, 10]


def test_what_is_known_ahead_is_given_and_must_be_there() -> None:
    transform = replace(TRANSFORM, known=("price",), centre=(0.0, 0.0, 1.0), scale=(1.0, 2.0, 2.0))
    prices = np.arange(10.0)
    prices[8] = np.nan
    cut = transform.cut(grid(range(10), range(10), prices))
    np.testing.assert_array_equal(cut.inputs(np.array([3]))[1], [[[1.0, 1.5]]])  # (3 - 1) / 2, (4 - 1) / 2
    assert np.flatnonzero(cut.usable(answered=False)).tolist() == [3, 4, 5, 6]


def test_references_are_simple_forecasts_in_standard_deviations() -> None:
    transform = replace(TRANSFORM, season=3.0, reference="season")
    cut = transform.cut(STEPS)
    np.testing.assert_array_equal(cut.references(np.array([5])), [[[2, 3]]])
    np.testing.assert_array_equal(cut.references(np.array([5]), "last"), [[[4, 4]]])
    np.testing.assert_array_equal(cut.offsets(np.array([5])), [[[2, 3, 1]]])


def test_a_linear_reference_adds_its_change_in_the_windows_unit() -> None:
    coefficients = np.array([[0, 0], [0, 0], [0, 1], [0.5, 0]], "<f4")  # of two differences, the last value; intercept
    linear = (Linear(coefficients=coefficients.tobytes(), every=False),)
    cut = replace(TRANSFORM, linear=linear, reference="linear", scaling="window").cut(STEPS)
    unit = np.std([2, 3, 4])
    np.testing.assert_allclose(cut.references(np.array([5])), [[[4 + 0.5 * unit, 4 + 4]]], rtol=1e-6)


def test_linear_features_of_all_channels_hold_each_window_and_its_last_value() -> None:
    features = TRANSFORM.cut(STEPS).features(np.array([3]), 0, every=True)
    np.testing.assert_array_equal(features, [[-2, -1, -10, -5, 2, 10]])
    np.testing.assert_array_equal(TRANSFORM.cut(STEPS).features(np.array([3]), 1, every=False), [[-10, -5, 10]])


def test_it_is_content_by_origin() -> None:
    cut = Cut(TRANSFORM, STEPS)
    (series,) = cut.take(np.array([5, 3])).gather(np.array([1]))
    np.testing.assert_array_equal(series, cut.inputs(np.array([3]))[0])
    assert (len(cut), len(cut.take(np.array([5, 3])))) == (10, 2)
    other = Cut(TRANSFORM, grid(range(1, 11), range(0, 100, 10)))
    assert [bytes(chunk) for chunk in cut.chunks()] != [bytes(chunk) for chunk in other.chunks()]


@pytest.mark.knowledge("B7")
def test_memory_stays_that_of_the_series() -> None:
    steps = 200_000
    cut = replace(TRANSFORM, window=500).cut(grid(range(steps), range(steps)))
    held = sum(value.nbytes for value in vars(cut).values() if isinstance(value, np.ndarray))
    assert held < 8 * steps * 8  # some copies of two channels; all windows would be 500 times as much
    assert cut.gather(np.arange(1000, 1064))[0].nbytes == 64 * 2 * 500 * 4
