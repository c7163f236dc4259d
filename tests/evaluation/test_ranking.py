import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from pellucid.evaluation.ranking import Ranking

tied = st.integers(0, 6).map(lambda step: step / 6)
rows = st.lists(st.tuples(st.booleans(), tied, st.integers(0, 3)), min_size=2, max_size=40)


@settings(deadline=None, max_examples=100)
@given(rows)
def test_areas_equal_scikit_learn_with_ties_and_weights(drawn: list[tuple[bool, float, int]]) -> None:
    truth, scores, weights = (np.array(column) for column in zip(*drawn, strict=True))
    weights = weights.astype(np.float64)
    ranking = Ranking.of(truth, scores)
    area, precision = ranking.area(weights[None]), ranking.average_precision(weights[None])
    if weights[truth].sum() == 0:
        assert np.isnan(area[0])
        assert np.isnan(precision[0])
        return
    assert precision[0] == pytest.approx(average_precision_score(truth, scores, sample_weight=weights), abs=1e-12)
    if weights[~truth].sum() == 0:
        assert np.isnan(area[0])
    else:
        assert area[0] == pytest.approx(roc_auc_score(truth, scores, sample_weight=weights), abs=1e-12)


@settings(deadline=None, max_examples=50)
@given(rows)
def test_areas_depend_on_the_order_alone(drawn: list[tuple[bool, float, int]]) -> None:
    truth, scores, _ = (np.array(column) for column in zip(*drawn, strict=True))
    ones = np.ones((1, len(truth)))
    first, second = Ranking.of(truth, scores), Ranking.of(truth, np.exp(3 * scores) - 7)
    np.testing.assert_array_equal(first.area(ones), second.area(ones))
    np.testing.assert_array_equal(first.average_precision(ones), second.average_precision(ones))


@settings(deadline=None, max_examples=50)
@given(rows)
def test_reversing_the_scores_mirrors_the_area(drawn: list[tuple[bool, float, int]]) -> None:
    truth, scores, _ = (np.array(column) for column in zip(*drawn, strict=True))
    ones = np.ones((1, len(truth)))
    area, mirrored = Ranking.of(truth, scores).area(ones)[0], Ranking.of(truth, -scores).area(ones)[0]
    assert area + mirrored == pytest.approx(1.0, abs=1e-12) or np.isnan(area)


def test_constant_scores_guess() -> None:
    truth = np.array([True, False, False, True, False])
    ranking = Ranking.of(truth, np.full(5, 0.3))
    assert ranking.area(np.ones((1, 5)))[0] == 0.5  # all pairs tie
    assert ranking.average_precision(np.ones((1, 5)))[0] == pytest.approx(0.4)  # the share of positives


def test_many_weightings_at_once_are_as_one_by_one() -> None:
    rng = np.random.default_rng(0)
    truth, scores = rng.random(50) < 0.4, rng.random(50).round(1)
    weights = rng.integers(0, 3, (7, 50)).astype(np.float64)
    ranking = Ranking.of(truth, scores)
    np.testing.assert_allclose(ranking.area(weights), [ranking.area(one[None])[0] for one in weights], rtol=1e-12)
