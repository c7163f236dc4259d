"""Numbers and dates: filling, scaling, clipping."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.data.transforms.numbers import (
    NumberFeature,
    fit_dates,
    fit_number,
    read_dates,
    read_numbers,
    scaled,
)


def test_robust_scaling_by_hand() -> None:
    """Values 0 … 4 and 100: median 2.5, quartiles 1.25 and 3.75 (linear interpolation)."""
    feature = fit_number(pl.Series("a", [0.0, 1, 2, 3, 4, 100]), "robust", indicator=False)
    assert (feature.center, feature.factor, feature.fill) == (2.5, 1 / 2.5, 2.5)
    x = (100 - 2.5) / 2.5
    assert scaled(np.array([2.5, 100.0]), feature, "robust").tolist() == [
        0.0,
        pytest.approx(x / np.sqrt(1 + (x / 3) ** 2)),
    ]


def test_equal_quartiles_fall_back_on_the_range() -> None:
    feature = fit_number(pl.Series("a", [0.0] * 9 + [8.0]), "robust", indicator=False)
    assert feature.factor == 2 / 8


@pytest.mark.parametrize("scaling", ["robust", "standard"])
@pytest.mark.parametrize("values", [[5.0, 5.0], [0.1 + 0.2] * 7, []])
def test_a_constant_gives_nothing(scaling: str, values: list[float]) -> None:
    feature = fit_number(pl.Series("a", values, dtype=pl.Float64), scaling, indicator=False)  # type: ignore[arg-type]
    assert feature.factor == 0
    assert scaled(np.array([99.0]), feature, scaling).tolist() == [0.0]  # type: ignore[arg-type]


def test_standard_scaling_gives_mean_zero_and_deviation_one() -> None:
    column = pl.Series("a", [1.0, 2.0, None, 9.0])
    feature = fit_number(column, "standard", indicator=True)
    filled = scaled(column.fill_null(feature.fill).to_numpy(), feature, "standard")
    assert filled.mean() == pytest.approx(0)
    assert filled.std() == pytest.approx(1)


@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=30), st.floats(-1e300, 1e300))
def test_no_value_leaves_the_clipping(values: list[float], new: float) -> None:
    feature = fit_number(pl.Series("a", values), "robust", indicator=False)
    assert abs(scaled(np.array([new]), feature, "robust")[0]) <= 3


def test_parts_of_dates_that_vary() -> None:
    when = pl.Series("when", [datetime(2020, 1, 6, 10), datetime(2020, 1, 7, 12), None])
    features = fit_dates(when, "robust")
    assert [feature.name for feature in features] == ["when day", "when weekday", "when hour"]
    assert [feature.indicator for feature in features] == [True, False, False]
    assert [feature.fill for feature in features] == [6.5, 1.5, 11.0]


def test_one_date_only_gives_a_feature_that_says_nothing() -> None:
    (feature,) = fit_dates(pl.Series("when", [datetime(2020, 1, 6)] * 3), "robust")
    assert feature.factor == 0


@pytest.mark.parametrize(
    ("column", "values", "bad"),
    [
        (pl.Series("a", [1, None]), [1.0, None], []),
        (pl.Series("a", [1.5, float("nan"), float("inf")]), [1.5, None, None], []),
        (pl.Series("a", [True, False]), [1.0, 0.0], []),
        (pl.Series("a", ["1", " 2.5", "?", None]), [1.0, 2.5, None, None], []),
        (pl.Series("a", ["1,5", "x"]), [1.5, None], [1]),
        (pl.Series("a", [datetime(2020, 1, 1), None]), [None, None], [0]),
        (pl.Series("a", ["x", "y"]), [None, None], [0, 1]),
    ],
)
def test_reading_numbers_names_the_rows_that_hold_none(
    column: pl.Series, values: list[float | None], bad: list[int]
) -> None:
    read, problems = read_numbers(column)
    assert read.to_list() == values
    assert [problem.row for problem in problems] == bad


def test_the_sentence_for_a_bad_cell() -> None:
    _, (problem,) = read_numbers(pl.Series("age", ["41", "forty"]))
    assert problem.sentence == "predict expected a number in age, got 'forty': mend it or leave it blank"


@pytest.mark.parametrize(
    ("column", "values", "bad"),
    [
        (pl.Series("a", [datetime(2020, 1, 1)]), [datetime(2020, 1, 1)], []),
        (pl.Series("a", ["2020-01-31", "x", "?"]), [datetime(2020, 1, 31), None, None], [1]),
        (pl.Series("a", ["x"]), [None], [0]),
    ],
)
def test_reading_dates_names_the_rows_that_hold_none(
    column: pl.Series, values: list[datetime | None], bad: list[int]
) -> None:
    read, problems = read_dates(column)
    assert read.to_list() == values
    assert [problem.row for problem in problems] == bad


def test_names() -> None:
    assert NumberFeature(column="a", fill=0, center=0, factor=1).name == "a"
