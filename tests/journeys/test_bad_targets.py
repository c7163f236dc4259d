"""Targets that cannot be learnt: not there, empty, of one value, of too many values, of the wrong kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Refused = Callable[..., str]


def test_no_such_target_offers_the_nearest(fit_refused: Refused, table: Path) -> None:
    sentence = fit_refused(table, "--target", "kin")
    assert "a target among size, weight, colour, day, kind, got 'kin': did you mean 'kind'?" in sentence


def test_all_targets_must_exist(fit_refused: Refused, table: Path) -> None:
    assert "got 'wieght': did you mean 'weight'?" in fit_refused(table, "--target", "kind", "--target", "wieght")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([""] * 30, "values in the target kind, got 30 missing ones"),
        (["?"] * 30, "values in the target kind, got 30 missing ones"),
        (["yes"] * 30, "at least two classes in kind, got only 'yes' in all 30 rows"),
        (["3"] * 30, "the target kind to vary, got 3 in all 30 rows"),
        (["yes"] + [""] * 29, "several rows with a value of kind, got one"),
        (["yes"], "several rows with a value of kind, got one"),
        (["yes", "no"], "classes of kind that come back, got 2 different values in 2 rows"),
        ([f"name {row}" for row in range(30)], "several rows for each class of kind, got 30 classes in 30 rows"),
    ],
    ids=["missing", "question marks", "one class", "one number", "one value", "one row", "two rows", "names"],
)
def test_target_that_cannot_be_learnt(fit_refused: Refused, values: list[str], sentence: str) -> None:
    lines = [f"{row}.{row % 7},{value}" for row, value in enumerate(values)]
    Path("few.csv").write_text("\n".join(["size,kind", *lines]))
    assert sentence in fit_refused("few.csv", "--target", "kind")


def test_more_classes_than_rows_of_a_number(fit_refused: Refused) -> None:
    Path("ids.csv").write_text("\n".join(["size,kind", *(f"{row % 5},{row * 7}" for row in range(30))]))
    assert "got 30 different values in 30 rows" in fit_refused(
        "ids.csv", "--target", "kind", "--task", "classification"
    )


def test_text_is_no_target_of_a_regression(fit_refused: Refused, table: Path) -> None:
    sentence = fit_refused(table, "--target", "colour", "--task", "regression")
    assert "expected numbers in colour, got 'red' in row 2" in sentence  # the line of the file: line 1 is the header
    assert "predict classes with --task classification" in sentence


def test_negative_numbers_are_no_counts(fit_refused: Refused, table: Path) -> None:
    assert "size" in fit_refused(table, "--target", "size", "--task", "poisson")


def test_one_column_is_no_multilabel(fit_refused: Refused, table: Path) -> None:
    assert "several columns of yes or no" in fit_refused(table, "--target", "kind", "--task", "multilabel")
