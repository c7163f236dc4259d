import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.evaluation.deviance import null_deviances, unit_deviance, variance

RNG = np.random.default_rng(0)
MEANS = np.exp(RNG.normal(size=300))
EXPOSURE = RNG.uniform(0.2, 4.0, 300)
COUNTS = RNG.negative_binomial(1.5, 1.5 / (1.5 + MEANS * EXPOSURE)).astype(np.float64)


def test_poisson_equals_statsmodels() -> None:
    assert unit_deviance(COUNTS, MEANS).sum() == pytest.approx(sm.families.Poisson().deviance(COUNTS, MEANS), rel=1e-12)


@pytest.mark.parametrize("spread", [0.01, 0.5, 3.0])
def test_negative_binomial_equals_statsmodels(spread: float) -> None:
    family = sm.families.NegativeBinomial(alpha=spread)
    assert unit_deviance(COUNTS, MEANS, spread).sum() == pytest.approx(family.deviance(COUNTS, MEANS), rel=1e-9)


def test_a_small_spread_is_poisson() -> None:
    np.testing.assert_allclose(unit_deviance(COUNTS, MEANS, 1e-7), unit_deviance(COUNTS, MEANS), rtol=1e-3, atol=1e-5)


def test_null_of_poisson_with_exposure_equals_statsmodels() -> None:
    fit = sm.GLM(COUNTS, np.ones(300), family=sm.families.Poisson(), exposure=EXPOSURE).fit()
    assert null_deviances(COUNTS, EXPOSURE, 0.0, np.ones((1, 300)))[0] == pytest.approx(fit.null_deviance, rel=1e-9)


def test_null_of_negative_binomial_equals_statsmodels() -> None:
    fit = sm.GLM(COUNTS, np.ones(300), family=sm.families.NegativeBinomial(alpha=0.6)).fit()
    ones = np.ones(300)
    assert null_deviances(COUNTS, ones, 0.6, ones[None])[0] == pytest.approx(fit.null_deviance, rel=1e-9)


def test_null_with_unequal_exposures_is_the_deviance_of_its_rate() -> None:
    weights = RNG.integers(0, 3, (4, 300)).astype(np.float64)
    for row, found in zip(weights, null_deviances(COUNTS, EXPOSURE, 0.6, weights), strict=True):
        means = EXPOSURE * (row @ COUNTS) / (row @ EXPOSURE)
        assert found == pytest.approx(row @ unit_deviance(COUNTS, means, 0.6), rel=1e-9)


@settings(max_examples=100)
@given(st.integers(0, 100), st.floats(1e-3, 1e3), st.floats(0, 5))
def test_never_below_zero_and_zero_at_the_truth(count: int, mean: float, spread: float) -> None:
    truth = np.array([float(count)])
    assert unit_deviance(truth, np.array([mean]), spread)[0] >= 0
    if count:
        assert unit_deviance(truth, truth, spread)[0] == pytest.approx(0, abs=1e-6)


def test_variance() -> None:
    np.testing.assert_array_equal(variance(np.array([2.0, 3.0]), 0.5), [4.0, 7.5])  # mu + 0.5 mu^2
