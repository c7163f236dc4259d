"""Descent in one dimension: the numbers of the textbook, and a walk that leaves the range of numbers."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

from pellucid.foundation.errors import RangeError
from pellucid.laboratory.optimization.descent import Descent


@pytest.mark.knowledge("D1")
@pytest.mark.parametrize(
    ("rate", "end"),
    [(0.2, 0.0604662), (0.05, 3.4867844), (1.1, 61.9173642)],  # Dive into Deep Learning, 12.3
)
def test_ten_steps_on_the_parabola(rate: float, end: float) -> None:
    result = Descent(rate=rate).run()
    assert abs(result["x"][-1]) == pytest.approx(end, abs=5e-8)
    assert len(result["x"]) == 11
    assert result.claims[0].holds is (rate < 1)  # 2 / f'' = 1
    assert result.claims[1].holds is True


@pytest.mark.knowledge("D1")
@pytest.mark.parametrize("rate", [0.05, 0.2, 0.5, 0.97])
def test_the_parabola_has_a_closed_form(rate: float) -> None:
    t = np.arange(11)
    np.testing.assert_allclose(Descent(rate=rate).run()["x"], 10 * (1 - 2 * rate) ** t, rtol=1e-9, atol=1e-12)


def test_a_walk_that_diverges_stops_in_time_and_says_where() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = Descent(function="x**4", rate=1, steps=1000).run()
    assert result["left_at"] is not None
    assert np.isfinite(result["f"]).all()
    assert not result.claims[0].holds
    assert f"left the range of numbers at step {result['left_at']}" in result.claims[0].measured
    assert "left the range of numbers" in result.picture.alt


def test_no_rate_no_step() -> None:
    result = Descent(rate=0).run()
    assert set(result["x"]) == {10.0}
    assert "f went from 100 to 100" in result.claims[0].measured


def test_ones_own_function_as_text_and_as_callable() -> None:
    text = Descent(function="x*cos(x)", start=2, rate=0.05, steps=100).run()
    call = Descent(function=lambda x: x * math.cos(x), start=2, rate=0.05, steps=100).run()
    np.testing.assert_allclose(text["x"], call["x"], atol=1e-7)
    assert "exact" in text["derivatives"]
    assert "central differences" in call["derivatives"]


def test_a_straight_line_has_no_limit() -> None:
    result = Descent(function="x", steps=5).run()
    assert result["largest_curvature"] == 0.0
    assert "the limit is inf" in result.claims[1].measured


def test_a_formula_with_a_mistake_is_refused() -> None:
    with pytest.raises(RangeError, match="got 'y' at letter 1"):
        Descent(function="y").run()


def test_a_start_without_a_value_is_refused() -> None:
    with pytest.raises(RangeError, match=r"got log\(x\) at -1: start elsewhere"):
        Descent(function="log(x)", start=-1).run()
