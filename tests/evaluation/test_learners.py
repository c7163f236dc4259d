import numpy as np
import pytest
from scipy.sparse import csr_matrix

from pellucid.evaluation import learners
from pellucid.evaluation.learners import FEWEST_ROUNDS, ROUNDS, Boosting, Estimators, Linear, Size
from pellucid.foundation.features import Features


def size(rows: int, columns: int = 20, models: int = 1) -> Size:
    return Size(rows=rows, columns=columns, models=models)


def features(x: np.ndarray) -> Features:
    return Features(raw=x, categorical=np.zeros(x.shape[1], dtype=np.bool_), scaled=x)


def estimators(learner: Linear | Boosting, x: np.ndarray, seed: int = 0) -> Estimators:
    return Estimators(learner, size(len(x), x.shape[1]), learner.prepared(features(x)), seed)


@pytest.mark.parametrize("learner", [Linear(), Boosting()])
def test_ordinary_tables_are_learnt_in_full(learner: Linear | Boosting) -> None:
    assert learner.rows(size(100_000)) == 100_000


@pytest.mark.parametrize("learner", [Linear(), Boosting()])
def test_large_problems_are_cut_but_never_below_5000_rows(learner: Linear | Boosting) -> None:
    assert learner.rows(size(1_000_000, 1000, 10)) == 5000
    assert learner.rows(size(400, 100_000, 10)) == 400
    assert 5000 < learner.rows(size(500_000, 54, 7)) < 500_000


def test_boosting_that_would_last_gets_fewer_and_larger_steps() -> None:
    prepared = estimators(Boosting(), np.zeros((4, 1))).prepared
    options, note = Boosting().options(size(5000, 1000, 100), prepared, 10, 0)
    assert options["max_iter"] == FEWEST_ROUNDS
    assert options["learning_rate"] == 0.3
    assert note == f"given {FEWEST_ROUNDS} of the usual {ROUNDS} rounds to stay quick"
    options, note = Boosting().options(size(5000), prepared, 10, 0)
    assert (options["max_iter"], options["learning_rate"], note) == (100, 0.1, "")


@pytest.mark.parametrize(("rows", "rarest", "stops"), [(20_000, 2, True), (20_000, 1, False), (10_000, 2, False)])
def test_early_stopping_as_in_scikit_learn_unless_a_class_is_too_rare(rows: int, rarest: int, stops: bool) -> None:
    options, _ = Boosting().options(size(rows), estimators(Boosting(), np.zeros((4, 1))).prepared, rarest, 0)
    assert options["early_stopping"] is stops


def test_absent_classes_have_probability_0() -> None:
    x = np.array([[0.0], [1.0], [0.0], [1.0]])
    found = estimators(Linear(), x).probabilities(x, np.array([0, 2, 0, 2]), features(x), 4, [])
    assert found.shape == (4, 4)
    np.testing.assert_array_equal(found[:, [1, 3]], 0.0)
    np.testing.assert_allclose(found.sum(axis=1), 1.0)


def test_a_single_class_is_answered_and_said() -> None:
    x, notes = np.array([[0.0], [1.0]]), list[str]()
    found = estimators(Linear(), x).probabilities(x, np.array([1, 1]), features(x), 3, notes)
    np.testing.assert_array_equal(found, [[0, 1, 0], [0, 1, 0]])
    assert notes == ["saw a single class in training, and always answers that"]


def test_poisson_regression_with_exposure_equals_statsmodels() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(0)
    x, exposure = rng.normal(size=(2000, 2)), rng.uniform(0.5, 3, 2000)
    counts = rng.poisson(exposure * np.exp(0.3 * x[:, 0] - 0.5)).astype(np.float64)
    fit = sm.GLM(counts, sm.add_constant(x), family=sm.families.Poisson(), exposure=exposure).fit()
    found = estimators(Linear(), x).rates(x, counts, exposure, features(x), [])
    np.testing.assert_allclose(found, fit.predict(sm.add_constant(x), exposure=np.ones(2000)), rtol=5e-3)


@pytest.mark.parametrize("factor", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("learner", [Linear(), Boosting()])
def test_units_do_no_harm(learner: Linear | Boosting, factor: float) -> None:
    x = np.random.default_rng(0).normal(size=(200, 2))
    y = x[:, 0]
    found = estimators(learner, x).numbers(x, factor * y, features(x), []) / factor
    assert np.corrcoef(found, y)[0, 1] > 0.98


def test_a_constant_number_is_predicted() -> None:
    x = np.random.default_rng(0).normal(size=(20, 2))
    np.testing.assert_allclose(estimators(Linear(), x).numbers(x, np.full(20, 4.2), features(x), []), 4.2)


@pytest.mark.parametrize("learner", [Linear(), Boosting()])
def test_answers_in_parts_are_those_in_one(learner: Linear | Boosting, monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.random.default_rng(0).normal(size=(50, 2))
    labels = (x[:, 0] > 0).astype(np.int64)
    once = estimators(learner, x).probabilities(x, labels, features(x), 2, [])
    monkeypatch.setattr(learners, "ASKED_NUMBERS", 14)
    parts = estimators(learner, x).probabilities(x, labels, features(x), 2, [])
    np.testing.assert_allclose(parts, once, rtol=1e-12)


def test_of_sparse_columns_those_of_a_row_count() -> None:
    """By hand: 6 numbers in 3 rows are 2 a row; the work grows with them and not with the columns."""
    scaled = csr_matrix(([1.0] * 6, ([0, 0, 0, 1, 1, 2], range(6))), shape=(3, 50_000))
    features = Features(raw=np.zeros((3, 7)), categorical=np.zeros(7, dtype=np.bool_), scaled=scaled)
    assert Linear().columns(features) == 2
    assert Boosting().columns(features) == 7
