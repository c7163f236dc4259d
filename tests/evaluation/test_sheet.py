import math

import numpy as np

from pellucid.evaluation.sheet import logarithmic_loss, mean_of_defined, ratio, sums_by_group


def test_ratio_of_nothing_is_not_a_number() -> None:
    np.testing.assert_array_equal(ratio(np.array([1.0, 0.0, 3.0]), np.array([2.0, 0.0, 0.0])), [0.5, np.nan, np.nan])


def test_mean_leaves_out_what_is_undefined() -> None:
    values = np.array([[1.0, np.nan, 3.0], [np.nan, np.nan, np.nan]])
    np.testing.assert_array_equal(mean_of_defined(values), [2.0, np.nan])


def test_sums_by_group() -> None:
    weights = np.array([[1.0, 1.0, 1.0], [2.0, 0.0, 5.0]])
    np.testing.assert_array_equal(sums_by_group(np.array([0, 2, 0]), 3, weights), [[2, 0, 1], [7, 0, 0]])


def test_a_sure_miss_costs_as_much_as_in_scikit_learn() -> None:
    # - log(2^-52) = 52 log 2
    np.testing.assert_allclose(logarithmic_loss(np.array([0.0, 1.0])), [52 * math.log(2), 0.0], rtol=1e-12)
