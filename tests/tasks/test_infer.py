"""Finding the task from the targets."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.foundation.errors import DataError, RangeError, UnknownNameError
from pellucid.tasks.binary import Binary
from pellucid.tasks.infer import infer
from pellucid.tasks.multilabel import Multilabel
from pellucid.tasks.poisson import Poisson
from pellucid.tasks.regression import Regression
from pellucid.tasks.settings import TaskSettings
from pellucid.tasks.several import Several
from pellucid.tasks.task import Target

DEFAULTS = TaskSettings()
GENERATOR = np.random.default_rng(0)


def number(name: str, *values: float) -> Target:
    return Target(name=name, kind="number", values=np.array(values, dtype=np.float64))


def category(name: str, *values: str | None) -> Target:
    return Target(name=name, kind="category", values=np.array(values, dtype=object))


CAT = number("cat", 0, 1, 1, 0, 1, 0)
DOG = number("dog", 1, 0, 0, 0, 1, 1)
FOX = category("fox", "no", "yes", "no", "no", "yes", "no")
PRICE = number("price", 1.5, 2.5, 2.0, 7.5, 3.5, 4.0)
AREA = number("area", 10.5, 20, 30, 40, 50, 61)
HUE = category("hue", "red", "red", "blue", "blue", "green", "green")


def test_one_target_is_said_with_its_positive_class() -> None:
    task, decisions = infer([FOX], DEFAULTS)
    assert task == Binary(targets=("fox",), classes=("no", "yes"))
    assert [decision.topic for decision in decisions] == ["task", "positive class"]
    assert decisions[0].choice == "binary classification"


def test_a_wish_is_found_by_its_alias_and_a_wrong_one_offers_the_nearest() -> None:
    assert isinstance(infer([HUE], TaskSettings(task="Classification"))[0].parts[0], type(infer([HUE], DEFAULTS)[0]))
    with pytest.raises(UnknownNameError, match="did you mean 'multiclass'"):
        infer([HUE], TaskSettings(task="multclass"))


def test_columns_of_two_values_are_labels() -> None:
    task, decisions = infer([CAT, DOG, FOX], DEFAULTS)
    assert task == Multilabel(targets=("cat", "dog", "fox"), classes=(("0", "1"), ("0", "1"), ("no", "yes")))
    assert decisions[0].reason == "each of the 3 targets holds two values"
    assert [d.topic for d in decisions[1:]] == [f"positive class: {name}" for name in ("cat", "dog", "fox")]
    assert infer([CAT, DOG], TaskSettings(task="multilabel"))[0].kind == "multilabel"


def test_one_class_spelt_out_in_columns_is_said() -> None:
    columns = [number(name, *values) for name, values in zip("abc", np.eye(3)[[0, 1, 2, 0, 1, 2]].T, strict=True)]
    _, decisions = infer(columns, DEFAULTS)
    assert decisions[1].topic == "one label in every row"
    assert decisions[1].warning
    _, decisions = infer(columns[:2], DEFAULTS)
    assert decisions[1].topic == "positive class: a"


def test_columns_of_numbers_are_one_regression() -> None:
    task, decisions = infer([PRICE, AREA], TaskSettings(loss="absolute"))
    assert task == Regression(targets=("price", "area"), error="absolute")
    assert decisions[0].reason == "all 2 targets are numbers, predicted together"
    _, (asked,) = infer([CAT, AREA], TaskSettings(task="regression"))
    assert asked.reason == "you asked for it; all 2 targets are numbers, predicted together"


def test_mixed_columns_are_one_task_each() -> None:
    task, decisions = infer([FOX, PRICE, HUE], TaskSettings(positive="no"))
    assert isinstance(task, Several)
    assert [part.kind for part in task.parts] == ["binary", "regression", "multiclass"]
    assert [d.topic for d in decisions[:3]] == ["task: fox", "task: price", "task: hue"]
    assert task.parts[0] == Binary(targets=("fox",), classes=("yes", "no"))


def test_counts_with_an_exposure() -> None:
    exposure = GENERATOR.uniform(1, 5, 300)
    counts = number("claims", *GENERATOR.poisson(0.2 * exposure))
    task, _ = infer([counts], DEFAULTS, exposure=exposure)
    assert task == Poisson(targets=("claims",))


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        (number("y"), "expected rows with a value of y, got none: choose another target"),
        (number("y", 3, 3, 3), "expected different values of y, got only 3.0 in all 3 rows: choose another target"),
        (category("y", "a"), "expected different values of y, got only a in all 1 rows"),
        (number("y", 1, np.nan), "expected a value of y in every row, got none in row 2"),
        (category("y", "a", None), "expected a value of y in every row, got none in row 2"),
        (number("y", 1, 2, np.inf), "expected finite numbers in y, got inf in row 3"),
        (
            Target(name="y", kind="date", values=np.array(["2020-01-01", "2020-01-02"], dtype=object)),
            "expected numbers or categories in y, got dates",
        ),
    ],
)
def test_what_cannot_be_learnt_is_refused(target: Target, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        infer([target], DEFAULTS)


@pytest.mark.parametrize(
    ("target", "settings", "sentence"),
    [
        (HUE, TaskSettings(positive="red"), "expected two classes for positive, got positive='red' with multiclass"),
        (
            PRICE,
            TaskSettings(class_weights="balanced"),
            "expected classes for class_weights, got class_weights='balanced'",
        ),
        (PRICE, TaskSettings(label_smoothing=0.1), "expected classes for label_smoothing, got label_smoothing=0.1"),
        (
            FOX,
            TaskSettings(loss="huber"),
            "expected a regression for loss, got loss='huber' with binary classification",
        ),
    ],
)
def test_a_setting_that_would_be_ignored_is_refused(target: Target, settings: TaskSettings, sentence: str) -> None:
    with pytest.raises(RangeError, match=sentence):
        infer([target], settings)


def test_an_exposure_without_counts_is_refused() -> None:
    with pytest.raises(RangeError, match="expected counts for exposure, got exposure='a column' with regression"):
        infer([PRICE], DEFAULTS, exposure=np.ones(6))


def test_a_positive_class_of_no_target_is_refused() -> None:
    with pytest.raises(
        UnknownNameError, match=r"expected positive to be a class of a target, among .* got 'yess': did you mean 'yes'"
    ):
        infer([CAT, FOX], TaskSettings(positive="yess"))


def test_rows_of_a_table_are_no_series() -> None:
    column = Target(name="y", kind="number", values=np.arange(40.0))
    with pytest.raises(RangeError, match="infer expected a task for the rows of a table, got forecast"):
        infer([column], TaskSettings(task="forecasting"))
