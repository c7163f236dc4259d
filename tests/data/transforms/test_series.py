"""Series for networks: means and deviations are NumPy's."""

import msgspec
import numpy as np
import polars as pl
import pytest

from pellucid.data.content import Content, Ragged, Selected
from pellucid.data.dataset import Dataset
from pellucid.data.transforms import series
from pellucid.data.transforms.inputs import RowProblem
from pellucid.data.transforms.series import SeriesTransform, fit_series
from pellucid.foundation.errors import DataError

RNG = np.random.default_rng(0)
EVEN = RNG.normal(1e4, 2, (30, 12, 2)).astype(np.float32)
SEVERAL = [RNG.normal(3, 2, (length, 2)).astype(np.float32) for length in (4, 9, 6, 9, 2)]


def dataset(content: Content, **more) -> Dataset:
    rows = np.arange(len(content))
    return Dataset(
        kind="series", name="", frame=pl.DataFrame({"series": rows}), source_rows=rows, content=content, **more
    )


@pytest.mark.parametrize("content", [EVEN, Selected(EVEN, np.arange(30))], ids=["array", "selected"])
def test_one_length(content: Content, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(series, "CHUNK_SERIES", 7)
    transform = fit_series(content)
    np.testing.assert_allclose(transform.mean, EVEN.mean((0, 1), dtype=np.float64), rtol=1e-9)
    np.testing.assert_allclose(transform.std, EVEN.std((0, 1), dtype=np.float64), rtol=1e-6)
    assert (transform.channels, transform.steps, transform.lengths) == (2, 12, False)
    assert transform.spec(30).shape == (2, 12)
    assert not transform.spec(30).lengths
    assert transform.decisions == ()


def test_several_lengths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(series, "CHUNK_SERIES", 2)
    transform = fit_series(Ragged.of(SEVERAL))
    flat = np.concatenate(SEVERAL).astype(np.float64)
    np.testing.assert_allclose(transform.mean, flat.mean(0), rtol=1e-6)
    np.testing.assert_allclose(transform.std, flat.std(0), rtol=1e-6)
    assert transform.spec(5).lengths
    assert transform.spec(5).shape == (2, 9)
    assert transform.decisions[0].reason == "the training series are 2 to 9 steps long"


def test_constant_channels_are_said_and_do_not_divide_by_zero() -> None:
    content = EVEN.copy()
    content[:, :, 1] = 4
    transform = fit_series(content)
    assert transform.std[1] == 1
    assert transform.decisions[0].choice == "1 of 2 say nothing"
    assert transform.decisions[0].warning


@pytest.mark.parametrize("content", [Ragged.of(SEVERAL), EVEN + 20 * np.arange(30)[:, None, None]])
def test_json(content: Content) -> None:
    transform = fit_series(content)
    assert msgspec.json.decode(msgspec.json.encode(transform), type=SeriesTransform) == transform


def test_series_that_differ_in_their_level_above_all_are_taken_apart() -> None:
    shifted = EVEN + (20 * np.arange(30)[:, None, None]).astype(np.float32)
    transform = fit_series(shifted)
    assert transform.levels is not None
    means, spreads = shifted.mean(1, dtype=np.float64), shifted.std(1, dtype=np.float64)
    share = means.var(0) / shifted.var((0, 1), dtype=np.float64)
    assert transform.levels.share == pytest.approx(share.mean(), rel=1e-6)
    np.testing.assert_allclose(transform.levels.level, means.std(0), rtol=1e-6)
    np.testing.assert_allclose(transform.levels.spread, spreads.mean(0), rtol=1e-6)
    np.testing.assert_allclose(transform.levels.spread_std, spreads.std(0), rtol=1e-6)
    assert transform.spec(30).shape == (6, 12)
    assert transform.decisions[0].reason.startswith("100% of what varies is the level of whole series")
    assert fit_series(EVEN).levels is None
    assert fit_series(np.ones((3, 4, 1), np.float32)).levels is None


def test_series_of_the_same_length_are_not_copied() -> None:
    assert fit_series(EVEN).apply(dataset(EVEN)).arrays[0] is EVEN


def test_rows_of_another_length_than_the_only_one_are_problems() -> None:
    transform = fit_series(np.stack([SEVERAL[1], SEVERAL[3]]))
    earlier = RowProblem(row=0, sentence="unreadable")
    done = transform.apply(dataset(Ragged.of(SEVERAL), problems=(earlier,)))
    assert done.arrays[0].shape == (5, 9, 2)
    np.testing.assert_array_equal(done.arrays[0][1], SEVERAL[1])
    assert not done.arrays[0][2].any()
    assert [(problem.row, problem.sentence) for problem in done.problems] == [
        (0, "unreadable"),
        (2, "predict expected series of 9 steps, as in training, got one of 6: record more of it"),
        (4, "predict expected series of 9 steps, as in training, got one of 2: record more of it"),
    ]
    shorter = transform.apply(dataset(EVEN[:, :5]))
    assert len(shorter.problems) == 30


def test_longer_series_than_any_in_training_are_cut_and_said() -> None:
    transform = fit_series(Ragged.of(SEVERAL[2:3] + SEVERAL[4:]))  # 6 and 2
    done = transform.apply(dataset(Ragged.of(SEVERAL)))
    assert done.arrays[0].gather(np.arange(5))[1].tolist() == [4, 6, 6, 6, 2]
    assert done.decisions[0].choice == "2 series cut after 6 steps"
    even = transform.apply(dataset(EVEN[:, :3]))
    np.testing.assert_array_equal(even.arrays[0][7], EVEN[7, :3])
    assert even.decisions == ()


def test_other_channels_and_other_kinds_are_refused() -> None:
    transform = fit_series(EVEN)
    with pytest.raises(DataError, match="expected series with 2 channels, as the network was trained on, got 1"):
        transform.apply(dataset(EVEN[:, :, :1]))
    with pytest.raises(DataError, match="expected series, got a table: name a .ts file"):
        transform.apply(Dataset(kind="table", name="", frame=pl.DataFrame({"a": [1]}), source_rows=np.arange(1)))
