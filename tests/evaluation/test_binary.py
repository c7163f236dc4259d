import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from pellucid.evaluation.binary import BinarySheet

NAMES = [definition.name for definition in BinarySheet.definitions]


def values(truth: np.ndarray, probabilities: np.ndarray, weights: np.ndarray | None = None) -> dict[str, float]:
    sheet = BinarySheet.of(truth, probabilities)
    weights = np.ones(len(truth)) if weights is None else weights
    return dict(zip(NAMES, sheet.values(weights[None])[0].tolist(), strict=True))


def reference(truth: np.ndarray, p: np.ndarray, weights: np.ndarray) -> dict[str, float]:
    called, w = (p >= 0.5).astype(int), {"sample_weight": weights}
    return {
        "accuracy": metrics.accuracy_score(truth, called, **w),
        "balanced_accuracy": metrics.balanced_accuracy_score(truth, called, **w),
        "sensitivity": metrics.recall_score(truth, called, **w),
        "specificity": metrics.recall_score(truth, called, pos_label=0, **w),
        "precision": metrics.precision_score(truth, called, **w),
        "f1": metrics.f1_score(truth, called, **w),
        "roc_auc": metrics.roc_auc_score(truth, p, **w),
        "average_precision": metrics.average_precision_score(truth, p, **w),
        "log_loss": metrics.log_loss(truth, p, **w),
        "brier": metrics.brier_score_loss(truth, p, **w),
    }


@pytest.mark.parametrize("weighted", [False, True])
def test_scores_equal_scikit_learn(weighted: bool) -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 2, 200)
    p = np.clip(0.4 * truth + 0.6 * rng.random(200), 0, 1).round(2)  # with ties
    weights = rng.integers(0, 4, 200).astype(np.float64) if weighted else np.ones(200)
    found = values(truth, p, weights)
    for name, expected in reference(truth, p, weights).items():
        assert found[name] == pytest.approx(expected, rel=1e-10), name


def test_calibration_error_by_hand() -> None:
    # bin 0.2: three rows at 0.2, one of them positive: |0.2 - 1/3| x 3/5; bin 0.9: two at 0.9, both: 0.1 x 2/5
    found = values(np.array([1, 0, 0, 1, 1]), np.array([0.2, 0.2, 0.2, 0.9, 0.9]))
    assert found["calibration_error"] == pytest.approx((1 / 3 - 0.2) * 3 / 5 + 0.1 * 2 / 5)


def test_perfect_predictions() -> None:
    truth = np.array([0, 1, 1, 0])
    found = values(truth, truth.astype(np.float64))
    for name in ("accuracy", "balanced_accuracy", "sensitivity", "specificity", "precision", "f1", "roc_auc"):
        assert found[name] == 1.0
    for name in ("log_loss", "brier", "calibration_error"):
        assert found[name] == 0.0


@pytest.mark.parametrize("label", [0, 1])
def test_one_class_in_the_part(label: int) -> None:
    found = values(np.full(5, label), np.array([0.1, 0.2, 0.6, 0.7, 0.8]))
    assert np.isnan(found["roc_auc"])
    assert np.isnan(found["specificity" if label else "sensitivity"])
    assert found["balanced_accuracy"] == found["sensitivity" if label else "specificity"]  # over the class that exists
    assert np.isfinite(found["log_loss"])


def test_one_row() -> None:
    found = values(np.array([1]), np.array([0.8]))
    assert found["accuracy"] == 1.0
    assert found["log_loss"] == pytest.approx(-np.log(0.8))
    assert np.isnan(found["roc_auc"])


def test_nothing_called_positive_has_no_precision() -> None:
    found = values(np.array([0, 1]), np.array([0.1, 0.2]))
    assert np.isnan(found["precision"])
    assert found["f1"] == 0.0


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=30))
def test_shares_stay_between_0_and_1_and_nothing_warns(rows: list[tuple[bool, float]]) -> None:
    truth, p = np.array([one for one, _ in rows], dtype=np.int64), np.array([p for _, p in rows])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = values(truth, p)
    for definition in BinarySheet.definitions:
        if definition.name != "log_loss" and not np.isnan(found[definition.name]):
            assert -1e-12 <= found[definition.name] <= 1 + 1e-12
