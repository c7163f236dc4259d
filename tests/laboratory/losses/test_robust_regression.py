from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from sklearn.linear_model import HuberRegressor

from pellucid.laboratory.losses.robust_regression import RobustRegression


@pytest.mark.knowledge("C2", "C3", "C8")
def test_the_lines_are_those_of_least_squares_and_of_median_regression() -> None:
    result = RobustRegression(seed=2).run()
    x, y = result["x"], result["y"].copy()
    y[-1] += 20
    np.testing.assert_allclose(result["slopes"][-1, 0], np.polyfit(x, y, 1)[0])
    median = sm.QuantReg(y, np.column_stack([x, np.ones_like(x)])).fit(q=0.5, max_iter=5000)
    cost = [
        np.abs(y - a * x - b).sum() for a, b in (median.params, (result["slopes"][-1, 1], result["heights"][-1, 1]))
    ]
    assert cost[1] == pytest.approx(cost[0], rel=1e-3)  # the least absolute line need not be unique; its cost is


def test_huber_keeps_the_true_slope_as_scikit_learn_does() -> None:
    result = RobustRegression().run()
    y = np.append(result["y"][:-1], result["y"][-1] + 20)
    theirs = HuberRegressor(epsilon=1.35, alpha=0).fit(result["x"][:, None], y).coef_[0]  # its delta is in scales
    assert result["slopes"][-1, 2] == pytest.approx(theirs, abs=0.25)
    assert abs(result["slopes"][-1, 0] - theirs) > 2
