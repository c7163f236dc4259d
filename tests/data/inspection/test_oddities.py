"""What a careful person notices."""

from __future__ import annotations

import numpy as np
import polars as pl

from pellucid.data.inspection.oddities import order_of_rows, row_correlation, twin_columns, zeros_for_missing
from pellucid.tasks.task import Target

RNG = np.random.default_rng(0)
ROWS = 300


def test_zeros_far_from_all_else_are_reported() -> None:
    """As the blood pressures of 0 in the Pima data."""
    pressure = RNG.normal(70, 12, ROWS)
    pressure[:9] = 0
    (said,) = zeros_for_missing(pl.DataFrame({"pressure": pressure}), ["pressure"])
    assert said.choice == "zeros of pressure (9) are taken as they are"
    assert said.warning


def test_natural_zeros_are_not() -> None:
    frame = pl.DataFrame(
        {
            "tip": np.where(RNG.random(ROWS) < 0.3, 0, RNG.gamma(2, 2, ROWS)),
            "children": RNG.poisson(1, ROWS),
            "share": RNG.random(ROWS).round(2),
            "balance": RNG.normal(size=ROWS).round(1),
            "none": RNG.normal(70, 12, ROWS),
        }
    )
    assert zeros_for_missing(frame, frame.columns) == ()


def test_columns_that_say_the_same() -> None:
    code = RNG.integers(0, 3, ROWS)
    frame = pl.DataFrame({"pclass": code, "class": np.array(["a", "b", "c"])[code], "other": RNG.permutation(code)})
    (said,) = twin_columns(frame, {"pclass": "number", "class": "category", "other": "number"})
    assert said.choice == "kept although they say the same: class = pclass"


def test_sorted_rows_are_mentioned() -> None:
    counts = np.sort(RNG.poisson(3, ROWS)).astype(float)
    assert order_of_rows(Target(name="n", kind="number", values=counts))
    assert not order_of_rows(Target(name="n", kind="number", values=RNG.permutation(counts)))
    classes = np.repeat(np.array(["b", "a", "c"], dtype=object), 100)
    assert order_of_rows(Target(name="k", kind="category", values=classes))
    assert not order_of_rows(Target(name="k", kind="category", values=RNG.permutation(classes)))
    assert not order_of_rows(Target(name="n", kind="number", values=np.arange(5.0)))


def test_row_correlation() -> None:
    assert row_correlation(np.arange(10.0)) == 1.0
    assert row_correlation(-np.arange(10.0)) == -1.0
