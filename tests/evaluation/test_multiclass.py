import numpy as np
import pytest
from sklearn import metrics

from pellucid.evaluation.multiclass import MulticlassSheet

NAMES = [definition.name for definition in MulticlassSheet.definitions]


def values(truth: np.ndarray, probabilities: np.ndarray, weights: np.ndarray | None = None) -> dict[str, float]:
    sheet = MulticlassSheet.of(truth, probabilities)
    weights = np.ones(len(truth)) if weights is None else weights
    return dict(zip(NAMES, sheet.values(weights[None])[0].tolist(), strict=True))


def drawn(n: int, k: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth, p = rng.integers(0, k, n), rng.dirichlet(np.ones(k), n)
    p[np.arange(n), truth] += 0.3
    return truth, p / p.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("weighted", [False, True])
def test_scores_equal_scikit_learn(weighted: bool) -> None:
    truth, p = drawn(300, 4)
    rng = np.random.default_rng(1)
    weights = rng.integers(0, 3, 300).astype(np.float64) if weighted else np.ones(300)
    called, found = p.argmax(axis=1), values(truth, p, weights)
    w = {"sample_weight": weights}
    assert found["accuracy"] == pytest.approx(metrics.accuracy_score(truth, called, **w))
    assert found["balanced_accuracy"] == pytest.approx(metrics.balanced_accuracy_score(truth, called, **w))
    assert found["macro_f1"] == pytest.approx(metrics.f1_score(truth, called, average="macro", **w))
    assert found["log_loss"] == pytest.approx(metrics.log_loss(truth, p, **w))
    each = [metrics.roc_auc_score(truth == label, p[:, label], **w) for label in range(4)]
    assert found["roc_auc"] == pytest.approx(np.mean(each))
    if not weighted:
        assert found["roc_auc"] == pytest.approx(metrics.roc_auc_score(truth, p, multi_class="ovr"))


def test_absent_classes_are_left_out_of_the_means() -> None:
    truth, p = drawn(100, 5)
    keep = truth < 3
    truth, p = truth[keep], p[keep]
    found = values(truth, p)
    present = [metrics.roc_auc_score(truth == label, p[:, label]) for label in range(3)]
    assert found["roc_auc"] == pytest.approx(np.mean(present))
    # as scikit-learn: classes that are neither true nor predicted have no F1; those predicted only have 0
    assert found["macro_f1"] == pytest.approx(metrics.f1_score(truth, p.argmax(axis=1), average="macro"))
    recalls = [np.mean(p[truth == label].argmax(axis=1) == label) for label in range(3)]
    assert found["balanced_accuracy"] == pytest.approx(np.mean(recalls))


def test_one_class_and_one_row() -> None:
    found = values(np.array([2]), np.array([[0.2, 0.2, 0.6]]))
    assert found["accuracy"] == 1.0
    assert np.isnan(found["roc_auc"])
    assert found["log_loss"] == pytest.approx(-np.log(0.6))


def test_calibration_error_by_hand() -> None:
    # confidences 0.6 (right), 0.8 (wrong), 0.8 (right): |0.6 - 1| / 3 + |0.8 - 0.5| x 2 / 3
    p = np.array([[0.6, 0.4, 0.0], [0.8, 0.1, 0.1], [0.1, 0.1, 0.8]])
    assert values(np.array([0, 1, 2]), p)["calibration_error"] == pytest.approx(0.4 / 3 + 0.3 * 2 / 3)


def test_perfect_predictions() -> None:
    truth = np.array([0, 1, 2, 2])
    found = values(truth, np.eye(3)[truth])
    assert [found[name] for name in ("accuracy", "balanced_accuracy", "macro_f1", "roc_auc")] == [1.0] * 4
    assert found["log_loss"] == 0.0


def test_many_classes_cost_more() -> None:
    truth, p = drawn(400, 40)
    assert MulticlassSheet.of(truth, p).cost == 400 * 5
