"""Reading the values of a target."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.foundation.errors import DataError
from pellucid.tasks.task import Target
from pellucid.tasks.values import class_counts, class_indices, complete_numbers_of, listed, numbers_of, refuse_missing


def numbers(*values: float) -> Target:
    return Target(name="y", kind="number", values=np.array(values, dtype=np.float64))


def texts(*values: str | None) -> Target:
    return Target(name="y", kind="category", values=np.array(values, dtype=object))


def test_classes_of_numbers_are_named_and_ordered_by_size() -> None:
    assert class_counts(numbers(10, 2, 2, 0.5, np.nan)) == {"0.5": 1, "2": 2, "10": 1}
    assert list(class_counts(numbers(10, 2, 2, 0.5))) == ["0.5", "2", "10"]


def test_texts_that_are_numbers_are_ordered_by_size_and_others_by_alphabet() -> None:
    assert list(class_counts(texts("10", "9", None, "9.5"))) == ["9", "9.5", "10"]
    assert list(class_counts(texts("10", "9", "x"))) == ["10", "9", "x"]


def test_class_indices_are_the_same_for_numbers_and_for_texts_that_name_them() -> None:
    classes = ("0.5", "2", "10")
    np.testing.assert_array_equal(class_indices(numbers(10, 0.5, 2), classes), [2, 0, 1])
    np.testing.assert_array_equal(class_indices(texts("10", "0.5", "2"), classes), [2, 0, 1])


def test_an_unseen_class_is_named_with_its_row() -> None:
    with pytest.raises(DataError, match="expected y to be one of a, b, got 'c' in row 2: correct that value"):
        class_indices(texts("a", "c"), ("a", "b"))
    with pytest.raises(DataError, match=r"expected y to be one of 0, 1, got .*7.0.* in row 3"):
        class_indices(numbers(0, 1, 7), ("0", "1"))


@pytest.mark.parametrize("target", [numbers(1, np.nan), texts("1", None)], ids=["number", "text"])
def test_a_missing_value_is_named_with_its_row(target: Target) -> None:
    sentence = "expected a value of y in every row, got none in row 2: fill it in, or leave the row out"
    with pytest.raises(DataError, match=sentence):
        class_indices(target, ("1",))
    with pytest.raises(DataError, match=sentence):
        complete_numbers_of(target)
    with pytest.raises(DataError, match=sentence):
        refuse_missing(target)


def test_texts_are_read_as_numbers() -> None:
    np.testing.assert_array_equal(numbers_of(texts("1", " 2.5", None)), [1, 2.5, np.nan])


def test_a_text_that_is_no_number_is_named_with_its_row() -> None:
    with pytest.raises(DataError, match=r"expected numbers in y, got 'setosa' in row 2: .* --task classification"):
        numbers_of(texts("1", "setosa"))


def test_infinity_is_named_with_its_row() -> None:
    with pytest.raises(DataError, match="expected finite numbers in y, got -inf in row 2"):
        numbers_of(numbers(1, -np.inf))


def test_long_lists_are_cut() -> None:
    assert listed(tuple("abcdefghijklmno")) == "a, b, c, d, e, f, g, h, i, j, k, l, … (15 in all)"
