"""Simple forecasts, by hand; the linear one beside scikit-learn's ridge regression."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import Ridge

from pellucid.data.forecasting.references import PENALTIES, evenly, last_value, linear_fits, season_ago

RNG = np.random.default_rng(0)


class Table:
    """Windows that are rows of a table; of two channels the second is what decides the first."""

    def __init__(self, rows: int, other: float = 0.0) -> None:
        self.x = RNG.normal(size=(rows, 2, 5)).astype(np.float32)
        one, two = self.x[:, 0] @ RNG.normal(size=(5, 3)), self.x[:, 1] @ RNG.normal(size=(5, 3))
        self.y = np.stack([one + other * two + 0.1 * RNG.normal(size=one.shape), two], axis=1)

    def features(self, origins: NDArray[np.int64], channel: int, every: bool) -> NDArray[np.float32]:
        return self.x[origins].reshape(len(origins), -1) if every else self.x[origins, channel]

    def changes(self, origins: NDArray[np.int64], channel: int) -> NDArray[np.float64]:
        return self.y[origins, channel]

    def units(self, origins: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.ones((len(origins), 2))


def test_the_last_value_is_repeated() -> None:
    known = np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]])
    np.testing.assert_array_equal(last_value(known, np.array([1, 3]), 2), [[[1, 1], [10, 10]], [[3, 3], [30, 30]]])


def test_a_season_ago_reaches_back_as_many_seasons_as_needed() -> None:
    known = np.arange(10.0)[:, None]
    np.testing.assert_array_equal(season_ago(known, np.array([8]), 5, 2.0)[0, 0], [6, 7, 6, 7, 6])
    np.testing.assert_array_equal(season_ago(known, np.array([8]), 3, 2.5)[0, 0], [6, 7, 5])  # back 2.5 -> 2, then 5


def test_where_no_season_ago_is_known_the_last_value_stands_in() -> None:
    known = np.array([[0.0], [np.nan], [2.0], [3.0]])
    np.testing.assert_array_equal(season_ago(known, np.array([4]), 2, 3.0)[0, 0], [3, 2])
    np.testing.assert_array_equal(season_ago(known, np.array([3]), 2, 5.0)[0, 0], [2, 2])


def test_the_linear_forecast_is_scikit_learns_ridge_with_the_best_penalty() -> None:
    table, train, later = Table(300), np.arange(200), np.arange(200, 300)
    (fitted, _) = linear_fits(table, train, later, 2, wide=False)
    ridges = [Ridge(alpha=penalty).fit(table.x[train, 0], table.y[train, 0]) for penalty in PENALTIES]
    errors = [np.mean((ridge.predict(table.x[later, 0]) - table.y[later, 0]) ** 2) for ridge in ridges]
    best = ridges[int(np.argmin(errors))]
    assert fitted.error == pytest.approx(min(errors), rel=1e-4)
    np.testing.assert_allclose(fitted.coefficients[:-1], best.coef_.T, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(fitted.coefficients[-1], best.intercept_, rtol=1e-3, atol=1e-4)


def test_other_channels_are_seen_only_where_they_help() -> None:
    train, later = np.arange(200), np.arange(200, 300)
    helped, _ = linear_fits(Table(300, other=1.0), train, later, 2, wide=True)
    assert helped.every
    assert helped.coefficients.shape == (11, 3)
    assert helped.error < 0.02  # the noise has a variance of 0.01
    alone, _ = linear_fits(Table(300, other=1.0), train, later, 2, wide=False)
    assert alone.error > 1  # the other channel's part, five squared slopes of about 1


def test_without_validation_the_middle_penalty_is_taken() -> None:
    table, train = Table(50), np.arange(50)
    (fitted,) = linear_fits(table, train, np.arange(0), 1, wide=True)
    ridge = Ridge(alpha=PENALTIES[len(PENALTIES) // 2]).fit(table.x[train, 0], table.y[train, 0])
    np.testing.assert_allclose(fitted.coefficients[:-1], ridge.coef_.T, rtol=1e-4, atol=1e-7)
    assert not fitted.every


def test_origins_are_thinned_evenly() -> None:
    assert evenly(np.arange(5), 9).tolist() == [0, 1, 2, 3, 4]
    assert evenly(np.arange(101), 3).tolist() == [0, 50, 100]
