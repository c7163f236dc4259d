import numpy as np
import pytest
from sklearn import metrics

from pellucid.evaluation.multilabel import MultilabelSheet

NAMES = [definition.name for definition in MultilabelSheet.definitions]


def values(truth: np.ndarray, probabilities: np.ndarray, weights: np.ndarray | None = None) -> dict[str, float]:
    sheet = MultilabelSheet.of(truth, probabilities)
    weights = np.ones(len(truth)) if weights is None else weights
    return dict(zip(NAMES, sheet.values(weights[None])[0].tolist(), strict=True))


@pytest.mark.parametrize("weighted", [False, True])
def test_scores_equal_scikit_learn(weighted: bool) -> None:
    rng = np.random.default_rng(0)
    truth = (rng.random((200, 3)) < 0.4).astype(np.int64)
    p = np.clip(0.4 * truth + 0.6 * rng.random((200, 3)), 0, 1)
    called = (p >= 0.5).astype(int)
    weights = rng.integers(0, 3, 200).astype(np.float64) if weighted else np.ones(200)
    found, w = values(truth, p, weights), {"sample_weight": weights}
    assert found["micro_f1"] == pytest.approx(metrics.f1_score(truth, called, average="micro", **w))
    assert found["macro_f1"] == pytest.approx(metrics.f1_score(truth, called, average="macro", **w))
    assert found["subset_accuracy"] == pytest.approx(metrics.accuracy_score(truth, called, **w))
    assert found["hamming_loss"] == pytest.approx(metrics.hamming_loss(truth, called, **w))
    assert found["roc_auc"] == pytest.approx(metrics.roc_auc_score(truth, p, average="macro", **w))
    losses = [metrics.log_loss(truth[:, i], p[:, i], **w) for i in range(3)]
    assert found["log_loss"] == pytest.approx(np.mean(losses))


def test_a_label_that_never_holds_is_left_out_of_the_area() -> None:
    truth = np.array([[0, 1], [0, 0], [0, 1]])
    found = values(truth, np.array([[0.1, 0.9], [0.2, 0.3], [0.1, 0.8]]))
    assert found["roc_auc"] == 1.0
    assert found["macro_f1"] == 1.0
    assert found["subset_accuracy"] == 1.0


def test_one_row_without_labels() -> None:
    found = values(np.array([[0, 0]]), np.array([[0.1, 0.2]]))
    assert np.isnan(found["micro_f1"])
    assert found["hamming_loss"] == 0.0
