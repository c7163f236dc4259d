"""Splitting rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from pellucid.data.reading import read
from pellucid.data.schema import Description, describe
from pellucid.data.settings import DataSettings
from pellucid.data.split import Split, split
from pellucid.foundation.errors import DataError, RangeError

RNG = np.random.default_rng(0)
ROWS = 200
FRAME = pl.DataFrame(
    {
        "x": RNG.normal(size=ROWS),
        "who": RNG.integers(0, 12, ROWS),
        "when": [datetime(2020, 1, 1) + timedelta(days=int(i)) for i in RNG.permutation(ROWS)],
        "y": np.array(["a", "b", "c"])[RNG.choice(3, ROWS, p=[0.6, 0.3, 0.1])],
    }
)


def parts(
    frame: pl.DataFrame = FRAME, *, marks: Any = None, seed: int = 0, **settings: Any
) -> tuple[Split, Description]:
    chosen = DataSettings(**settings)
    found = describe(replace(read(frame), test_rows=marks), chosen, ("y",))
    stratify = found.targets[0].values if found.targets[0].kind == "category" else None
    return split(found.dataset, found, chosen, stratify=stratify, seed=seed), found


def whole(done: Split) -> list[int]:
    return sorted([*done.train.tolist(), *done.validation.tolist(), *done.test.tolist()])


def test_classes_have_the_same_share_in_all_parts() -> None:
    done, found = parts()
    assert whole(done) == list(range(ROWS))
    assert (len(done.train), len(done.validation), len(done.test)) == (128, 32, 40)
    values = found.targets[0].values
    for part in (done.train, done.validation, done.test):
        assert np.mean(values[part] == "a") == pytest.approx(np.mean(values == "a"), abs=0.03)
    assert done.decisions[0].choice == "stratified: 128 rows to train, 32 to validate, 40 to test"


def test_numbers_are_split_at_random() -> None:
    done, _ = parts(FRAME.with_columns(y=RNG.normal(size=ROWS)))
    assert done.decisions[0].choice.startswith("random: ")


def test_the_seed_decides() -> None:
    assert parts()[0].test.tolist() == parts()[0].test.tolist()
    assert parts()[0].test.tolist() != parts(seed=1)[0].test.tolist()


@pytest.mark.parametrize(
    ("settings", "sizes"),
    [
        ({"test": 0}, (160, 40, 0)),
        ({"validation": 0}, (160, 0, 40)),
        ({"test": 0, "validation": 0}, (200, 0, 0)),
        ({"test": "0.5", "validation": 0.1}, (90, 10, 100)),
    ],
)
def test_fractions(settings: dict[str, Any], sizes: tuple[int, int, int]) -> None:
    done, _ = parts(**settings)
    assert (len(done.train), len(done.validation), len(done.test)) == sizes


def test_groups_stay_together() -> None:
    done, found = parts(group="who")
    who = found.dataset.frame["who"].to_numpy()
    assert not set(who[done.train]) & set(who[done.test])
    assert not set(who[done.train]) & set(who[done.validation])
    assert whole(done) == list(range(ROWS))


def test_time_goes_forward() -> None:
    done, found = parts(time="when")
    when = found.dataset.frame["when"].to_numpy()
    assert when[done.train].max() < when[done.validation].min()
    assert when[done.validation].max() < when[done.test].min()


def test_the_official_test_part_is_respected() -> None:
    marks = np.arange(ROWS) >= 150
    done, _ = parts(marks=marks)
    assert done.test.tolist() == list(range(150, 200))
    assert len(done.validation) == 30


def test_equal_rows_stay_in_one_part_and_are_said() -> None:
    frame = pl.concat([FRAME, FRAME.head(60)])
    done, found = parts(frame, drop=("when",))
    x = found.dataset.frame["x"].to_numpy()
    assert not set(x[done.train]) & (set(x[done.test]) | set(x[done.validation]))
    assert done.decisions[1].choice == "60 rows equal an earlier one; equal rows stay in one part"
    assert whole(done) == list(range(260))


def test_a_table_with_few_possible_rows_is_split_all_the_same() -> None:
    frame = pl.DataFrame({"x": RNG.integers(0, 2, ROWS), "y": RNG.choice(["a", "b"], ROWS)})
    done, _ = parts(frame)
    assert len(done.test) == 40
    assert done.decisions[1].choice.endswith("they are split like the others")


def test_rows_of_the_official_test_part_seen_in_training_are_said() -> None:
    marks = np.arange(ROWS + 5) >= ROWS
    done, _ = parts(pl.concat([FRAME, FRAME.head(5)]), marks=marks)
    assert done.decisions[-1].choice == "5 rows of the official test part equal a training row; they stay"
    assert done.decisions[-1].warning


def test_rare_classes_are_always_in_training() -> None:
    frame = FRAME.with_columns(y=pl.Series(["a"] * 195 + ["b"] * 2 + ["c"] * 2 + ["d"]))
    for seed in range(5):
        done, found = parts(frame, seed=seed)
        values = found.targets[0].values
        assert set(values[done.train]) == {"a", "b", "c", "d"}


def test_a_rare_class_of_copies_goes_to_training() -> None:
    """A class of three equal rows is one block, which a part takes whole."""
    rows = FRAME.drop("when").with_columns(y=pl.lit("a"))
    copies = pl.concat([rows.head(1).with_columns(y=pl.lit("b"))] * 3)
    for seed in range(9):
        done, found = parts(pl.concat([rows, copies]), seed=seed)
        values = found.targets[0].values
        assert set(values[done.train]) == {"a", "b"}
        assert whole(done) == list(range(203))


def test_classes_that_only_the_latest_rows_have_are_left_out_of_judging() -> None:
    frame = FRAME.sort("when").with_columns(y=pl.Series(["a", "b"] * 98 + ["c"] * 4))
    done, _ = parts(frame, time="when")
    assert len(done.test) == 36
    assert done.decisions[-1].topic == "unseen classes"
    assert done.decisions[-1].choice == "4 rows left out of judging"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [({"split": "group"}, "pass --group NAME"), ({"split": "time"}, "pass --time NAME")],
)
def test_a_way_without_its_column_is_an_error(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RangeError, match=sentence):
        parts(**settings)


def test_stratifying_by_a_number_is_an_error() -> None:
    with pytest.raises(RangeError, match="pass --split random"):
        parts(FRAME.with_columns(y=RNG.normal(size=ROWS)), split="stratified")


def test_missing_groups_are_an_error() -> None:
    frame = FRAME.with_columns(who=pl.when(pl.col("who") > 0).then("who"))
    with pytest.raises(DataError, match="a value of who in every row, got"):
        parts(frame, group="who")


def test_too_few_rows_are_an_error_unless_all_are_for_training() -> None:
    frame = FRAME.head(4).with_columns(y=pl.Series(["a", "b"] * 2))
    with pytest.raises(DataError, match="at least 5 rows for training and judging, got 4"):
        parts(frame)
    assert len(parts(frame, test=0, validation=0)[0].train) == 4


def test_nothing_left_to_train_on_is_an_error() -> None:
    with pytest.raises(DataError, match="got none: make the test part"):
        parts(marks=np.ones(ROWS, bool))


def test_pictures_with_equal_pixels_stay_together() -> None:
    pixels = RNG.integers(0, 255, (40, 4, 4), dtype=np.uint8)
    both = np.concatenate([pixels, pixels[:10]])
    found = describe(read((both, np.array(["u", "v"] * 25))))
    done = split(found.dataset, found, DataSettings(), stratify=found.targets[0].values)
    side = np.full(50, -1)
    for number, part in enumerate((done.train, done.validation, done.test)):
        side[part] = number
    assert (side[:10] == side[40:]).all()
