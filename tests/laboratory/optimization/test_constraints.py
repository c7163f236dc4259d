"""Constraints: three ways, and scipy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from pellucid.foundation.errors import RangeError
from pellucid.laboratory.optimization.constraints import Constraints


@pytest.mark.knowledge("D9")
def test_by_hand() -> None:
    result = Constraints().run()  # 2 x1 = 4 x2 and x1 + x2 = 3
    for name in ("lagrange", "penalty", "projection"):
        end = result[name] if name == "lagrange" else result[name][-1]
        np.testing.assert_allclose(end, [2, 1], atol=1e-5)
    r = 10.0 ** np.arange(7)  # by hand: x1 = 2 x2 = 6 r / (4 + 3 r)
    np.testing.assert_allclose(result["penalty"][:, 0], 6 * r / (4 + 3 * r), rtol=1e-9)


@pytest.mark.knowledge("D9")
def test_another_problem_agrees_with_scipy() -> None:
    result = Constraints(
        function="exp(x1) + x1^2 + (x2 - 1)^2", normal=(1.0, 2.0), value=-1.0, rate=0.05, steps=500
    ).run()
    constraint = {"type": "eq", "fun": lambda x: x[0] + 2 * x[1] + 1}
    expected = minimize(
        lambda x: np.exp(x[0]) + x[0] ** 2 + (x[1] - 1) ** 2, [0.0, 0.0], constraints=constraint, tol=1e-12
    )
    np.testing.assert_allclose(result["lagrange"], expected.x, atol=1e-6)
    assert all(claim.holds for claim in result.claims)


def test_a_concave_function_has_no_minimum_on_the_line() -> None:
    result = Constraints(function="-x1**2 - x2**2").run()
    assert not result.claims[0].holds


def test_newton_stops_where_there_are_no_numbers() -> None:
    result = Constraints(function="sqrt(x1) + x2**2", start=(1.0, 1.0), value=-3.0).run()
    assert not result.claims[0].holds


@pytest.mark.parametrize("normal", [(0.0, 0.0), (1.0,), (1.0, 2.0, 3.0)])
def test_a_normal_must_be_a_direction(normal: tuple[float, ...]) -> None:
    with pytest.raises(RangeError, match="constraints expected normal to be a direction, got "):
        Constraints(normal=normal)
