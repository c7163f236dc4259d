"""How often each number occurs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pellucid.tasks.shape import Shape, describe_shape, heaped, missing_tail, used_evenly, without_order


def shape(*counts: int, start: int = 0) -> Shape:
    """The shape of whole numbers from `start` on that occur so often."""
    return describe_shape(np.repeat(np.arange(start, start + len(counts), dtype=np.float64), counts))


def test_the_moments_are_scipys() -> None:
    values = np.random.default_rng(0).gamma(2, size=200)
    described = describe_shape(values)
    assert described.skewness == pytest.approx(stats.skew(values))
    assert not described.whole
    assert shape(5, 0, 3, start=1).gaps == pytest.approx(1 / 3)
    assert shape(5, 1).share_of_zeros == pytest.approx(5 / 6)
    assert shape(5, 1, 7, start=3).peak == 5


def test_even_use() -> None:
    assert used_evenly(shape(59, 71, 48, start=1))
    assert not used_evenly(shape(59, 71, 5))
    assert not used_evenly(shape(59, 0, 71))  # a gap
    assert not used_evenly(shape(2, 2, 2))  # too few rows to say


def test_a_valley_is_no_order_unless_by_chance_or_at_the_end_of_a_long_scale() -> None:
    assert without_order(shape(2118, 2833, 358, 27, 95, 174, 205))  # the cover types of the forest set
    assert without_order(shape(200, 0, 180))
    assert not without_order(shape(9, 12, 20, 18, 11, 13))
    assert not without_order(shape(100, 50, 40, 30, 20, 10, 9, 8, 7, 6, 5, 60))  # capped at the top


def test_the_expected_tail_is_that_of_the_law() -> None:
    counts = np.array([60, 30, 10])  # mean 0.5, variance 0.45: Poisson, 1.44 % beyond 2
    assert stats.poisson(0.5).sf(2) == pytest.approx(0.0144, abs=5e-5)
    assert not missing_tail(shape(*(counts * 2)))  # 2.9 rows of 200
    assert missing_tail(shape(*(counts * 21)))  # 30 rows of 2,100
    assert missing_tail(shape(600, 300, 100, start=1))  # 14 rows of 1,000 would be above 3
    assert not missing_tail(shape(*(counts * 2), start=1))


def test_the_expected_tail_of_spread_counts_is_that_of_the_negative_binomial() -> None:
    spread = shape(70, 10, 5, 5, 5, 5)
    excess = spread.deviation**2 - spread.mean
    law = stats.nbinom(spread.mean**2 / excess, spread.mean / spread.deviation**2)
    assert law.sf(5) * spread.rows == pytest.approx(1.9, abs=0.2)
    assert not missing_tail(spread)
    assert missing_tail(shape(1400, 200, 100, 100, 100, 100))


def test_favourite_amounts() -> None:
    generator = np.random.default_rng(0)
    counts = generator.negative_binomial(1, 0.01, 2000).astype(float)
    assert not heaped(describe_shape(counts))
    assert heaped(describe_shape(10 * np.floor(counts / 10) + 1))
    assert not heaped(shape(60, 30, 10))  # a range too small to round in
    assert not heaped(describe_shape(np.array([0.0, 500.0])))
