import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.evaluation.binary import BinarySheet
from pellucid.evaluation.bootstrap import interval, point, resampled, resamples_for, weights_of_resamples
from pellucid.evaluation.quantities import NumberSheet


def sheet(n: int) -> NumberSheet:
    rng = np.random.default_rng(0)
    return NumberSheet.of(rng.normal(size=n), np.zeros(n))


def test_every_resample_draws_as_many_rows_as_there_are() -> None:
    chunks = list(weights_of_resamples(30_000, 10, seed=1))
    weights = np.concatenate(chunks)
    assert len(chunks) > 1  # in pieces that fit into the cache
    assert weights.shape == (10, 30_000)
    np.testing.assert_array_equal(weights.sum(axis=1), np.full(10, 30_000))
    assert len({row.tobytes() for row in weights}) == 10


def test_same_seed_same_resamples() -> None:
    first, second = (np.concatenate(list(weights_of_resamples(50, 20, seed=3))) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert (first != np.concatenate(list(weights_of_resamples(50, 20, seed=4)))).any()


def test_sheets_share_their_resamples() -> None:
    first, second = resampled([sheet(40), sheet(40)], 30, seed=0)
    np.testing.assert_array_equal(first, second)
    assert first.shape == (30, 4)


def test_spread_of_the_mean_is_that_of_theory() -> None:
    rng = np.random.default_rng(5)
    truth, p = (rng.random(400) < 0.7).astype(np.int64), np.full(400, 0.9)  # always called positive
    samples = resampled([BinarySheet.of(truth, p)], 2000, seed=0)[0][:, 0]
    share = truth.mean()
    assert samples.std() == pytest.approx(np.sqrt(share * (1 - share) / 400), rel=0.06)  # binomial


@pytest.mark.parametrize(("rows", "expected"), [(4, 0), (5, 1000), (30_000, 1000), (60_000, 500), (10_000_000, 200)])
def test_number_of_resamples(rows: int, expected: int) -> None:
    class Sized(NumberSheet):
        @property
        def rows(self) -> int:
            return rows

    assert resamples_for(Sized(np.empty((0, 4)), np.empty(0, dtype=np.int64)), 1000) == expected


def test_fewer_are_drawn_where_fewer_are_wanted() -> None:
    assert resamples_for(sheet(100), 150) == 150
    assert resamples_for(sheet(100), 0) == 0


@given(st.floats(-5, 5), st.lists(st.floats(-5, 5), min_size=1, max_size=50), st.floats(0.5, 0.99))
def test_the_interval_holds_the_value(value: float, samples: list[float], confidence: float) -> None:
    ends = interval(value, np.array(samples), confidence)
    assert ends is not None
    assert ends[0] <= value <= ends[1]


def test_interval_is_the_percentile_interval() -> None:
    ends = interval(50.0, np.arange(101.0), 0.9)
    assert ends == pytest.approx((5.0, 95.0))


def test_no_interval_where_most_resamples_have_no_value() -> None:
    assert interval(0.5, np.array([0.4, np.nan, np.nan]), 0.95) is None
    assert interval(np.nan, np.array([0.4]), 0.95) is None
    assert interval(0.5, np.empty(0), 0.95) is None
    assert interval(0.5, np.array([0.4, 0.6, np.nan]), 0.95) is not None


def test_point_is_the_weighting_with_ones() -> None:
    one = sheet(10)
    np.testing.assert_array_equal(point(one), one.values(np.ones((1, 10)))[0])
