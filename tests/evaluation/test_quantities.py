import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from pellucid.evaluation.quantities import CountSheet, NumberSheet


def of_numbers(truth: np.ndarray, predicted: np.ndarray, weights: np.ndarray | None = None) -> dict[str, float]:
    sheet = NumberSheet.of(truth, predicted)
    weights = np.ones(len(truth)) if weights is None else weights
    names = [definition.name for definition in NumberSheet.definitions]
    return dict(zip(names, sheet.values(weights[None])[0].tolist(), strict=True))


def of_counts(truth: np.ndarray, means: np.ndarray, exposure: np.ndarray | None = None, spread: float = 0.0):
    sheet = CountSheet.of(truth, means, np.ones(len(truth)) if exposure is None else exposure, spread)
    names = [definition.name for definition in CountSheet.definitions]
    return dict(zip(names, sheet.values(np.ones((1, len(truth))))[0].tolist(), strict=True))


@pytest.mark.parametrize("n", [2, 7, 100])
def test_numbers_equal_scikit_learn(n: int) -> None:
    rng = np.random.default_rng(n)
    truth = 1e6 + rng.normal(size=n)  # far from 0: rounding must not eat the variation
    predicted = truth + rng.normal(size=n)
    found = of_numbers(truth, predicted)
    assert found["rmse"] == pytest.approx(metrics.root_mean_squared_error(truth, predicted))
    assert found["mae"] == pytest.approx(metrics.mean_absolute_error(truth, predicted))
    assert found["r2"] == pytest.approx(metrics.r2_score(truth, predicted))
    assert found["median_absolute_error"] == pytest.approx(metrics.median_absolute_error(truth, predicted))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5), st.integers(0, 3)), min_size=1, max_size=20))
def test_weights_are_repetitions(rows: list[tuple[int, int, int]]) -> None:
    truth, predicted, weights = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    if weights.sum() == 0:
        return
    repeated = np.repeat(np.arange(len(rows)), weights.astype(int))
    first = of_numbers(truth, predicted, weights)
    second = of_numbers(truth[repeated], predicted[repeated])
    for name in ("rmse", "mae", "median_absolute_error"):
        assert first[name] == pytest.approx(second[name], abs=1e-9)
    assert first["r2"] == pytest.approx(second["r2"], abs=1e-6, nan_ok=True)


def test_a_constant_truth_has_no_share_explained() -> None:
    found = of_numbers(np.full(4, 3.7), np.array([3.0, 4.0, 3.5, 3.9]))
    assert np.isnan(found["r2"])
    assert found["mae"] == pytest.approx((0.7 + 0.3 + 0.2 + 0.2) / 4)


def test_one_number() -> None:
    found = of_numbers(np.array([2.0]), np.array([5.0]))
    assert (found["rmse"], found["mae"], found["median_absolute_error"]) == (3.0, 3.0, 3.0)
    assert np.isnan(found["r2"])


def test_perfect_numbers() -> None:
    truth = np.array([1.0, 2.0, 4.0])
    found = of_numbers(truth, truth)
    assert (found["rmse"], found["r2"], found["median_absolute_error"]) == (0.0, 1.0, 0.0)


def test_counts_equal_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    means = np.exp(rng.normal(size=200))
    truth = rng.poisson(means).astype(np.float64)
    found = of_counts(truth, means)
    assert found["deviance"] == pytest.approx(metrics.mean_poisson_deviance(truth, means))
    assert found["d2"] == pytest.approx(metrics.d2_tweedie_score(truth, means, power=1))
    assert found["rmse"] == pytest.approx(metrics.root_mean_squared_error(truth, means))
    assert found["dispersion"] == pytest.approx(np.mean((truth - means) ** 2 / means))


def test_one_rate_explains_nothing() -> None:
    truth, exposure = np.array([1.0, 4.0, 0.0, 7.0]), np.array([1.0, 2.0, 0.5, 3.0])
    means = exposure * truth.sum() / exposure.sum()
    assert of_counts(truth, means, exposure)["d2"] == pytest.approx(0.0, abs=1e-12)
    assert of_counts(truth, means, exposure, spread=0.7)["d2"] == pytest.approx(0.0, abs=1e-12)


def test_a_mean_of_zero_is_finite() -> None:
    assert np.isfinite(of_counts(np.array([0.0, 3.0]), np.zeros(2))["deviance"])


def test_counts_that_are_all_zero() -> None:
    found = of_counts(np.zeros(3), np.array([0.1, 0.2, 0.3]))
    assert found["deviance"] == pytest.approx(2 * 0.2)  # 2 x mean of mu
