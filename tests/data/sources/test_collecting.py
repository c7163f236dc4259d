"""Series put together: gaps filled (checked against NumPy's interp), broken ones refused, left out or kept."""

import numpy as np
import pytest

from pellucid.data import content
from pellucid.data.content import Ragged
from pellucid.data.settings import DataSettings
from pellucid.data.sources.collecting import collect, filled
from pellucid.foundation.errors import DataError

NAN = np.nan


def one(*values: float) -> np.ndarray:
    return np.array(values, np.float32)[:, None]


def read(*series: np.ndarray | str, skip: bool = False, keep: bool = False):
    names = [f"line {row + 1}" for row in range(len(series))]
    return collect(series, names, DataSettings(skip_bad_rows=skip), keep)


def test_series_of_one_length_and_of_several() -> None:
    assert read(one(1, 2), one(3, 4)).content.tolist() == [[[1], [2]], [[3], [4]]]
    several = read(one(1, 2), one(3, 4, 5)).content
    assert isinstance(several, Ragged)
    assert several[1].ravel().tolist() == [3, 4, 5]


def test_gaps_are_filled_on_straight_lines_and_said() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(50, 2)).astype(np.float32)
    values[rng.random((50, 2)) < 0.3] = NAN
    expected = [
        np.interp(np.arange(50), np.flatnonzero(~np.isnan(channel)), channel[~np.isnan(channel)])
        for channel in values.T
    ]
    np.testing.assert_allclose(filled(values), np.array(expected).T, rtol=1e-6)
    decoded = read(one(1, NAN, 3), one(4, 5, 6))
    assert decoded.content[0].ravel().tolist() == [1, 2, 3]
    (said,) = decoded.decisions
    assert said.reason == "1 of 6 values are missing, in 1 of 2 series"
    assert not said.warning
    assert read(one(1, NAN, NAN)).decisions[0].warning


def test_constant_series_are_said() -> None:
    assert read(one(2, 2), one(1, 2)).decisions[0].choice == "1 of 2 are learnt from like the others"


BROKEN = [
    (one(NAN, NAN), "no value at all"),
    (one(1, np.inf), "an infinite value"),
    (one(1), "1 step long"),
    (one(), "0 steps long"),
    (np.ones((3, 2), np.float32), "2 channels where most have 1"),
    ("column 'a' holds other things than numbers", "column 'a' holds other things"),
]


@pytest.mark.parametrize(("broken", "fault"), BROKEN)
def test_a_broken_series_is_named(broken: np.ndarray | str, fault: str) -> None:
    with pytest.raises(DataError, match=rf"expected whole series, got line 2 \({fault}.*--skip-bad-rows"):
        read(one(1, 2), broken, one(3, 4))


@pytest.mark.parametrize(("broken", "fault"), BROKEN)
def test_broken_series_are_left_out_or_keep_their_place(broken: np.ndarray | str, fault: str) -> None:
    less = read(one(1, 2), broken, one(3, 5), skip=True)
    assert less.kept.tolist() == [0, 2]
    assert less.decisions[0].choice == "1 left out"
    assert fault in less.decisions[0].reason
    kept = read(one(1, 2), broken, one(3, 5), keep=True)
    padded, _ = kept.content.gather(np.arange(3))
    assert padded[:, :, 0].tolist() == [[1, 2], [1, 2], [3, 5]]  # the first stands in
    assert [problem.row for problem in kept.problems] == [1]
    assert kept.problems[0].sentence.startswith(f"predict expected a whole series, got line 2 ({fault}")


def test_one_channel_without_values() -> None:
    with pytest.raises(DataError, match="no value in channel 2"):
        read(np.array([[1, NAN], [2, NAN]], np.float32))


def test_nothing_whole_is_refused_whatever_is_wished() -> None:
    with pytest.raises(DataError, match="got line 1 .*and 1 more"):
        read("broken", "broken", skip=True)


def test_many_series_stay_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "MOST_IN_MEMORY", 10)
    found = read(one(1, 2), one(3, 4), one(5, 7)).content
    assert isinstance(found, np.memmap)
    assert found[:, :, 0].tolist() == [[1, 2], [3, 4], [5, 7]]
    several = read(one(1, 2), one(3, 4, 5)).content
    assert isinstance(several, Ragged)
    assert isinstance(several.values, np.memmap)
    assert several[1].ravel().tolist() == [3, 4, 5]
