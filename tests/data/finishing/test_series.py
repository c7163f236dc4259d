"""Series of a batch: expected numbers are NumPy's."""

import numpy as np
import torch

from pellucid.data.finishing.series import SeriesFinish
from pellucid.data.transforms.series import Levels

VALUES = np.random.default_rng(0).normal(5, 3, (4, 7, 2)).astype(np.float32)


def test_channels_come_first_and_are_standardised() -> None:
    mean, std = VALUES.mean((0, 1)), VALUES.std((0, 1))
    (found,) = SeriesFinish(mean=tuple(mean), std=tuple(std))((torch.from_numpy(VALUES),), None)
    np.testing.assert_allclose(found, ((VALUES - mean) / std).transpose(0, 2, 1), rtol=1e-5)
    assert found.is_contiguous()


def test_zeros_follow_the_end() -> None:
    lengths = torch.tensor([7, 1, 3, 7])
    found, same = SeriesFinish(mean=(1.0, 2.0), std=(1.0, 1.0))((torch.from_numpy(VALUES), lengths), None)
    assert same is lengths
    assert [int((row != 0).any(0).sum()) for row in found] == lengths.tolist()


def test_series_apart_from_their_level_and_deviation() -> None:
    lengths = np.array([7, 4, 3, 7])
    levels = Levels(share=0.9, level=(2.0, 3.0), spread=(0.5, 0.6), spread_std=(0.1, 0.2))
    finish = SeriesFinish(mean=(5.0, 4.0), std=(3.0, 2.0), levels=levels)
    found, _ = finish((torch.from_numpy(VALUES), torch.from_numpy(lengths)), None)
    assert found.shape == (4, 6, 7)
    for one, values, length in zip(found.numpy(), VALUES, lengths, strict=True):
        own = values[:length].T.astype(np.float64)  # (c, l)
        mean, std = own.mean(1), own.std(1)
        np.testing.assert_allclose(one[:2, :length], (own - mean[:, None]) / std[:, None], rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(one[2:4, 0], (mean - [5, 4]) / [2, 3], rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(one[4:, length - 1], (std - [0.5, 0.6]) / [0.1, 0.2], rtol=1e-4, atol=1e-4)
        assert not one[:, length:].any()


def test_a_constant_series_has_no_course() -> None:
    levels = Levels(share=0.9, level=(1.0,), spread=(0.0,), spread_std=(1.0,))
    (found,) = SeriesFinish(mean=(0.0,), std=(1.0,), levels=levels)((torch.full((1, 5, 1), 7.0),), None)
    assert found[0].tolist() == [[0] * 5, [7] * 5, [0] * 5]
