"""Judging columns: roles, and what is said about each."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from pellucid.data.inspection.columns import judge_columns
from pellucid.data.inspection.targets import read_targets
from pellucid.data.settings import DataSettings
from pellucid.foundation.records import Column, Decision

RNG = np.random.default_rng(0)
ROWS = 120
FRAME = pl.DataFrame(
    {
        "rownames": np.arange(1, ROWS + 1),
        "ticket": [f"T{i}" for i in range(ROWS)],
        "note": [f"a note about {i}" for i in range(ROWS)],
        "same": ["x"] * ROWS,
        "rooms": RNG.integers(1, 6, ROWS),
        "shop_id": RNG.integers(0, 7, ROWS),
        "size": RNG.normal(size=ROWS),
        "town": RNG.choice(["u", "v"], ROWS),
        "visits": np.sort(RNG.poisson(3, ROWS)),
    }
)


def judged(
    frame: pl.DataFrame = FRAME, target: str = "visits", **settings: Any
) -> tuple[dict[str, Column], dict[str, Decision]]:
    names = [name for name in frame.columns if name != target]
    targets = read_targets(frame, {target: "number"})
    columns, said = judge_columns(frame, names, targets, DataSettings(**settings))
    return {column.name: column for column in columns}, {decision.topic: decision for decision in said}


def test_roles_and_kinds() -> None:
    columns, _ = judged()
    assert {name: (column.kind, column.role) for name, column in columns.items()} == {
        "rownames": ("identifier", "unused"),
        "ticket": ("identifier", "unused"),
        "note": ("text", "unused"),
        "same": ("constant", "unused"),
        "rooms": ("number", "feature"),
        "shop_id": ("category", "feature"),
        "size": ("number", "feature"),
        "town": ("category", "feature"),
        "visits": ("number", "target"),
    }


def test_everything_set_aside_is_said() -> None:
    _, said = judged()
    assert said["column rownames"].warning
    assert "visits follows it (rank correlation 0.9" in said["column rownames"].reason
    assert said["column rownames"].overrule == "--keep rownames"
    assert not said["column ticket"].warning
    assert said["column note"].choice.startswith("set aside: names or phrases")
    assert said["constant columns"].choice == "set aside: same"
    assert said["few whole numbers"].choice == "numbers, not categories: rooms"
    assert said["codes"].choice == "categories, not numbers: shop_id"


def test_the_user_overrules() -> None:
    columns, said = judged(keep=("rownames", "ticket", "note"), column={"rooms": "category", "town": "identifier"})
    assert (columns["rownames"].kind, columns["rownames"].role) == ("number", "feature")
    assert (columns["ticket"].kind, columns["ticket"].role) == ("category", "feature")
    assert columns["note"].role == "feature"
    assert columns["rooms"].kind == "category"
    assert columns["town"].role == "unused"
    assert "column ticket" not in said
    assert "kept, but it follows the order of the rows" in said["column rownames"].choice


def test_roles_that_the_user_gives() -> None:
    columns, _ = judged(group="ticket", time="rownames", exposure="size")
    assert columns["ticket"].role == "group"
    assert columns["rownames"].role == "time"
    assert columns["size"].role == "exposure"


def test_leaks_are_set_aside_unless_kept() -> None:
    frame = FRAME.with_columns(double=pl.col("visits") * 2)
    columns, said = judged(frame)
    assert columns["double"].role == "unused"
    assert said["column double"].warning
    assert said["column double"].overrule == "--keep double"
    columns, said = judged(frame, keep=("double",))
    assert columns["double"].role == "feature"
    assert "column double" not in said


def test_an_exact_law_learnt_from_its_only_column_is_kept() -> None:
    x = RNG.normal(size=ROWS)
    columns, said = judged(pl.DataFrame({"x": x, "y": 2 * x}), target="y")
    assert columns["x"].role == "feature"
    assert said["column x"].choice.startswith("kept, but suspiciously good")
