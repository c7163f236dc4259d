from __future__ import annotations

import numpy as np
import pytest

from pellucid.data.grids import around_middle, resampled, resampled_shape, wanted_spacing


@pytest.mark.parametrize(
    ("grids", "wish", "expected"),
    [
        ([((20, 20, 20), (2.0, 2.0, 2.0))], None, 2.0),
        ([((20, 20, 20), (2.0, 2.0, 2.0))], 3.5, 3.5),
        ([((256, 256, 100), (1.0, 1.0, 1.0))], None, 4.0),  # 256 mm in 64 voxels
        ([((10, 10, 10), (8.0, 1.0, 1.0))], None, 2.0),  # as large a voxel: 8 = 2 ** 3
        ([((9, 9, 9), (2e-5, 2e-5, 2e-5))], None, 2e-5),
        ([((9, 9, 9), (s, s, s)) for s in (1.0, 3.0, 7.0)], None, 3.0),  # the middle one
    ],
)
def test_spacing(grids: list[tuple[tuple[int, ...], tuple[float, ...]]], wish: float | None, expected: float) -> None:
    assert wanted_spacing(grids, wish) == expected


def test_a_wanted_side_sets_the_spacing() -> None:
    assert wanted_spacing([((20, 20, 40), (2.0, 2.0, 2.0))], None, 10) == 8.0
    assert wanted_spacing([((20, 20, 40), (2.0, 2.0, 2.0))], 1.0, 10) == 1.0


def test_a_linear_field_stays_linear() -> None:
    """Expected: the field at the centres of the new voxels, away from the rim."""
    field = np.broadcast_to(np.arange(16.0, dtype=np.float32), (4, 8, 16))
    half = resampled(field, (1.0, 1.0, 1.0), 2.0)
    assert half.shape == resampled_shape((4, 8, 16), (1.0,) * 3, 2.0) == (2, 4, 8)
    np.testing.assert_allclose(half[0, 0, 2:-2], 2 * np.arange(8)[2:-2] + 0.5, atol=1e-4)
    double = resampled(field, (1.0, 1.0, 1.0), 0.5)
    np.testing.assert_allclose(double[0, 0, 4:-4], np.arange(32)[4:-4] / 2 - 0.25, atol=1e-4)


def test_the_mean_stays_where_a_volume_gets_coarser() -> None:
    volume = np.random.default_rng(0).random((32, 32, 32)).astype(np.float32)
    small = resampled(volume, (1.0, 1.0, 1.0), 4.0)
    assert small.mean() == pytest.approx(volume.mean(), abs=5e-3)
    assert small.std() < 0.1 * volume.std()  # noise is averaged over about 64 voxels, not picked: 1 / 8, and less


def test_nothing_happens_within_rounding() -> None:
    volume = np.zeros((3, 4, 5), np.float32)
    assert resampled(volume, (2.0, 2.0, 2.199999), 2.2)[0].shape == (4, 5)
    assert resampled(volume, (2.0001, 2.0, 2.0), 2.0) is volume


def test_cropped_and_padded_around_the_middle() -> None:
    volume = np.arange(1.0, 6.0).reshape(1, 1, 5)
    np.testing.assert_array_equal(around_middle(volume, (1, 1, 3)), [[[2, 3, 4]]])
    np.testing.assert_array_equal(around_middle(volume, (1, 1, 7)), [[[1, 1, 2, 3, 4, 5, 1]]])
    both = np.stack([volume, volume + 10])[:, None]
    np.testing.assert_array_equal(around_middle(both, (1, 1, 7))[:, 0, 0, 0, 0], [1, 11])  # each its own lowest
    assert around_middle(both, (1, 1, 5)) is both
