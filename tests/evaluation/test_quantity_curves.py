import numpy as np
import pytest
from scipy import stats

from pellucid.evaluation.quantity_curves import deviance_residuals, frequencies, residuals

RNG = np.random.default_rng(0)


def test_residuals_keep_every_row_in_the_histogram_and_a_sample_of_points() -> None:
    truth = RNG.normal(size=5000)
    found = residuals(truth, np.zeros(5000), seed=0)
    assert len(found.truth) == len(found.predicted) == 2000
    assert sum(found.counts) == 5000
    assert len(found.edges) == len(found.counts) + 1 <= 41
    assert found.mean == pytest.approx(truth.mean())
    assert found.spread == pytest.approx(truth.std())
    assert found == residuals(truth, np.zeros(5000), seed=0)


def test_residuals_of_one_row() -> None:
    found = residuals(np.array([3.0]), np.array([1.0]), seed=0)
    assert (found.truth, found.predicted, found.counts, found.mean, found.spread) == ((3.0,), (1.0,), (1,), 2.0, 0.0)


@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_expected_frequencies_equal_scipy(spread: float) -> None:
    means = np.exp(RNG.normal(size=50))
    truth = RNG.poisson(means).astype(np.float64)
    found = frequencies(truth, means, spread)
    size = 1 / spread if spread else np.nan
    law = stats.nbinom(size, size / (size + means)) if spread else stats.poisson(means)
    assert found.width == 1
    assert found.values == tuple(range(len(found.values)))
    np.testing.assert_allclose(found.expected[:-1], [law.pmf(value).sum() for value in found.values[:-1]])
    assert sum(found.expected) == pytest.approx(50)
    assert sum(found.observed) == 50
    np.testing.assert_array_equal(found.observed[:-1], [np.sum(truth == value) for value in found.values[:-1]])
    assert found.distribution == ("negative binomial" if spread else "poisson")


def test_large_counts_share_bars() -> None:
    truth = RNG.poisson(2000, 500).astype(np.float64)
    found = frequencies(truth, np.full(500, 2000.0), 0.0)
    assert found.width > 50
    assert len(found.values) <= 30
    assert sum(found.observed) == 500
    assert np.abs(np.array(found.observed) - found.expected).max() < 60  # binomial noise of the fullest bar is 15


def test_many_rows_are_expected_from_some_of_them() -> None:
    means = np.exp(RNG.normal(size=50_000))
    found = frequencies(RNG.poisson(means).astype(np.float64), means, 0.0)
    assert sum(found.expected) == pytest.approx(50_000)
    assert found.expected[0] == pytest.approx(found.observed[0], rel=0.05)


def test_zeros_only() -> None:
    found = frequencies(np.zeros(4), np.full(4, 1e-9), 0.0)
    assert found.values == (0,)
    assert found.observed == (4.0,)
    assert not found.open_ended


def test_deviance_residuals_of_the_right_law_are_about_normal() -> None:
    truth = RNG.poisson(50, 4000).astype(np.float64)
    found = deviance_residuals(truth, np.full(4000, 50.0), 0.0)
    assert found.median == pytest.approx(0, abs=0.1)
    assert found.upper_quartile == pytest.approx(0.674, abs=0.1)  # of the standard normal
    assert found.minimum < found.lower_quartile < found.maximum
