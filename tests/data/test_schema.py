"""Describing a data set."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from pellucid.data.reading import read
from pellucid.data.schema import describe, read_exposure, with_kinds
from pellucid.data.settings import DataSettings
from pellucid.foundation.errors import DataError, UnknownNameError

RNG = np.random.default_rng(0)
ROWS = 50
FRAME = pl.DataFrame(
    {
        "age": RNG.normal(40, 9, ROWS).round(1),
        "town": RNG.choice(["u", "v", "w"], ROWS),
        "grade": RNG.integers(1, 4, ROWS),
        "hours": RNG.gamma(2, 2, ROWS),
        "label": RNG.choice(["yes", "no"], ROWS),
    }
)


def described(frame: pl.DataFrame = FRAME, target: tuple[str, ...] | None = None, **settings: Any) -> Any:
    return describe(read(frame), DataSettings(**settings), target)


def test_features_target_and_columns() -> None:
    found = described()
    assert found.features == ("age", "town", "grade", "hours")
    assert found.targets[0].name == "label"
    assert found.targets[0].kind == "category"
    assert [column.role for column in found.columns] == ["feature"] * 4 + ["target"]
    assert found.exposure is None


def test_several_targets_and_dropped_columns() -> None:
    found = described(target=("label", "age"), drop=("hours",))
    assert [target.name for target in found.targets] == ["label", "age"]
    assert found.features == ("town", "grade")
    assert "hours" not in [column.name for column in found.columns]


def test_rows_without_a_target_are_left_out_and_said() -> None:
    frame = FRAME.with_columns(label=pl.when(pl.int_range(pl.len()) % 5 > 0).then("label"))
    found = described(frame)
    assert len(found.dataset) == 40
    assert found.dataset.source_rows[0] == 1
    assert len(found.targets[0].values) == 40
    (said,) = [one for one in found.decisions if one.topic == "rows without a target"]
    assert said.choice == "10 rows left out"


@pytest.mark.parametrize(
    ("frame", "target", "sentence"),
    [
        (FRAME.with_columns(label=pl.lit(None, pl.String)), None, "got 50 missing ones"),
        (FRAME.with_columns(label=pl.lit("yes")), None, "got only 'yes' in all 50 rows"),
        (FRAME.head(1), None, "got one"),
        (FRAME.select("label"), None, "expected columns to learn from, got none"),
        (FRAME.select(pl.lit("x").alias("same"), "label"), None, r"got same \(constant\)"),
        (
            FRAME.with_columns(
                age=pl.when(pl.int_range(pl.len()) < 25).then("age"),
                label=pl.when(pl.int_range(pl.len()) >= 25).then("label"),
            ),
            ("age", "label"),
            "every target .age, label., got none",
        ),
    ],
)
def test_nothing_to_learn(frame: pl.DataFrame, target: tuple[str, ...] | None, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        described(frame, target)


def test_an_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="got 'twon': did you mean 'town'"):
        described(drop=("twon",))


def test_all_unknown_names_are_in_the_sentence() -> None:
    with pytest.raises(UnknownNameError, match=r"'aeg'.*; .*'twon'.*; .*'lable'"):
        described(column={"aeg": "number"}, keep=("twon",), group="lable")


def test_declared_kinds_change_the_columns() -> None:
    found = described(column={"grade": "category", "label": "category"})
    kinds = {column.name: column.kind for column in found.columns}
    assert kinds["grade"] == "category"
    assert found.dataset.frame["grade"].dtype == pl.String


def test_declared_kinds_of_texts_and_numbers() -> None:
    frame = pl.DataFrame({"n": ["1", "x", "3"], "d": [20200131, 20200201, None], "c": [1.0, 2.0, None]})
    data, said = with_kinds(
        read(frame, DataSettings()), {"n": "number", "d": "date", "c": "category", "absent": "text"}
    )
    assert data.frame["n"].to_list() == [1.0, None, 3.0]
    assert data.frame["d"].dtype == pl.Datetime("us")
    assert data.frame["c"].to_list() == ["1", "2", None]
    assert said[0].topic == "column n"


def test_a_number_as_target_may_be_declared_a_category() -> None:
    found = described(target=("grade",), column={"grade": "category"})
    assert found.targets[0].kind == "category"
    assert set(found.targets[0].values) == {"1", "2", "3"}


def test_exposure() -> None:
    found = described(exposure="hours")
    np.testing.assert_array_equal(found.exposure, FRAME["hours"].to_numpy())
    assert "hours" not in found.features


@pytest.mark.parametrize("cell", [0.0, -1.0, None])
def test_an_exposure_that_is_not_above_zero_is_an_error(cell: float | None) -> None:
    with pytest.raises(DataError, match=r"exposure a above 0 in every row, got .* in row 1"):
        read_exposure(read(pl.DataFrame({"a": [1.0, cell]})), "a")


def test_an_exposure_that_new_data_lack_is_an_error() -> None:
    with pytest.raises(UnknownNameError, match="a column of exposure"):
        read_exposure(read(pl.DataFrame({"a": [1.0]})), "b")


def test_pictures() -> None:
    found = describe(read("digits"))
    assert found.features == ("picture",)
    assert found.targets[0].kind == "category"
    assert found.columns[0].summary == "1 × 8 × 8 (channels × height × width), 0 … 255"
    assert found.columns[1].role == "target"


def test_a_target_of_texts_is_no_number_however_it_is_called() -> None:
    with pytest.raises(DataError, match="of the kind that you gave the target label, got '(yes|no)': leave out"):
        described(target=("label",), column={"label": "number"})
