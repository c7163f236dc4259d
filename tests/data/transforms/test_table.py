"""Tables for networks."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import numpy as np
import polars as pl
import pytest

from pellucid.data.reading import read
from pellucid.data.schema import describe
from pellucid.data.settings import DataSettings
from pellucid.data.transforms.categories import Encoding
from pellucid.data.transforms.table import TableTransform, fit_table
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Column

RNG = np.random.default_rng(0)
ROWS = 80
FRAME = pl.DataFrame(
    {
        "size": np.where(np.arange(ROWS) % 10 == 0, np.nan, RNG.normal(5, 2, ROWS)),
        "town": [None if i % 20 == 0 else "abc"[i % 3] for i in range(ROWS)],
        "when": [datetime(2020, 1, 1) + timedelta(hours=31 * i) for i in range(ROWS)],
        "rooms": RNG.integers(1, 4, ROWS),
        "note": ["unused"] * ROWS,
        "y": RNG.normal(size=ROWS),
    }
)


def fitted(categories: Encoding, rows: slice = slice(None)) -> tuple[TableTransform, pl.DataFrame]:
    found = describe(read(FRAME), DataSettings(), ("y",))
    return fit_table(
        found.dataset.frame[rows], found.columns, found.features, categories=categories
    ), found.dataset.frame


def test_levels() -> None:
    transform, frame = fitted("levels")
    numbers, levels = transform.apply(frame).arrays
    assert transform.names == (
        "size",
        "size missing",
        "when month",
        "when day",
        "when weekday",
        "when hour",
        "rooms",
    )
    assert numbers.shape == (ROWS, 7)
    assert numbers.dtype == np.float32
    assert np.isfinite(numbers).all()
    assert np.abs(numbers).max() < 3
    assert numbers[:, 1].tolist() == [float(i % 10 == 0) for i in range(ROWS)]
    assert levels.shape == (ROWS, 1)
    assert levels.dtype == np.int64
    assert levels[:5, 0].tolist() == [0, 2, 3, 1, 2]
    spec = transform.spec(60)
    assert (spec.examples, spec.numbers, spec.levels) == (60, 7, (4,))


@pytest.mark.parametrize(("encoding", "dummies"), [("onehot", 4), ("treatment", 3)])
def test_one_array_of_standardized_numbers(encoding: Encoding, dummies: int) -> None:
    transform, frame = fitted(encoding)
    (numbers,) = transform.apply(frame).arrays
    assert numbers.shape == (ROWS, 7 + dummies)
    assert numbers[:, [0, 2, 6]].mean(0) == pytest.approx(0, abs=1e-5)
    assert numbers[:, [0, 2, 6]].std(0) == pytest.approx(1, abs=1e-5)
    assert transform.names[-1] == "town=missing"
    assert transform.spec(60).levels == ()


def test_center_and_scale_lead_back_to_the_units_of_the_columns() -> None:
    transform, frame = fitted("treatment")
    (numbers,) = transform.apply(frame).arrays
    rooms = transform.names.index("rooms")
    back = numbers[:, rooms] * transform.scale[rooms] + transform.center[rooms]
    np.testing.assert_allclose(back, frame["rooms"].to_numpy(), rtol=1e-5)
    others = [i for i, name in enumerate(transform.names) if "=" in name or name.endswith("missing")]
    assert (transform.center[others] == 0).all()
    assert (transform.scale[others] == 1).all()


def test_only_the_training_rows_count() -> None:
    """Whatever stands in the other rows, the transform is the same."""
    changed = FRAME.with_columns(size=pl.when(pl.int_range(pl.len()) < 40).then("size").otherwise(1e9))
    found = describe(read(changed), DataSettings(), ("y",))
    again = fit_table(found.dataset.frame[:40], found.columns, found.features, categories="levels")
    assert again == fitted("levels", slice(40))[0]


@pytest.mark.parametrize("encoding", ["levels", "onehot", "treatment"])
def test_json_round_trip(encoding: Encoding) -> None:
    transform, frame = fitted(encoding)
    again = msgspec.json.decode(msgspec.json.encode(transform), type=TableTransform)
    assert again == transform
    for ours, theirs in zip(again.apply(frame).arrays, transform.apply(frame).arrays, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_rows_do_not_depend_on_one_another() -> None:
    transform, frame = fitted("levels")
    together = transform.apply(frame).arrays
    for row in (0, 7):
        for whole, one in zip(together, transform.apply(frame[row : row + 1]).arrays, strict=True):
            np.testing.assert_array_equal(whole[row : row + 1], one)


def test_text_where_a_number_was_is_named_and_kept() -> None:
    transform, frame = fitted("levels")
    texts = frame.head(4).with_columns(
        size=pl.Series(["1.5", "?", "big", "2"]), when=pl.Series(["2020-01-01", "never", "2020-01-02", None])
    )
    done = transform.apply(texts)
    assert [problem.row for problem in done.problems] == [1, 2]
    assert done.problems[0].sentence.startswith("predict expected a date in when, got 'never'")
    assert done.problems[1].sentence.startswith("predict expected a number in size, got 'big'")
    assert len(done) == 4
    assert np.isfinite(done.arrays[0]).all()


def test_missing_and_extra_columns() -> None:
    transform, frame = fitted("levels")
    with pytest.raises(DataError, match=r"without rooms \(is it 'room'\?\)"):
        transform.apply(frame.rename({"rooms": "room"}))
    with pytest.raises(DataError, match="without town"):
        transform.plain(frame.drop("town"))
    (said,) = transform.apply(frame.drop("note", "y").with_columns(new=1)).decisions
    assert said.choice == "not used: new"


def test_levels_never_seen_are_said() -> None:
    transform, frame = fitted("levels")
    done = transform.apply(frame.head(2).with_columns(town=pl.lit("z")))
    assert done.arrays[1].tolist() == [[0], [0]]
    (said,) = done.decisions
    assert said.warning
    assert said.reason == "no training row has 'z'"


def test_plain_columns_for_trees() -> None:
    transform, frame = fitted("onehot")
    matrix, coded = transform.plain(frame)
    assert coded.tolist() == [False] * 6 + [True]
    np.testing.assert_array_equal(matrix[:, 0], frame["size"].fill_null(np.nan).to_numpy())
    assert np.isnan(matrix[0, -1])
    assert matrix[1:5, -1].tolist() == [1, 2, 0, 1]


def test_more_levels_than_trees_can_bin_are_numbers_to_them() -> None:
    names = [f"t{i}" for i in range(300)] * 3
    column = Column(name="t", kind="category", role="feature", missing=0, distinct=300, summary="")
    transform = fit_table(pl.DataFrame({"t": names}), [column], ["t"], categories="levels")
    assert transform.plain(pl.DataFrame({"t": names}))[1].tolist() == [False]
    assert transform.apply(pl.DataFrame({"t": names})).arrays[0].shape == (900, 0)


def test_decisions_of_fitting() -> None:
    transform, _ = fitted("levels")
    said = {decision.topic: decision.choice for decision in transform.decisions}
    assert said["column when"] == "becomes month, day, weekday, hour"
    assert said["missing numbers"].endswith("size")
    rare = fit_table(
        pl.DataFrame({"t": ["a"] * 5 + ["b"]}),
        [Column(name="t", kind="category", role="feature", missing=0, distinct=2, summary="")],
        ["t"],
        categories="levels",
    )
    assert rare.decisions[0].choice == "1 rare levels taken together with missing and unseen ones"


def test_a_kind_that_cannot_be_learnt_from_is_an_error() -> None:
    column = Column(name="a", kind="text", role="feature", missing=0, distinct=2, summary="")
    with pytest.raises(DataError, match="say --column a=category or drop it"):
        fit_table(pl.DataFrame({"a": ["x", "y"]}), [column], ["a"], categories="levels")
