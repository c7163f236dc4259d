"""The transform of sounds."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import polars as pl
import pytest

from pellucid.data.content import Ragged
from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.transforms.inputs import RowProblem
from pellucid.data.transforms.sound import SoundTransform, fit_sound
from pellucid.foundation.errors import DataError, RangeError, UnknownNameError


def sounds(*lengths: int, rate: int = 1000, channels: int = 1, **fields: Any) -> Dataset:
    """Return sounds whose samples count up from 1."""
    waves = [np.repeat(np.arange(1, length + 1, dtype=np.int16)[:, None], channels, axis=1) for length in lengths]
    rows = np.arange(len(lengths))
    frame = pl.DataFrame({"sound": [f"{row}.wav" for row in rows]})
    return Dataset(kind="sound", name="", frame=frame, source_rows=rows, content=Ragged.of(waves), rate=rate, **fields)


def test_the_length_is_that_of_the_95th_percentile() -> None:
    transform = fit_sound(sounds(*range(100, 200)), DataSettings())
    assert transform.length == 195  # of 100 … 199: 95 % of the way from the first to the last, and up
    assert (transform.longer, transform.shorter) == (0.04, 0.95)
    (length, augmentation) = transform.decisions
    assert length.choice == (
        "the network hears 0.195 seconds of each sound, 4% are longer and cut, 95% are shorter and filled up with "
        "silence"
    )
    assert length.reason == "at least 95 % of the training sounds are no longer"
    assert augmentation.choice == (
        "in training sounds are moved by up to 0.019 seconds, made up to 6 dB louder or softer, mixed with white "
        "noise at least 20 dB below them, anew in each epoch"
    )


def test_five_seconds_at_most_unless_told() -> None:
    transform = fit_sound(sounds(9000, 9000), DataSettings())
    assert transform.length == 5000
    assert transform.decisions[0].reason == "more would make training slow"
    told = fit_sound(sounds(9000, 9000), DataSettings(seconds=7.5))
    assert told.length == 7500
    assert told.decisions[0].reason == "you said so"
    more = fit_sound(sounds(9000, 9000), DataSettings(seconds=20))
    assert more.length == 9000
    assert more.decisions[0].reason == "you gave no less than the longest of the training sounds has"


def test_nothing_is_said_of_sounds_of_one_length_that_do_not_vary() -> None:
    transform = fit_sound(sounds(100, 100), DataSettings(augment="none"))
    assert transform.decisions == ()
    assert transform.spec(2).shape == (1, 100)
    assert transform.spec(2).rate == 1000
    assert msgspec.convert(msgspec.to_builtins(transform), SoundTransform) == transform


def test_it_goes_to_json_and_back() -> None:
    transform = fit_sound(sounds(100, 200), DataSettings())
    assert msgspec.json.decode(msgspec.json.encode(transform), type=SoundTransform) == transform
    assert transform.finish().noise == 20.0


def test_of_long_sounds_twice_the_length_is_gathered_from_the_middle() -> None:
    transform = fit_sound(sounds(10, 10), DataSettings())
    problem = RowProblem(row=1, sentence="bad")
    inputs = transform.apply(sounds(40, 0, 5, problems=(problem,)))
    assert inputs.problems == (problem,)
    (windows,) = inputs.arrays
    assert len(windows) == len(inputs) == 3
    samples, lengths = windows.gather(np.array([2, 0, 1]))
    assert lengths.tolist() == [5, 20, 0]
    assert samples[:, :, 0].tolist() == [[1, 2, 3, 4, 5, *[0] * 15], list(range(11, 31)), [0] * 20]
    assert windows.take(np.array([2])).gather(np.array([0]))[1].tolist() == [5]
    assert sum(len(chunk) for chunk in windows.chunks()) == 3 * 8 + 45 * 2  # lengths and samples, in bytes


def test_sounds_of_another_rate_are_resampled() -> None:
    transform = fit_sound(sounds(100), DataSettings())
    inputs = transform.apply(sounds(200, rate=2000))
    assert inputs.arrays[0].gather(np.array([0]))[1].tolist() == [100]
    assert inputs.decisions[0].reason == "the network was trained on such, and these have 2,000"
    assert transform.apply(sounds(100)).decisions == ()


def test_other_data_are_refused() -> None:
    transform = fit_sound(sounds(100), DataSettings())
    with pytest.raises(DataError, match="expected sounds with 1 channels, got 2"):
        transform.apply(sounds(100, channels=2))
    table = Dataset(kind="table", name="", frame=pl.DataFrame({"a": [1]}), source_rows=np.arange(1))
    with pytest.raises(DataError, match="expected sounds, got a table"):
        transform.apply(table)


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        (None, (0.1, 6.0, 20.0)),
        ("none", (0.0, 0.0, None)),
        ("gain", (0.0, 6.0, None)),
        ("shift(0.5), noise(30)", (0.5, 0.0, 30.0)),
    ],
)
def test_what_varies(wish: str | None, found: tuple[float | None, ...]) -> None:
    transform = fit_sound(sounds(100), DataSettings(augment=wish))
    assert (transform.shift, transform.gain, transform.noise) == found
    assert bool(transform.decisions) == (wish != "none")


def test_changes_that_do_not_fit() -> None:
    with pytest.raises(UnknownNameError, match="among shift, gain, noise"):
        fit_sound(sounds(100), DataSettings(augment="flip"))
    with pytest.raises(RangeError, match="expected gain with one number"):
        fit_sound(sounds(100), DataSettings(augment="gain('loud')"))
