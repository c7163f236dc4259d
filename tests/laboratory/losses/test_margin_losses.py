from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import hinge_loss

from pellucid.laboratory.losses.margin_losses import LOSSES, MarginLosses


@pytest.mark.knowledge("C1", "C4", "C5", "C6", "C7", "B8")
def test_derivatives_are_finite_differences() -> None:
    m = np.array([-2.3, -0.4, 0.3, 0.9, 1.7])  # no kink among them
    for name, loss, slope in LOSSES:
        difference = (loss(m + 1e-6) - loss(m - 1e-6)) / 2e-6
        np.testing.assert_allclose(slope(m), difference, atol=1e-8, err_msg=name)


def test_hinge_is_that_of_scikit_learn() -> None:
    result = MarginLosses().run()
    theirs = [hinge_loss(np.array([1, -1]), np.array([m, -m])) for m in result["m"]]
    np.testing.assert_allclose(result["losses"]["hinge"], theirs, atol=1e-12)


def test_the_pull_of_the_outlier_by_hand() -> None:
    # exponential: e^5.5 = 244.69 against 100 e^-0.5 = 60.65; hinge: 1 against 100
    pulls = MarginLosses(outlier=-5.5, others=100, margin=0.5).run()["pulls"]
    assert pulls["exponential"] == pytest.approx(244.692 / (244.692 + 60.653), rel=1e-5)
    assert pulls["hinge"] == pytest.approx(1 / 101)
    assert pulls["zero-one"] == 0
