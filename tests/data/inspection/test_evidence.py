"""The numbers that leaks are judged by."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pellucid.data.inspection.evidence import bins_of, class_skill, correlations, explained, nearest_sum, ranks

RNG = np.random.default_rng(0)


def test_class_skill_by_hand() -> None:
    """Ten rows, the usual class right in 6; by level 3 + 5 = 8 right: (8 - 6) / (10 - 6)."""
    codes = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
    classes = np.array([0, 0, 0, 1, 1, 1, 1, 1, 1, 0])
    assert class_skill(codes, classes) == pytest.approx((3 + 5 - 6) / (10 - 6))


def test_explained_is_the_share_between_groups() -> None:
    """By hand: means 1 and 5 around 3, deviations of 1 within: 4 / (4 + 1)."""
    assert explained(np.array([0, 0, 1, 1]), np.array([0.0, 2.0, 4.0, 6.0])) == pytest.approx(4 / 5)


@given(st.lists(st.integers(0, 5), min_size=2, max_size=20))
def test_ranks_are_those_of_scipy(values: list[int]) -> None:
    np.testing.assert_allclose(ranks(np.array(values, float)), stats.rankdata(values))


def test_correlations_are_those_of_numpy() -> None:
    matrix, target = RNG.normal(size=(50, 3)), RNG.normal(size=50)
    expected = [np.corrcoef(matrix[:, i], target)[0, 1] for i in range(3)]
    np.testing.assert_allclose(correlations(matrix, target), expected)
    assert correlations(np.ones((50, 1)), target).tolist() == [0.0]


def test_bins_are_about_equal() -> None:
    counts = np.bincount(bins_of(RNG.normal(size=3200)))
    assert len(counts) == 32
    assert counts.min() >= 99


@pytest.mark.parametrize("parts", [2, 5, 10])
def test_a_sum_is_found(parts: int) -> None:
    matrix = RNG.normal(size=(200, parts + 3))
    found = nearest_sum(matrix, matrix[:, :parts].sum(1))
    assert found is not None
    assert sorted(found.columns) == list(range(parts))
    assert set(found.signs) == {1}
    assert found.left < 1e-12


def test_a_difference_is_found() -> None:
    matrix = RNG.normal(size=(200, 4)) * [5, 2, 1, 3]
    found = nearest_sum(matrix, matrix[:, 0] - matrix[:, 1])
    assert found is not None
    assert dict(zip(found.columns, found.signs, strict=True)) == {0: 1, 1: -1}


def test_a_total_less_its_far_larger_part_is_found() -> None:
    """Neither column helps alone: the target is small beside them."""
    small, large = RNG.normal(size=200), RNG.normal(size=200) * 9
    found = nearest_sum(np.column_stack([RNG.normal(size=200), small + large, large]), small)
    assert found is not None
    assert dict(zip(found.columns, found.signs, strict=True)) == {1: 1, 2: -1}
    assert found.left < 1e-12


def test_one_column_is_no_sum() -> None:
    matrix = RNG.normal(size=(200, 3))
    assert nearest_sum(matrix, matrix[:, 0]) is None
