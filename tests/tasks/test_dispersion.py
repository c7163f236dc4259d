"""Measuring dispersion."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.regression.linear_model import OLS

from pellucid.tasks.dispersion import measure_dispersion

GENERATOR = np.random.default_rng(0)


def test_poisson_counts_are_not_excessive_and_negative_binomial_ones_are() -> None:
    verdicts = [measure_dispersion(GENERATOR.poisson(3, 500).astype(float)).excessive for _ in range(40)]
    assert sum(verdicts) <= 5  # the test's own level is 5 %
    assert measure_dispersion(GENERATOR.negative_binomial(2, 0.4, 500).astype(float)).excessive


def test_exposure_explains_variance() -> None:
    exposure = GENERATOR.uniform(0.1, 20, 800)
    counts = GENERATOR.poisson(0.7 * exposure).astype(float)
    assert measure_dispersion(counts).excessive
    assert not measure_dispersion(counts, np.log(exposure)).excessive


def test_it_is_the_regression_of_cameron_and_trivedi() -> None:  # with statsmodels' Poisson fit and OLS, its way
    exposure = GENERATOR.uniform(1, 5, 300)
    counts = GENERATOR.negative_binomial(1.5, 1.5 / (1.5 + exposure)).astype(float)
    fitted = sm.GLM(counts, np.ones(300), family=sm.families.Poisson(), offset=np.log(exposure)).fit().fittedvalues
    auxiliary = OLS(((counts - fitted) ** 2 - counts) / fitted, fitted).fit()
    measured = measure_dispersion(counts, np.log(exposure))
    assert measured.alpha == pytest.approx(auxiliary.params[0], rel=1e-6)
    assert measured.standard_errors == pytest.approx(auxiliary.tvalues[0], rel=1e-6)


def test_constant_counts_are_no_excess() -> None:
    assert not measure_dispersion(np.full(10, 3.0)).excessive


def test_a_certain_but_slight_excess_is_left_to_poisson() -> None:
    counts = GENERATOR.negative_binomial(50, 50 / 52, 400_000).astype(float)  # mean 2, variance 1.04 times that
    measured = measure_dispersion(counts)
    assert measured.standard_errors > 5
    assert not measured.excessive
