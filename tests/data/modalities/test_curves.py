"""Curves: means of stretches are counted by hand, statistics are NumPy's, spectra those of pure waves."""

import numpy as np
import pytest

from pellucid.data.modalities.curves import BANDS, PIECES, drawn, resampled, statistics

RNG = np.random.default_rng(0)
CURVE = RNG.normal(size=(40, 3))


def test_resampling_keeps_the_mean_and_all_values_where_nothing_is_lost() -> None:
    np.testing.assert_allclose(resampled(CURVE, 40), CURVE)
    for points in (3, 7, 40, 90):
        np.testing.assert_allclose(resampled(CURVE, points).mean(0), CURVE.mean(0))
    np.testing.assert_allclose(resampled(CURVE, 10), CURVE.reshape(10, 4, 3).mean(1))


def test_statistics_are_those_of_numpy() -> None:
    found = statistics(CURVE)
    assert found[0] == 40
    table = found[1:].reshape(3, -1)
    assert table.shape[1] == 7 + PIECES + BANDS
    steps = np.diff(CURVE, axis=0)
    np.testing.assert_allclose(table[:, 0], CURVE.mean(0))
    np.testing.assert_allclose(table[:, 1], CURVE.std(0))
    np.testing.assert_allclose(table[:, 2], 40 * np.polyfit(np.arange(40), CURVE, 1)[0])
    np.testing.assert_allclose(table[:, 3], steps.std(0))
    np.testing.assert_allclose(table[:, 4:6], np.stack([CURVE.min(0), CURVE.max(0)], axis=1))
    np.testing.assert_allclose(table[:, 7 : 7 + PIECES], CURVE.reshape(PIECES, 5, 3).mean(1).T)


@pytest.mark.parametrize(("waves", "octave"), [(1, 0), (3, 1), (5, 2), (20, 4), (50, 5)])
def test_a_pure_wave_has_all_its_power_in_one_octave(waves: int, octave: int) -> None:
    wave = np.sin(2 * np.pi * waves * np.arange(128) / 128)[:, None]
    table = statistics(wave + 9)[1:]
    np.testing.assert_allclose(table[-BANDS:], np.eye(BANDS)[octave], atol=1e-9)
    assert table[6] == pytest.approx(2 * waves / 127, abs=0.01)  # it crosses its mean twice in each wave


@pytest.mark.parametrize("length", [2, 3, 33])
def test_short_and_constant_curves_give_finite_numbers(length: int) -> None:
    assert np.isfinite(statistics(np.ones((length, 2)))).all()


def test_a_rising_line_is_drawn_from_the_lower_left_to_the_upper_right() -> None:
    picture = drawn(np.arange(100.0)[:, None])
    assert picture.shape == (3, 160, 160)
    ink = picture.sum(0) < 600
    rows, columns = np.nonzero(ink)
    assert np.corrcoef(rows, columns)[0, 1] < -0.99
    assert columns.min() < 10 < 150 < columns.max()


@pytest.mark.parametrize(("channels", "colours"), [(1, 1), (3, 3), (8, 5)])
def test_each_of_the_first_channels_has_a_colour(channels: int, colours: int) -> None:
    curve = np.sin(np.arange(60.0)[:, None] / 9 + np.arange(channels))
    picture = drawn(curve)
    saturated = picture[:, np.ptp(picture.astype(int), axis=0) > 90].T // 8
    shades, counts = np.unique(saturated, axis=0, return_counts=True)
    assert (counts > 40).sum() >= colours
    assert shades.shape[1] == 3


def test_a_constant_curve_is_a_line_in_the_middle() -> None:
    picture = drawn(np.ones((5, 1)))
    assert (picture[:, 80, 20:140] < 255).any(0).all()
