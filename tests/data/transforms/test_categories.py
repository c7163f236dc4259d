"""Categories: levels, rare ones, and columns of 0 and 1."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pellucid.data.transforms import categories
from pellucid.data.transforms.categories import CategoryFeature, dummy_names, fill_dummies, fit_category

COLUMN = pl.Series("town", ["b"] * 4 + ["a"] * 3 + ["rare"] + [None])


def test_levels_in_order_and_rare_ones_merged() -> None:
    feature = fit_category(COLUMN, "levels")
    assert feature == CategoryFeature(column="town", levels=("a", "b"), merged=1, missing=True)
    codes, unseen = feature.codes(pl.Series("town", ["a", " b", "rare", "new", None, "?"]))
    assert codes.tolist() == [1, 2, 0, 0, 0, 0]
    assert unseen == ("rare", "new")


def test_treatment_keeps_every_level() -> None:
    assert fit_category(COLUMN, "treatment").levels == ("a", "b", "rare")


def test_numbers_as_levels_are_ordered_by_size_and_do_not_depend_on_the_type() -> None:
    feature = fit_category(pl.Series("n", ["10"] * 3 + ["9"] * 3 + ["x"] * 3), "levels")
    assert feature.levels == ("9", "10", "x")
    assert feature.codes(pl.Series("n", [9, 10]))[0].tolist() == [1, 2]
    assert feature.codes(pl.Series("n", [9.0, None]))[0].tolist() == [1, 0]


def test_the_most_frequent_levels_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(categories, "MOST_LEVELS", 1)
    feature = fit_category(COLUMN, "treatment")
    assert (feature.levels, feature.merged) == (("b",), 2)


def test_no_level_at_all() -> None:
    feature = fit_category(pl.Series("a", ["x", None]), "levels")
    assert feature.levels == ()
    assert feature.codes(pl.Series("a", ["x", "y"]))[0].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("encoding", "names", "rows"),
    [
        ("onehot", ("town=a", "town=b", "town=missing"), [[1, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 1]]),
        ("treatment", ("town=b", "town=missing"), [[0, 0], [1, 0], [0, 0], [0, 1]]),
    ],
)
def test_columns_of_zeros_and_ones(
    encoding: categories.Encoding, names: tuple[str, ...], rows: list[list[int]]
) -> None:
    feature = CategoryFeature(column="town", levels=("a", "b"), missing=True)
    column = pl.Series("town", ["a", "b", "new", None])
    out = np.zeros((4, len(names)), np.float32)
    fill_dummies(out, feature, encoding, feature.codes(column)[0], column.is_null().to_numpy())
    assert dummy_names(feature, encoding) == names
    assert out.tolist() == rows
