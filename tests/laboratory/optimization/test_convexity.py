"""Convexity of functions and of sets."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pellucid.foundation.errors import RangeError
from pellucid.laboratory.optimization.convex_sets import ConvexSets
from pellucid.laboratory.optimization.convexity import Convexity


@pytest.mark.knowledge("D8")
@pytest.mark.parametrize(
    ("function", "convex"),
    [
        ("x**2", True),
        ("abs(x)", True),
        ("exp(x)", True),
        ("3*x + 1", True),
        ("7", True),
        ("maximum(0, 1 - x)", True),
        ("log(1 + exp(x))", True),
        ("-x**2", False),
        ("x**3", False),
        ("sin(x)", False),
        ("x**4 - x**2", False),
        (lambda x: math.cosh(0.5 * x), True),
        (lambda x: math.cos(x), False),
    ],
)
def test_four_tests_agree_with_the_textbook(function: object, convex: bool) -> None:
    result = Convexity(function=function).run()
    assert [claim.holds for claim in result.claims] == [convex] * 4 + [True]


@pytest.mark.knowledge("D8")
def test_it_is_a_property_on_an_interval() -> None:
    assert all(claim.holds for claim in Convexity(function="x**3", low=0, high=2).run().claims)


def test_a_gap_in_the_function_and_an_empty_interval_are_refused() -> None:
    with pytest.raises(RangeError, match="on the whole interval, got none, or one above .* at x = -4: narrow it"):
        Convexity(function="log(x)").run()
    with pytest.raises(RangeError, match="convexity expected low below high, got 2 and 1: swap them"):
        Convexity(low=2, high=1)


@pytest.mark.knowledge("D8")
@pytest.mark.parametrize("distance", [0.6, 1.2, 1.8])
def test_intersections_keep_every_segment_and_unions_do_not(distance: float) -> None:
    result = ConvexSets(distance=distance, segments=20_000).run()
    assert result["leaving"]["intersection"] == result["leaving"]["disc"] == 0
    assert result["leaving"]["union"] > 0
    ends = result["segment"]["union"]
    assert (np.sign(ends[:, 0]) == [-1, 1]).all() or (np.sign(ends[:, 0]) == [1, -1]).all()


def test_the_union_of_a_disc_with_itself_is_convex() -> None:
    result = ConvexSets(distance=0).run()
    assert result["leaving"]["union"] == 0
    assert not result.claims[2].holds
    assert np.isnan(result["segment"]["union"]).all()
