"""Stopping rules: each stops where its own definition says."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pellucid.laboratory.optimization.stopping import Stopping


@pytest.mark.knowledge("D6")
def test_each_rule_stops_where_it_says() -> None:
    result = Stopping(tolerance=1e-3).run()
    x = result["bowl"].walk.x[:, 0]  # 10 * 0.4^t, by the closed form 1 - 2 * 0.3
    np.testing.assert_allclose(x, 10 * 0.4 ** np.arange(len(x)), rtol=1e-9, atol=1e-300)
    assert result["bowl"].gradient == math.ceil(math.log(20 / 1e-3) / math.log(1 / 0.4))
    change = int(result["bowl"].change)
    assert abs(x[change] - x[change - 1]) <= 1e-3 < abs(x[change - 1] - x[change - 2])


@pytest.mark.knowledge("D6")
def test_ones_own_walk_is_judged_too() -> None:
    result = Stopping(function="abs(x)", start=1, rate=0.3, cap=50).run()
    assert result["yours"].gradient is None
    assert result.tables[0].rows[-1][0] == "yours"
    assert "more than 50 steps" in str(result.tables[0].rows[-1][1])
