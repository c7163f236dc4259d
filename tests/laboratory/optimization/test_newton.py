"""Newton's method: against scipy, and against its closed form on cosh."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import newton as scipy_newton

from pellucid.laboratory.optimization.newton import Newton


@pytest.mark.knowledge("D3")
def test_on_cosh_a_step_is_tanh_over_c() -> None:
    x = Newton().run()["x"]
    np.testing.assert_allclose(x[1:], x[:-1] - np.tanh(0.5 * x[:-1]) / 0.5, atol=1e-12)  # f'/f'' = tanh(cx)/c
    assert x[-1] == pytest.approx(0, abs=1e-12)  # Dive into Deep Learning, 12.3: epoch 10, x: 0.0


@pytest.mark.knowledge("D3")
def test_it_is_newton_s_method_on_the_slope() -> None:
    root = scipy_newton(lambda x: 4 * (x - 1) ** 3 + 2 * x, 5.0, fprime=lambda x: 12 * (x - 1) ** 2 + 2)
    result = Newton(function="(x-1)^4 + x^2", start=5, steps=30).run()
    assert result["x"][-1] == pytest.approx(root, abs=1e-9)


def test_a_straight_line_throws_it_out() -> None:
    result = Newton(function="x").run()  # f'' = 0
    assert not any(claim.holds for claim in result.claims)
    assert "left the range of numbers" in result.claims[0].measured
