"""What binary and multilabel share."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.tasks.labels import label_prediction, logit_of_share


def test_probabilities_of_extreme_logits_are_exact() -> None:
    prediction = label_prediction("y", np.array([-800.0, 0.0, 800.0]), ("no", "yes"))
    np.testing.assert_array_equal(prediction.probabilities, [[1, 0], [0.5, 0.5], [0, 1]])
    assert prediction.values.tolist() == ["no", "yes", "yes"]


def test_the_logit_of_a_share() -> None:
    labels = np.array([1, 0, 0, 0], dtype=np.float32)
    assert logit_of_share(labels, 1.0) == pytest.approx(np.log(1 / 3))
    assert logit_of_share(labels, 3.0) == pytest.approx(0)
