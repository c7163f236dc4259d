"""Descent in the plane."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.foundation.errors import RangeError
from pellucid.laboratory.optimization.descent_2d import Descent2D


@pytest.mark.knowledge("D2")
def test_twenty_steps_of_the_textbook() -> None:
    result = Descent2D().run()
    np.testing.assert_allclose(result["x"][-1], [-0.057646, -0.000073], atol=5e-7)  # Dive into Deep Learning, 12.3
    t = np.arange(21)
    np.testing.assert_allclose(result["x"], np.column_stack([-5 * 0.8**t, -2 * 0.6**t]), rtol=1e-12)  # closed form


@pytest.mark.knowledge("D2")
def test_too_large_a_rate_is_seen() -> None:
    result = Descent2D(rate=0.6).run()
    assert not result.claims[0].holds
    assert result["f"][-1] > result["f"][0]


def test_a_round_bowl_is_walked_straight() -> None:
    result = Descent2D(function="x1**2 + x2**2").run()
    assert not result.claims[2].holds  # the gradient points at the minimum


def test_a_start_at_the_minimum_stays() -> None:
    result = Descent2D(start=(0.0, 0.0)).run()
    assert np.all(result["x"] == 0)
    assert not result.claims[2].holds


@pytest.mark.parametrize("start", [(1.0,), (1.0, 2.0, 3.0)])
def test_a_start_that_is_no_point_is_refused(start: tuple[float, ...]) -> None:
    with pytest.raises(RangeError, match="descent_2d expected start to be two numbers, got "):
        Descent2D(start=start)
