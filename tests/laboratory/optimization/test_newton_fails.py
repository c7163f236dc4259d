"""Newton's method without convexity."""

from __future__ import annotations

import math

import pytest
from scipy.optimize import minimize_scalar

from pellucid.laboratory.optimization.newton_fails import NewtonFails


@pytest.mark.knowledge("D3")
def test_the_numbers_of_the_textbook() -> None:
    result = NewtonFails().run()
    assert result["plain"][-1] == pytest.approx(26.83413291324767, abs=1e-6)  # Dive into Deep Learning, 12.3
    assert result["shorter"][-1] == pytest.approx(7.269860168684531, abs=1e-6)


@pytest.mark.knowledge("D3")
def test_the_absolute_curvature_finds_the_valley() -> None:
    result = NewtonFails(steps=60).run()
    valley = minimize_scalar(lambda x: x * math.cos(0.15 * math.pi * x), bounds=(5, 9), method="bounded")
    assert result["absolute_hill"][-1] == pytest.approx(valley.x, abs=1e-4)
    assert result["shorter_hill"][-1] == pytest.approx(13.66, abs=0.1)  # the hilltop beside 12.5


def test_on_a_convex_function_nothing_fails() -> None:
    result = NewtonFails(function="x**2").run()
    holds = [claim.holds for claim in result.claims]
    assert holds == [False, False, True, False, True]
