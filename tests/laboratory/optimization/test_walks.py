"""What the experiments share."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.foundation.errors import RangeError
from pellucid.laboratory.formulas import objective
from pellucid.laboratory.optimization.walks import FAR, descend, heights, over_contours, over_curve


def test_a_walk_stops_before_the_range_ends() -> None:
    path = descend(objective("x**2"), (1.0,), 2.0, 1000)
    assert path.left == len(path.f)
    assert np.abs(path.f).max() <= FAR
    assert f"left the range of numbers (1e+30) at step {path.left}" in path.told


@pytest.mark.parametrize("function", ["log(x)", "sqrt(x - 20)", "1/(x - 10)"])
def test_a_start_without_a_value_is_refused(function: str) -> None:
    with pytest.raises(RangeError, match="walk expected a start where the function has a value"):
        descend(objective(function), (10.0 if "log" not in function else -1.0,), 0.1, 5)


def test_a_divergence_is_not_drawn_to_its_end() -> None:
    f = objective("x**2")
    curve = over_curve(f, {"walk": descend(f, (10.0,), 3.0, 30)}, "a divergence", None)
    low, high = curve.frames[0].panels[0].x_range  # type: ignore[union-attr,misc]
    assert -50 < low < high < 50
    assert len(curve.frames) <= 40


def test_negative_heights_have_no_logarithm() -> None:
    f = objective("x1**2 - x2**2", ("x1", "x2"))
    walks = {"walk": descend(f, (1.0, 0.1), 0.1, 30)}
    assert not heights(walks).y_log
    picture = over_contours(f, walks, "a saddle", square=True)
    assert picture.columns == 1
    field = picture.frames[0].panels[0].field  # type: ignore[union-attr]
    assert field is not None
    assert (field.values > 0).all()  # for the logarithm of the contour lines


def test_a_field_with_gaps_is_drawn() -> None:
    f = objective("log(x1) + x2**2", ("x1", "x2"))
    picture = over_contours(f, {"walk": descend(f, (0.1, 0.1), 1e-4, 5)}, "a gap")
    assert np.isnan(picture.frames[0].panels[0].field.values).any()  # type: ignore[union-attr]
