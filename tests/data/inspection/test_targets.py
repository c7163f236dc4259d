"""The columns to predict."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl
import pytest

from pellucid.data.dataset import Dataset
from pellucid.data.inspection.targets import check_target, choose_targets, read_targets, target_kind
from pellucid.foundation.errors import DataError, UnknownNameError
from pellucid.tasks.task import Target


def table(*names: str, target: tuple[str, ...] = ()) -> Dataset:
    frame = pl.DataFrame({name: [0] for name in names})
    return Dataset(kind="table", name="d", frame=frame, source_rows=np.arange(1), target=target)


def test_the_wished_ones() -> None:
    assert choose_targets(table("a", "b"), ["a", "b"], ("a",)) == (("a",), ())


def test_a_wished_one_that_does_not_exist_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="got 'specis': did you mean 'species'"):
        choose_targets(table("species"), ["species"], ("specis",))


@pytest.mark.parametrize(
    ("data", "chosen", "warning"),
    [
        (table("a", "b", target=("a",)), "a", False),
        (table("Target", "b"), "Target", True),
        (table("class", "label"), "label", True),
        (table("a", "b"), "b", True),
    ],
)
def test_without_a_wish(data: Dataset, chosen: str, warning: bool) -> None:
    names, (said,) = choose_targets(data, data.frame.columns, None)
    assert names == (chosen,)
    assert said.warning is warning
    assert said.overrule == "--target NAME"


def test_pictures_without_labels_are_an_error() -> None:
    frame = pl.DataFrame({"picture": ["a"]})
    data = Dataset(kind="picture", subject="picture", name="d", frame=frame, source_rows=np.arange(1))
    with pytest.raises(DataError, match="--labels TABLE or a folder for each class"):
        choose_targets(data, ["picture"], None)


@pytest.mark.parametrize(
    ("values", "declared", "kind"),
    [
        ([1, 2], None, "number"),
        (["a", "b"], None, "category"),
        ([True, False], None, "category"),
        ([1, 2], "category", "category"),
    ],
)
def test_kinds(values: list[object], declared: str | None, kind: str) -> None:
    assert target_kind(pl.Series("y", values), declared) == kind  # type: ignore[arg-type]


@pytest.mark.parametrize(("values", "declared"), [([datetime(2020, 1, 1)], None), ([1, 2], "text")])
def test_what_cannot_be_predicted(values: list[object], declared: str | None) -> None:
    with pytest.raises(DataError, match="expected the target y to be a number or a category"):
        target_kind(pl.Series("y", values), declared)  # type: ignore[arg-type]


def test_values() -> None:
    frame = pl.DataFrame({"n": [1, None], "c": [1.0, None], "b": [True, None]})
    number, category, truth = read_targets(frame, {"n": "number", "c": "category", "b": "category"})
    np.testing.assert_array_equal(number.values, [1.0, np.nan])
    assert category.values.tolist() == ["1", None]
    assert truth.values.tolist() == ["True", None]


def test_a_target_that_new_data_lack_is_an_error() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'size'"):
        read_targets(pl.DataFrame({"size": [1]}), {"sizes": "number"})


def classes(*values: str) -> Target:
    return Target(name="y", kind="category", values=np.array(values, dtype=object))


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        (classes("a"), "several rows with a value of y, got one"),
        (classes("a", "a"), "got only 'a' in all 2 rows"),
        (classes(*"abcde"), "got 5 classes in 5 rows"),
        (Target(name="y", kind="number", values=np.array([3.0, 3.0])), "to vary, got 3 in all 2 rows"),
    ],
)
def test_nothing_to_learn(target: Target, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        check_target(target)


def test_rare_classes_are_said() -> None:
    (said,) = check_target(classes(*"aaaabbbbcdd"))
    assert said.warning
    assert said.reason == "they cannot be in every part: 'c' (1), 'd' (2)"


def test_plenty_of_rows_need_no_words() -> None:
    assert check_target(classes(*"aaabbb")) == ()
    assert check_target(Target(name="y", kind="number", values=np.arange(3.0))) == ()


def test_equal_classes_are_one_object() -> None:
    (target,) = read_targets(pl.DataFrame({"a": ["x" * 9, None, "x" * 9]}), {"a": "category"})
    assert target.values.tolist() == ["x" * 9, None, "x" * 9]
    assert target.values[0] is target.values[2]
