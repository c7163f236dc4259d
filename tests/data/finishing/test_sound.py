"""Finishing batches of sounds."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from pellucid.data.content import Ragged
from pellucid.data.finishing.sound import SoundFinish
from pellucid.foundation.seeds import torch_generator


def batch(*lengths: int) -> tuple[Tensor, ...]:
    """Return sounds whose samples are 1, 2, 3 …, and their lengths."""
    sounds = Ragged.of([np.arange(1, length + 1, dtype=np.int16)[:, None] for length in lengths])
    return tuple(torch.from_numpy(array) for array in sounds.gather(np.arange(len(lengths))))


def test_judging_cuts_the_middle_or_fills_up_on_both_sides() -> None:
    (waves,) = SoundFinish(length=4, shift=1.0, gain=9.0, noise=0.0)(batch(8, 2), None)
    assert waves.shape == (2, 1, 4)
    deviation = 1.25**0.5  # of 3, 4, 5, 6, whose mean is 4.5
    np.testing.assert_allclose(waves[0, 0] * deviation + 4.5, [3, 4, 5, 6], rtol=1e-6)
    np.testing.assert_allclose(waves[1, 0], [0, -1, 1, 0], rtol=1e-6)  # 1 and 2, normalised


def test_every_sound_has_mean_0_and_deviation_1_where_it_is_heard() -> None:
    (waves,) = SoundFinish(length=50)(batch(40, 60), None)
    for wave in (waves[0, :, 5:45], waves[1]):
        assert float(wave.mean()) == pytest.approx(0, abs=1e-6)
        assert float(wave.std(correction=0)) == pytest.approx(1, rel=1e-6)


def test_silence_stays_silence() -> None:
    silent = (torch.zeros(2, 9, 1, dtype=torch.int16), torch.tensor([9, 0]))
    for generator in (None, torch_generator(0)):
        (waves,) = SoundFinish(length=5, shift=0.5, gain=6.0)(silent, generator)
        assert torch.equal(waves, torch.zeros(2, 1, 5))


def test_training_shifts_every_sound_by_its_own() -> None:
    """Sounds of 4 of 10 samples begin at 3 in judging, 0 to 6 in training; of 20 they are cut from 5, and 2 to 8."""
    finish = SoundFinish(length=10, shift=0.3)
    (short,) = finish(batch(*[4] * 300), torch_generator(1))
    begins = (short[:, 0] != 0).int().argmax(dim=1)
    assert sorted(set(begins.tolist())) == [0, 1, 2, 3, 4, 5, 6]
    assert (short[:, 0] != 0).sum(dim=1).unique().tolist() == [4]
    assert sorted(set(_starts(finish, [20] * 300).tolist())) == [2, 3, 4, 5, 6, 7, 8]


def _starts(finish: SoundFinish, lengths: list[int]) -> Tensor:
    spare = torch.tensor(lengths) - finish.length
    begin = torch.div(spare, 2, rounding_mode="floor")
    return finish._shifted(begin, spare, torch_generator(2))


def test_shifts_never_leave_the_sound() -> None:
    finish = SoundFinish(length=10, shift=1.0)
    assert (_starts(finish, [12] * 99) >= 0).all()
    assert (_starts(finish, [12] * 99) <= 2).all()
    assert (_starts(finish, [9] * 99) >= -1).all()
    assert (_starts(finish, [9] * 99) <= 0).all()
    assert _starts(finish, [10] * 99).tolist() == [0] * 99


def test_gain() -> None:
    (waves,) = SoundFinish(length=100, gain=6.0)(batch(*[100] * 500), torch_generator(2))
    decibels = 20 * torch.log10(waves.std(dim=(1, 2), correction=0))
    assert 5.8 < float(decibels.max()) <= 6.001
    assert -6.001 <= float(decibels.min()) < -5.8


def test_noise_is_as_loud_as_said_and_only_where_the_sound_is() -> None:
    """The noise of a sound has at most a tenth of its deviation, 20 dB below; on average half of that."""
    arrays = batch(*[1000] * 100)
    (plain,) = SoundFinish(length=1200)(arrays, None)
    (noisy,) = SoundFinish(length=1200, noise=20.0)(arrays, torch_generator(3))
    shares = (noisy - plain)[:, 0, 100:1100].std(dim=1)
    assert 0.09 < float(shares.max()) < 0.11
    assert float(shares.mean()) == pytest.approx(0.05, abs=0.01)
    assert not (noisy - plain)[:, 0, :100].any()
    assert not (noisy - plain)[:, 0, 1100:].any()


def test_the_same_generator_draws_the_same() -> None:
    finish = SoundFinish(length=30, shift=0.2, gain=6.0, noise=20.0)
    one, same, other = (finish(batch(20, 50), torch_generator(seed))[0] for seed in (0, 0, 1))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    assert torch.equal(finish(batch(20, 50), None)[0], SoundFinish(length=30)(batch(20, 50), torch_generator(0))[0])
