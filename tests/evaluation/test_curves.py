import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics
from sklearn.calibration import calibration_curve as sklearn_calibration

from pellucid.evaluation import curves

RNG = np.random.default_rng(0)
TRUTH = RNG.random(500) < 0.3
SCORES = np.clip(0.3 * TRUTH + 0.7 * RNG.random(500), 0, 1)
rows = st.lists(st.tuples(st.booleans(), st.integers(0, 10).map(lambda step: step / 10)), min_size=2, max_size=60)


def test_confusion_equals_scikit_learn() -> None:
    truth, predicted = RNG.integers(0, 4, 100), RNG.integers(0, 3, 100)  # the last class is never predicted
    found = curves.confusion("y", list("abcd"), truth, predicted)
    np.testing.assert_array_equal(found.counts, metrics.confusion_matrix(truth, predicted, labels=[0, 1, 2, 3]))


def test_roc_equals_scikit_learn() -> None:
    found = curves.roc_curve("yes", TRUTH[:150], SCORES[:150])
    assert found is not None
    x, y, _ = metrics.roc_curve(TRUTH[:150], SCORES[:150], drop_intermediate=False)
    np.testing.assert_allclose(found.false_positive_rate, x)
    np.testing.assert_allclose(found.true_positive_rate, y)
    assert found.area == pytest.approx(metrics.roc_auc_score(TRUTH[:150], SCORES[:150]))


def test_precision_recall_equals_scikit_learn() -> None:
    found = curves.precision_recall_curve("yes", TRUTH[:150], SCORES[:150])
    assert found is not None
    precision, recall, thresholds = metrics.precision_recall_curve(TRUTH[:150], SCORES[:150])
    first = int(np.argmax(recall < 1)) - 1  # the highest threshold with full recall
    np.testing.assert_allclose(found.precision, precision[first:-1][::-1])
    np.testing.assert_allclose(found.recall, recall[first:-1][::-1])
    np.testing.assert_allclose(found.thresholds, thresholds[first:][::-1])
    assert found.share == pytest.approx(TRUTH[:150].mean())


def test_long_curves_are_thinned_and_keep_their_area() -> None:
    truth = RNG.random(20_000) < 0.2
    scores = 0.4 * truth + RNG.random(20_000)
    roc = curves.roc_curve("yes", truth, scores)
    precision_recall = curves.precision_recall_curve("yes", truth, scores)
    assert roc is not None
    assert precision_recall is not None
    assert 100 < len(roc.thresholds) <= curves.MOST_POINTS
    assert 100 < len(precision_recall.thresholds) <= curves.MOST_POINTS
    assert (roc.false_positive_rate[0], roc.false_positive_rate[-1]) == (0.0, 1.0)
    assert (roc.true_positive_rate[0], roc.true_positive_rate[-1]) == (0.0, 1.0)
    assert np.trapezoid(roc.true_positive_rate, roc.false_positive_rate) == pytest.approx(roc.area, abs=1e-3)


@settings(deadline=None, max_examples=60)
@given(rows)
def test_curves_rise(drawn: list[tuple[bool, float]]) -> None:
    truth, scores = (np.array(column) for column in zip(*drawn, strict=True))
    roc, precision_recall = curves.roc_curve("a", truth, scores), curves.precision_recall_curve("a", truth, scores)
    assert (roc is None) == (truth.all() or not truth.any())
    assert (precision_recall is None) == (not truth.any())
    if roc is not None:
        assert list(roc.true_positive_rate) == sorted(roc.true_positive_rate)
        assert list(roc.false_positive_rate) == sorted(roc.false_positive_rate)
        assert list(roc.thresholds) == sorted(roc.thresholds, reverse=True)
    if precision_recall is not None:
        assert list(precision_recall.recall) == sorted(precision_recall.recall)
        assert precision_recall.recall[-1] == 1.0


def test_calibration_equals_scikit_learn() -> None:
    found = curves.calibration_curve("yes", TRUTH, SCORES)
    observed, predicted = sklearn_calibration(TRUTH, SCORES, n_bins=10)
    np.testing.assert_allclose(found.observed, observed)
    np.testing.assert_allclose(found.predicted, predicted)
    assert sum(found.counts) == 500
    assert found.error == pytest.approx(np.average(np.abs(observed - predicted), weights=found.counts))


@pytest.mark.parametrize("cost", [0.2, 1.0, 5.0])
@pytest.mark.parametrize("rule", ["f1", "youden", "cost"])
def test_chosen_thresholds_are_the_best_of_all(rule: str, cost: float) -> None:
    truth, scores = TRUTH[:80], SCORES[:80]

    def gain(threshold: float) -> float:
        called = scores >= threshold
        tp, fp, fn = np.sum(called & truth), np.sum(called & ~truth), np.sum(~called & truth)
        if rule == "f1":
            return float(2 * tp / (2 * tp + fp + fn))
        return float(tp / truth.sum() - fp / np.sum(~truth) if rule == "youden" else -(fp + cost * fn))

    found = curves.best_threshold(rule, truth, scores, cost)
    assert gain(found) == pytest.approx(max(gain(one) for one in np.linspace(0, 1.001, 1000)))


def test_the_default_threshold_and_where_nothing_can_be_chosen() -> None:
    assert curves.best_threshold("default", TRUTH, SCORES) == 0.5
    assert curves.best_threshold("f1", np.ones(3, dtype=bool), np.array([0.1, 0.2, 0.3])) == 0.5


def test_calling_nothing_positive_may_be_cheapest() -> None:
    truth, scores = np.array([False, False, True, False]), np.array([0.9, 0.8, 0.7, 0.1])
    assert curves.best_threshold("cost", truth, scores, 0.5) > 1.0


def test_applied_thresholds_count_right() -> None:
    found = curves.apply_threshold("yes", "f1", "…", 0.5, "validation", TRUTH, SCORES)
    called = SCORES >= 0.5
    tn, fp, fn, tp = metrics.confusion_matrix(TRUTH, called).ravel()
    counts = (found.true_negative, found.false_positive, found.false_negative, found.true_positive)
    assert counts == (tn, fp, fn, tp)
    assert found.f1 == pytest.approx(metrics.f1_score(TRUTH, called))
    assert found.specificity == pytest.approx(tn / (tn + fp))


def test_shares_of_nothing_are_none() -> None:
    found = curves.apply_threshold("yes", "f1", "…", 1.5, "", np.zeros(4, dtype=bool), SCORES[:4])
    assert (found.sensitivity, found.precision, found.f1, found.accuracy) == (None, None, None, 1.0)


def test_class_scores_equal_scikit_learn() -> None:
    found = curves.class_scores("yes", TRUTH, SCORES >= 0.5, SCORES)
    assert found.precision == pytest.approx(metrics.precision_score(TRUTH, SCORES >= 0.5))
    assert found.recall == pytest.approx(metrics.recall_score(TRUTH, SCORES >= 0.5))
    assert found.roc_auc == pytest.approx(metrics.roc_auc_score(TRUTH, SCORES))
    assert found.rows == TRUTH.sum()
    absent = curves.class_scores("no", np.zeros(3, dtype=bool), np.zeros(3, dtype=bool), SCORES[:3])
    assert (absent.rows, absent.precision, absent.recall, absent.f1, absent.roc_auc) == (0, None, None, None, None)
