"""Jets: each rule of calculus against central differences and against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.laboratory import jets
from pellucid.laboratory.jets import FUNCTIONS, Jet

BINARY = {
    "add": (jets.add, lambda x, y: x + y),
    "subtract": (jets.subtract, lambda x, y: x - y),
    "multiply": (jets.multiply, lambda x, y: x * y),
    "divide": (jets.divide, lambda x, y: x / y),
    "power": (jets.power, lambda x, y: x**y),
}
positive = st.floats(0.3, 3.0)


@pytest.mark.parametrize("name", BINARY)
@given(x=positive, y=positive)
def test_rules_of_two_jets_agree_with_central_differences(name: str, x: float, y: float) -> None:
    rule, plain = BINARY[name]
    jet = rule(jets.variable(np.array(x), 0, 2), jets.variable(np.array(y), 1, 2))
    h = 1e-4
    assert jet.value == pytest.approx(plain(x, y), rel=1e-12)
    slope = [(plain(x + h, y) - plain(x - h, y)) / (2 * h), (plain(x, y + h) - plain(x, y - h)) / (2 * h)]
    np.testing.assert_allclose(jet.slope, slope, rtol=1e-5, atol=1e-6)
    mixed = plain(x + h, y + h) - plain(x + h, y - h) - plain(x - h, y + h) + plain(x - h, y - h)
    bend = [
        [(plain(x + h, y) - 2 * plain(x, y) + plain(x - h, y)) / h**2, mixed / (4 * h * h)],
        [mixed / (4 * h * h), (plain(x, y + h) - 2 * plain(x, y) + plain(x, y - h)) / h**2],
    ]
    np.testing.assert_allclose(jet.bend, bend, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", FUNCTIONS)
@given(x=st.floats(0.2, 1.2))
def test_the_table_of_functions_holds_true_derivatives(name: str, x: float) -> None:
    f, df, ddf = FUNCTIONS[name]
    h = 1e-5
    at = [np.asarray(x + step) for step in (-h, 0.0, h)]
    assert df(at[1]) == pytest.approx((f(at[2]) - f(at[0])) / (2 * h), rel=1e-6, abs=1e-8)
    assert ddf(at[1]) == pytest.approx((df(at[2]) - df(at[0])) / (2 * h), rel=1e-6, abs=1e-8)


def test_a_factor_of_zero_wins_over_an_infinite_slope() -> None:
    x = jets.variable(np.array(0.0), 0, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = jets.apply("sqrt", jets.constant(0.0, np.array(0.0), 1))
    assert root.slope.tolist() == [0.0]
    assert jets.multiply(root, x).slope.tolist() == [0.0]


@pytest.mark.parametrize(("n", "slope", "bend"), [(0, 0, 0), (1, 1, 0), (2, 0, 2), (3, 0, 0)])
def test_powers_at_zero_have_their_slopes(n: int, slope: float, bend: float) -> None:
    jet = jets.power(jets.variable(np.array(0.0), 0, 1), jets.constant(n, np.array(0.0), 1))
    assert (jet.slope[0], jet.bend[0, 0]) == (slope, bend)  # by hand: d/dx x^n at 0


def test_a_power_with_a_variable_above() -> None:
    x = jets.variable(np.array([1.0, 2.0]), 0, 1)
    jet = jets.power(x, x)  # x^x: slope x^x (log x + 1)
    np.testing.assert_allclose(jet.slope[0], [1.0, 4 * (math.log(2) + 1)])
    np.testing.assert_allclose(jet.value, [1.0, 4.0])


def test_minimum_and_maximum_take_the_slope_of_the_chosen_one() -> None:
    x = jets.variable(np.array([-2.0, 3.0]), 0, 1)
    lower, upper = jets.minimum(x, jets.negative(x)), jets.maximum(x, jets.negative(x))
    assert lower.slope.tolist() == [[1.0, -1.0]]
    assert upper.slope.tolist() == [[-1.0, 1.0]]
    assert isinstance(upper, Jet)
