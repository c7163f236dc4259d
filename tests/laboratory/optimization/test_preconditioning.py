"""Preconditioning."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.foundation.errors import RangeError
from pellucid.laboratory.optimization.preconditioning import Preconditioning


@pytest.mark.knowledge("D3")
def test_without_a_mixed_term_the_diagonal_is_all() -> None:
    result = Preconditioning(function="x1**2 + 100*x2**2").run()
    assert result["condition"] == pytest.approx([100.0, 1.0, 1.0])  # by hand: curvatures 2 and 200
    assert result["steps"][1:] == [1, 1]


@pytest.mark.knowledge("D3")
def test_the_diagonal_does_not_turn_a_valley_that_lies_askew() -> None:
    result = Preconditioning(function="x1**2 + x2**2 + 1.96*x1*x2").run()
    assert result["condition"][1] == pytest.approx(result["condition"][0])  # both diagonals alike: nothing to scale
    assert result["condition"][0] == pytest.approx(np.linalg.cond([[2, 1.96], [1.96, 2]]))
    assert not result.claims[0].holds


def test_too_few_steps_are_said() -> None:
    result = Preconditioning(steps=5).run()
    assert result["steps"][0] is None
    assert "more than 5 steps" in result.picture.alt


def test_a_start_without_curvature_is_refused() -> None:
    with pytest.raises(RangeError, match="preconditioning expected a start where the function has curvatures, got log"):
        Preconditioning(function="log(x1) + x2", start=(0.0, 1.0)).run()
