import numpy as np
import pytest
from scipy.sparse import csr_matrix

from pellucid.evaluation.features import check_features, for_linear, for_trees
from pellucid.foundation.errors import ShapeError
from pellucid.foundation.features import Features


def made(raw: list[list[float]], categorical: list[bool], scaled: list[list[float]] | None = None) -> Features:
    numbers = np.array(raw, dtype=np.float32)
    return Features(
        raw=numbers, categorical=np.array(categorical), scaled=numbers if scaled is None else np.array(scaled)
    )


def test_linear_features_hold_no_infinity_and_nothing_missing() -> None:
    train = made([[0.0], [0.0]], [False], [[1.0, np.nan], [3.0, np.inf]])
    test = made([[0.0]], [False], [[np.inf, -np.inf]])
    prepared = for_linear(train)
    np.testing.assert_array_equal(prepared.train, [[1.0, 0.0], [3.0, 0.0]])  # a column without a finite value is 0
    np.testing.assert_array_equal(prepared.alike(test), [[3.0, 0.0]])  # infinity is the end of the training range


def test_trees_lose_empty_columns_and_keep_missing_values() -> None:
    train = made([[np.nan, 1.0, np.inf], [np.nan, np.nan, 4.0], [np.nan, 2.0, -np.inf]], [False] * 3)
    test = made([[7.0, np.nan, np.inf]], [False] * 3)
    prepared = for_trees(train)
    np.testing.assert_array_equal(prepared.train, [[1.0, 4.0], [np.nan, 4.0], [2.0, 4.0]])
    np.testing.assert_array_equal(prepared.alike(test), [[np.nan, 4.0]])
    np.testing.assert_array_equal(prepared.categorical, [False, False])


def test_levels_are_numbered_by_frequency_and_unseen_ones_are_missing() -> None:
    train, test = made([[9.0], [5.0], [5.0], [np.nan]], [True]), made([[5.0], [9.0], [77.0], [np.nan]], [True])
    prepared = for_trees(train)
    np.testing.assert_array_equal(prepared.train[:, 0], [1.0, 0.0, 0.0, np.nan])
    np.testing.assert_array_equal(prepared.alike(test)[:, 0], [0.0, 1.0, np.nan, np.nan])
    assert prepared.note == ""


def test_rare_levels_beyond_254_are_thrown_together_and_said() -> None:
    levels = np.concatenate([np.arange(1000), np.arange(100)]).astype(np.float32)[:, None]
    train = Features(raw=levels, categorical=np.array([True]), scaled=levels)
    prepared = for_trees(train)
    assert set(prepared.train[:, 0]) == set(range(255))
    assert len(np.unique(prepared.train[1000:, 0])) == 100  # the frequent ones stay apart
    assert prepared.note == "in 1 columns with many categories the rarer ones were thrown together"


def test_parts_with_other_columns_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"expected test features .* \(2, 2, 2\) .* got \(1, 1, 1\)"):
        check_features(made([[1.0, 2.0]], [False, False]), made([[1.0]], [False]))


def test_length_is_the_number_of_rows() -> None:
    assert len(made([[1.0], [2.0]], [False])) == 2


def test_sparse_features_stay_sparse() -> None:
    """Ten million columns would be 4 GB if they were written out; what is not finite becomes 0."""
    width = 10_000_000
    scaled = csr_matrix(([1.0, np.inf, np.nan], ([0, 1, 2], [3, 4, 5])), shape=(50, width), dtype=np.float32)
    one = Features(raw=np.zeros((50, 1)), categorical=np.zeros(1, dtype=np.bool_), scaled=scaled)
    check_features(one, one)
    prepared = for_linear(one)
    assert prepared.train.format == "csr"
    assert prepared.train.dtype == np.float64
    assert prepared.alike(one).data.tolist() == [1.0, 0.0, 0.0]
    assert scaled.data[1] == np.inf  # the caller's are left as they are
    assert len(prepared.categorical) == width
