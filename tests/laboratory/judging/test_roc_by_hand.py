from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, roc_curve

from pellucid.foundation.errors import RangeError
from pellucid.laboratory.judging.roc_by_hand import RocByHand


@pytest.mark.knowledge("I")
def test_curve_and_area_are_scikit_learns() -> None:
    experiment = RocByHand()
    result = experiment.run()
    x, y, _ = roc_curve(experiment.targets, experiment.scores, drop_intermediate=False)
    np.testing.assert_allclose(result["x"], x)
    np.testing.assert_allclose(result["y"], y)
    assert result["area"] == pytest.approx(roc_auc_score(experiment.targets, experiment.scores))


def test_one_class_alone_is_refused() -> None:
    with pytest.raises(RangeError, match="one target 0 or 1 for each score, of both classes"):
        RocByHand(targets=(1.0,) * 10)
