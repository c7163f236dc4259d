"""What kind of thing a column holds."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl
import pytest

from pellucid.data.inspection.kinds import guess_kind, summary_of
from pellucid.foundation.records import ColumnKind

RNG = np.random.default_rng(0)
ROWS = 60


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("length", RNG.normal(size=ROWS), "number"),  # each occurs once, and is a measurement
        ("price", RNG.permutation(np.arange(ROWS) * 37), "number"),  # different whole numbers with gaps
        ("rooms", RNG.integers(1, 5, ROWS), "number"),
        ("survived", RNG.integers(0, 2, ROWS), "number"),
        ("rownames", np.arange(1, ROWS + 1), "identifier"),
        ("x", RNG.permutation(ROWS), "identifier"),  # each of 0 … 59 once
        ("year", np.arange(1950, 1950 + ROWS), "number"),
        ("customer_id", RNG.choice(10**6, ROWS, replace=False), "identifier"),
        ("PassengerId", RNG.choice(10**6, ROWS, replace=False), "identifier"),
        ("store_id", RNG.integers(0, 5, ROWS), "category"),
        ("zip_code", RNG.integers(10000, 10020, ROWS), "category"),
        ("paid", RNG.integers(0, 1000, ROWS), "number"),  # ends in "id", but not as a word
        ("colour", RNG.choice(["red", "blue"], ROWS), "category"),
        ("ticket", [f"A{i}" for i in range(ROWS)], "identifier"),
        ("name", [f"Mr Smith {i}" for i in range(ROWS)], "text"),
        ("review", [f"a long sentence about {i % 30} things in it" for i in range(ROWS)], "text"),
        ("zone", [f"Upper East Side {i % 12}" for i in range(ROWS)], "category"),
        ("flag", RNG.integers(0, 2, ROWS).astype(bool), "category"),
        ("when", [datetime(2020, 1, 1 + i % 28) for i in range(ROWS)], "date"),
        ("same", ["x"] * ROWS, "constant"),
        ("empty", [None] * ROWS, "constant"),
        ("seen", ["x"] * (ROWS - 1) + [None], "category"),  # whether it is there may tell something
    ],
)
def test_kinds(name: str, values: object, kind: str) -> None:
    assert guess_kind(pl.Series(name, values)).kind == kind


def test_declared_categories_are_categories_whatever_they_hold() -> None:
    column = pl.Series("a", [str(i) for i in range(ROWS)]).cast(pl.Categorical)
    assert guess_kind(column).kind == "category"


def test_few_rows_say_nothing() -> None:
    assert guess_kind(pl.Series("x", [1, 2, 3])).kind == "number"
    assert guess_kind(pl.Series("id", [1, 2, 3])).kind == "identifier"
    assert guess_kind(pl.Series("x", ["a", "b", "c"])).kind == "category"


@pytest.mark.parametrize(
    ("values", "kind", "summary"),
    [
        ([1.0, 2.0, 10.0, None], "number", "1 … 10, median 2"),
        (["m"] * 2 + ["f"], "category", "m 67%, f 33%"),
        ([1, 1, 2], "category", "1 67%, 2 33%"),
        ([datetime(2020, 1, 1), datetime(2021, 1, 1)], "date", "2020-01-01 00:00:00 … 2021-01-01 00:00:00"),
        (["x" * 50], "text", f"such as {'x' * 40}…"),
        ([7, 7], "constant", "always 7"),
        ([None], "constant", "empty"),
        ([1, 2], "identifier", "1 … 2, median 1.5"),
    ],
)
def test_summaries(values: list[object], kind: ColumnKind, summary: str) -> None:
    assert summary_of(pl.Series("a", values), kind) == summary


def test_many_levels_are_cut() -> None:
    summary = summary_of(pl.Series("a", ["a"] * 20 + list("bcd")), "category")
    assert summary.startswith("a 87%, ")
    assert summary.endswith("4.3%, … (4 levels)")
