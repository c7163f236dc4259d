"""Columns that give the target away, and honest ones that do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from pellucid.data.inspection.leaks import Leak, find_leaks
from pellucid.data.inspection.targets import read_targets
from pellucid.data.reading import read
from pellucid.foundation.records import ColumnKind

RNG = np.random.default_rng(0)
ROWS = 400


def leaks(columns: dict[str, Any], target: str) -> tuple[Leak, ...]:
    frame = pl.DataFrame(columns)
    kinds: dict[str, ColumnKind] = {n: "number" if t.is_numeric() else "category" for n, t in frame.schema.items()}
    (one,) = read_targets(frame, {target: kinds.pop(target)})
    return find_leaks(frame.drop(target), kinds, one)


def test_the_target_in_other_words_is_a_leak() -> None:
    """As `alive` beside `survived` in the passengers of the Titanic."""
    survived = RNG.integers(0, 2, ROWS)
    found = leaks(
        {"survived": survived, "alive": np.where(survived, "yes", "no"), "age": RNG.normal(size=ROWS)}, "survived"
    )
    assert [(leak.column, leak.certain) for leak in found] == [("alive", True)]
    assert found[0].reason == "it alone tells survived in every row or nearly so"


def test_the_target_as_a_code_is_a_leak_also_with_missing_cells() -> None:
    code = RNG.integers(0, 3, ROWS)
    shown = pl.Series(np.where(code == 0, np.nan, code)).fill_nan(None)
    found = leaks({"kind": np.array(["u", "v", "w"])[code], "code": shown}, "kind")
    assert [leak.column for leak in found if leak.certain] == ["code"]


def test_other_units_are_a_leak() -> None:
    celsius = RNG.normal(20, 5, ROWS)
    found = leaks({"celsius": celsius, "fahrenheit": celsius * 1.8 + 32, "wind": RNG.normal(size=ROWS)}, "celsius")
    assert [(leak.column, leak.certain) for leak in found] == [("fahrenheit", True)]


def test_a_rising_function_is_a_leak() -> None:
    price = np.exp(RNG.normal(size=ROWS))
    found = leaks({"price": price, "log_price": np.log(price), "rooms": RNG.normal(size=ROWS)}, "price")
    assert [(leak.column, leak.certain) for leak in found] == [("log_price", True)]


def test_the_parts_of_a_sum_are_leaks() -> None:
    """As `casual` + `registered` in the counts of rented bicycles."""
    casual, registered = RNG.poisson(30, ROWS), RNG.poisson(150, ROWS)
    found = leaks(
        {"casual": casual, "registered": registered, "temp": RNG.normal(size=ROWS), "count": casual + registered},
        "count",
    )
    assert sorted(leak.column for leak in found if leak.certain) == ["casual", "registered"]
    assert found[0].reason == "count is casual + registered"


def test_a_total_with_the_target_inside_is_a_leak_and_its_other_parts_are_not() -> None:
    """As `total` in taxi rides, with a surcharge that the table does not list."""
    fare, tip, tolls = RNG.gamma(4, 4, ROWS), RNG.gamma(2, 2, ROWS), RNG.choice([0, 6], ROWS)
    extra = RNG.choice([0.5, 1.0], ROWS)
    found = leaks({"fare": fare, "tip": tip, "tolls": tolls, "total": fare + tip + tolls + extra}, "fare")
    assert [(leak.column, leak.certain) for leak in found] == [("total", True)]
    assert "of its variance" in found[0].reason


def test_a_column_that_is_only_very_good_is_kept_and_reported() -> None:
    amount = RNG.normal(size=ROWS)
    (found,) = leaks({"amount": amount, "near": amount + RNG.normal(scale=0.05, size=ROWS)}, "amount")
    assert not found.certain
    assert found.reason.startswith("it alone explains 9")
    kind = RNG.integers(0, 2, ROWS)
    (found,) = leaks({"kind": np.where(kind, "u", "v"), "near": kind + RNG.normal(scale=0.1, size=ROWS)}, "kind")
    assert not found.certain
    assert found.reason.startswith("it alone tells kind for ")


def test_a_price_list_is_a_leak() -> None:
    product = RNG.integers(0, 30, ROWS)
    found = leaks(
        {"product": [f"p{i}" for i in product], "price": product * 1.7, "size": RNG.normal(size=ROWS)}, "price"
    )
    assert [(leak.column, leak.certain) for leak in found] == [("product", True)]
    assert found[0].reason == "each of its levels has one value of price"


@pytest.mark.parametrize("name", ["iris", "wine", "breast-cancer", "diabetes"])
def test_honest_sets_are_not_suspected(name: str) -> None:
    data = read(name)
    (target,) = data.target
    assert leaks(dict(zip(data.frame.columns, data.frame.iter_columns(), strict=True)), target) == ()


def test_an_honest_law_with_noise_is_not_suspected() -> None:
    """y = 1.5 + 2 x1 + 5 x2 + noise: a sum, but with no coefficients of 1."""
    x = RNG.normal(size=(ROWS, 2))
    found = leaks({"x1": x[:, 0], "x2": x[:, 1], "y": 1.5 + x @ [2, 5] + RNG.normal(scale=0.5, size=ROWS)}, "y")
    assert found == ()


def test_levels_of_a_few_rows_each_prove_nothing() -> None:
    kind = np.repeat([0, 1], ROWS // 2)
    assert leaks({"kind": np.where(kind, "u", "v"), "town": [f"t{i // 3}" for i in range(ROWS)]}, "kind") == ()


def test_few_rows_prove_nothing() -> None:
    assert leaks({"a": ["u", "v"] * 5, "b": ["x", "y"] * 5}, "a") == ()


def test_text_columns_are_not_looked_at() -> None:
    frame = pl.DataFrame({"a": ["u", "v"] * 50, "b": ["x", "y"] * 50})
    (target,) = read_targets(frame, {"a": "category"})
    assert find_leaks(frame.drop("a"), {"b": "text"}, target) == ()
