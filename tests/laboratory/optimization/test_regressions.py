"""Linear and logistic regression against trusted solvers."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from sklearn.linear_model import LinearRegression as SklearnLinear
from sklearn.linear_model import LogisticRegression as SklearnLogistic

from pellucid.foundation.errors import RangeError
from pellucid.laboratory.optimization.linear_regression import LinearRegression
from pellucid.laboratory.optimization.logistic_regression import LogisticRegression


@pytest.mark.knowledge("D11")
@pytest.mark.parametrize("seed", [0, 1])
def test_both_ways_give_the_coefficients_of_scikit_learn(seed: int) -> None:
    result = LinearRegression(seed=seed).run()
    expected = SklearnLinear(fit_intercept=False).fit(result["X"], result["y"]).coef_
    np.testing.assert_allclose(result["pseudo_inverse"], expected, rtol=1e-9)
    np.testing.assert_allclose(result["path"][-1], expected, rtol=1e-9)
    assert result["path"].shape == (2001, 3)
    assert result["path"][0].tolist() == [3.0, 3.0, 3.0]
    assert (np.diff(result["losses"]) <= 1e-15).all()


@pytest.mark.knowledge("D11")
def test_the_mean_gradient_does_not_arrive_in_2000_steps() -> None:
    result = LinearRegression(average=True).run()
    assert not result.claims[0].holds


def test_the_standard_errors_are_those_of_statsmodels() -> None:
    result = LinearRegression().run()
    fit = sm.OLS(result["y"], result["X"]).fit()
    away = np.abs(fit.params - [1.5, 2, 5]) / fit.bse
    assert f"({away[0]:.1f} errors away)" in result.claims[1].measured


def test_a_rate_that_is_too_large_leaves_the_range() -> None:
    result = LinearRegression(rate=1.0).run()
    assert result["left_at"] is not None
    assert f"left the range of numbers at step {result['left_at']}" in result.claims[0].measured


@pytest.mark.parametrize("name", ["truth", "start"])
def test_three_coefficients_are_needed(name: str) -> None:
    with pytest.raises(RangeError, match=f"linear_regression expected {name} to be three numbers, got 2"):
        LinearRegression(**{name: (1.0, 2.0)})
    with pytest.raises(RangeError, match="logistic_regression expected truth to be three numbers, got 1"):
        LogisticRegression(truth=(1.0,))


@pytest.mark.knowledge("D12")
@pytest.mark.parametrize("seed", [0, 1])
def test_logistic_coefficients_are_those_of_unregularized_solvers(seed: int) -> None:
    result = LogisticRegression(seed=seed).run()
    X, y = result["X"], result["y"]
    sklearn = SklearnLogistic(C=np.inf, fit_intercept=False, tol=1e-10, max_iter=1000).fit(X, y)
    np.testing.assert_allclose(result["path"][-1], sklearn.coef_[0], rtol=1e-5)
    np.testing.assert_allclose(result["path"][-1], sm.Logit(y, X).fit(disp=0).params, rtol=1e-6)
    np.testing.assert_allclose(result["newton"], result["path"][-1], rtol=1e-9)


@pytest.mark.knowledge("D12")
def test_separated_classes_have_no_coefficients() -> None:
    result = LogisticRegression(spread=100.0, examples=40).run()
    assert not result.claims[0].holds
    assert np.linalg.norm(result["path"][-1]) > np.linalg.norm(result["path"][700])


@pytest.mark.knowledge("D12")
def test_a_rate_that_is_too_large_climbs() -> None:
    assert not LogisticRegression(rate=100.0, steps=200).run().claims[2].holds
