"""Universal approximation: what is claimed for continuous functions, and what fails at a jump."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.foundation.errors import RangeError
from pellucid.laboratory.principles.approximation import NAMED, Approximation, staircase


@pytest.mark.knowledge("F6")
@pytest.mark.parametrize("function", ["sine", "bump", "abs", "x*cos(3*x)"])
def test_the_error_falls_with_the_width(function: str) -> None:
    result = Approximation(function=function, steps=100).run()
    assert all(claim.holds for claim in result.claims)
    assert result["staircase"].root_mean_square[-1] < result["staircase"].root_mean_square[0] / 5
    assert result["least_squares"].largest[-1] < 0.05


@pytest.mark.knowledge("F6")
def test_at_a_jump_the_largest_error_stays() -> None:
    result = Approximation(function="step", steps=10).run()
    assert result["least_squares"].largest[-1] > 0.3
    nearer = next(claim for claim in result.claims if "times nearer" in claim.sentence)
    assert not nearer.holds


def test_the_named_functions_are_those_of_the_names() -> None:
    expected = {
        "sine": lambda x: np.sin(np.pi * x),
        "step": lambda x: (x > 0).astype(float),
        "bump": lambda x: np.exp(-10 * x**2),
        "abs": np.abs,
    }
    assert set(expected) == set(NAMED)
    for name, function in expected.items():
        result = Approximation(function=name, widths=(1, 2), steps=0).run()
        np.testing.assert_allclose(result["f"], function(result["x"]), atol=1e-14)


def test_a_python_function_is_taken() -> None:
    result = Approximation(function=lambda x: 3 * x + 1, widths=(1, 2), steps=0).run()
    np.testing.assert_allclose(result["f"], 3 * result["x"] + 1)


def test_a_staircase_of_a_constant_is_that_constant() -> None:
    np.testing.assert_allclose(staircase(np.full(50, 2.5), np.linspace(0, 1, 50), 7), 2.5)


def test_a_function_with_a_pole_is_refused() -> None:
    with pytest.raises(
        RangeError, match="approximation expected function to be below 1e[+]100 from -1 to 1, got '1/x'"
    ):
        Approximation(function="1/x").run()


@pytest.mark.parametrize("widths", [(4,), (4, 2), (2, 2)])
def test_widths_must_rise(widths: tuple[int, ...]) -> None:
    with pytest.raises(RangeError, match="approximation expected widths to be two or more rising numbers"):
        Approximation(widths=widths)
