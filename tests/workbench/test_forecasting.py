"""Series prepared for training: what is read, refused and said. Expected numbers are those of the series made here."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from pellucid.foundation.errors import DataError, RangeError, UnknownNameError
from pellucid.runs.settings import Settings
from pellucid.tasks.forecast import Forecast
from pellucid.workbench import forecasting
from pellucid.workbench.forecasting import PreparedForecast
from pellucid.workbench.preparing import Prepared, prepare

DAYS = 400
NOISE = np.random.default_rng(0).normal(size=(DAYS, 3))


def series(**columns: Any) -> pl.DataFrame:
    days = [datetime(2020, 1, 1) + timedelta(days=day) for day in range(DAYS)]
    sold = 10 + 3 * np.sin(2 * np.pi * np.arange(DAYS) / 7) + NOISE[:, 0]
    return pl.DataFrame({"day": days, "sold": sold, **columns})


def prepared(frame: pl.DataFrame, **options: Any) -> Prepared:
    return prepare(frame, Settings.of(**{"network": "linear", **options}))


@pytest.fixture(scope="module")
def shop() -> PreparedForecast:
    found = prepared(series(price=NOISE[:, 1]), target="sold", horizon=5, known=("price",))
    assert isinstance(found, PreparedForecast)
    return found


def test_a_table_of_times_and_numbers_is_forecast(shop: PreparedForecast) -> None:
    task = shop.task
    assert isinstance(task, Forecast)
    assert (task.targets, task.horizon, task.season) == (("sold",), 5, 7)
    assert (shop.spec.kind, shop.spec.shape, shop.spec.future) == ("series", (1, 49), (5, 5))
    assert shop.dataset.kind == "series"
    assert {column.name: column.role for column in shop.description.columns} == {
        "day": "time",
        "sold": "target",
        "price": "feature",
    }
    assert shop.description.columns[2].reason == "known ahead"


def test_a_wish_for_another_task_keeps_the_table() -> None:
    found = prepared(series(price=NOISE[:, 1]), target="sold", task="regression")
    assert not isinstance(found, PreparedForecast)
    assert found.task.kind == "regression"


def test_rows_are_origins_and_targets_what_follows(shop: PreparedForecast) -> None:
    rows = shop.rows("test")
    sold = shop.dataset.frame["sold"].to_numpy()
    (target,) = shop.description.targets
    np.testing.assert_array_equal(target.values[rows[0]], sold[rows[0] : rows[0] + 5])
    assert rows[0] == 320  # the last fifth
    assert rows[-1] == DAYS - 5
    assert np.isnan(target.values[DAYS - 1]).tolist() == [False, True, True, True, True]


def test_batches_hold_windows_and_what_the_reference_leaves_over(shop: PreparedForecast) -> None:
    batch = next(iter(shop.batches("train", batch_size=8, seed=0).batches(epoch=0)))
    assert [tuple(tensor.shape) for tensor in batch.inputs] == [(8, 1, 49), (8, 5, 5)]
    assert (tuple(batch.targets.shape), tuple(batch.offset.shape)) == ((8, 5), (8, 1, 6))  # type: ignore[union-attr]  # it has one
    rows = shop.rows("train")
    spread = shop.targets[rows].std(axis=0)
    np.testing.assert_allclose(spread, 1, rtol=1e-5)
    assert shop.offset is not None
    assert (len(shop.targets), len(shop.offset)) == (DAYS, DAYS)


def test_some_origins_tell_where_the_network_starts(shop: PreparedForecast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shop.telling.tolist() == shop.rows("train").tolist()
    monkeypatch.setattr(forecasting, "MOST_FITTED", 2)
    assert shop.telling.tolist() == shop.rows("train")[[0, -1]].tolist()


def test_the_order_of_an_epoch_depends_on_seed_and_epoch_alone(shop: PreparedForecast) -> None:
    def first(seed: int, epoch: int, start: int = 0) -> Any:
        return next(iter(shop.batches("train", batch_size=8, seed=seed).batches(epoch, start))).targets

    assert (first(0, 1) == first(0, 1)).all()
    assert not (first(0, 1) == first(0, 2)).all()
    later = shop.batches("train", batch_size=8, seed=0).batches(epoch=3)
    for _ in range(2):
        next(later)
    assert (first(0, 3, start=2) == next(later).targets).all()


def test_the_time_of_an_origin_can_be_told(shop: PreparedForecast) -> None:
    tell = shop.modality.tell
    assert tell is not None
    assert tell(shop.dataset, 3) == {"day": "2020-01-04"}


def test_several_targets_are_forecast_together() -> None:
    found = prepared(series(other=NOISE[:, 1]), target=("other", "sold"), horizon=3)
    assert found.task.targets == ("other", "sold")
    assert found.spec.shape[0] == 2
    assert found.task.outputs == 2 * 3 * 3
    assert [target.name for target in found.description.targets] == ["other", "sold"]


def test_the_last_column_is_the_target_where_none_is_named() -> None:
    found = prepared(series(price=NOISE[:, 1]), horizon=3, known=("price",))
    assert found.task.targets == ("sold",)


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        ({"target": "sould"}, UnknownNameError, "did you mean 'sold'"),
        ({"target": "sold", "known": ("town",)}, UnknownNameError, "a column of numbers that is known ahead"),
        ({"target": "sold", "known": ("sold",)}, RangeError, "a target that is not known ahead, got sold as both"),
        ({"known": ("sold",)}, RangeError, "a column to forecast, got only columns that are known ahead"),
        ({"target": "typed"}, DataError, r"numbers in the series typed, got '0 kg' in row 0"),
        ({"target": "sold", "split": "random"}, RangeError, "a series to be split by time, got --split random"),
        ({"target": "sold", "positive": "yes"}, RangeError, "expected two classes for positive"),
        ({"target": "sold", "horizon": 150}, RangeError, "a horizon below a third of the series, got 150 steps of 400"),
        ({"target": "sold", "window": 390}, DataError, "expected at least .* steps for a window of 390"),
    ],
)
def test_what_cannot_be_forecast_gets_its_sentence(
    options: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    typed = [f"{day} kg" for day in range(DAYS)]
    with pytest.raises(error, match=sentence):
        prepared(series(town=["a"] * DAYS, typed=typed), **{"horizon": 3, **options})


def test_a_target_of_truth_values_is_a_number_and_dates_are_not() -> None:
    until = [datetime(2021, 1, 1)] * DAYS
    with pytest.raises(DataError, match="expected numbers in until, got Datetime"):
        prepared(series(until=until), target="until", horizon=3, time="day")


def test_a_test_part_of_its_own_is_refused(tmp_path: Any) -> None:
    series().write_csv(tmp_path / "a.csv")
    with pytest.raises(RangeError, match="expected a series in one file, got a test part of its own"):
        prepared(pl.read_csv(tmp_path / "a.csv"), test=str(tmp_path / "a.csv"), horizon=3)
