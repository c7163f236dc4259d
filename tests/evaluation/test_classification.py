import numpy as np

from pellucid.evaluation.classification import calibration_bins, calibration_gaps


def test_bins_are_tenths_and_one_belongs_to_the_last() -> None:
    np.testing.assert_array_equal(calibration_bins(np.array([0.0, 0.05, 0.1, 0.55, 0.99, 1.0])), [0, 0, 1, 5, 9, 9])


def test_gaps_stand_in_the_column_of_their_bin() -> None:
    gaps = calibration_gaps(np.array([0.25, 1.0]), np.array([1.0, 0.0]))
    assert gaps.shape == (2, 10)
    assert gaps[0, 2] == -0.75
    assert gaps[1, 9] == 1.0
    assert np.count_nonzero(gaps) == 2
