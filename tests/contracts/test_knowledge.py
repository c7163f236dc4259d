"""What Pellucid must know is there: `docs/knowledge.toml` names a record for every id, and each number has its test."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

from pellucid.concepts.catalogue import CONCEPTS
from pellucid.laboratory.catalogue import EXPERIMENTS
from pellucid.networks.catalogue import NETWORKS

ROOT = Path(__file__).parents[2]
TABLE = tomllib.loads((ROOT / "docs" / "knowledge.toml").read_text())
RECORDS = (
    {f"{one.family}.{one.name}" for one in CONCEPTS}
    | {f"laboratory.{one.name}" for one in EXPERIMENTS}
    | {f"networks.{one.name}" for one in NETWORKS}
)

SECTIONS = {"C": 18, "D": 12, "E": 8, "F": 7, "G": 12, "H": 8}
WANTED = {f"{letter}{number}" for letter, most in SECTIONS.items() for number in range(1, most + 1)} | {
    "B8",
    "B9",
    "J5",
}
WITH_NUMBERS = {"C9", "C10", "C11", "C13", "C14", "C15", "C16", "D1", "F2", "F3", "F4", "G10"}
"""The ids whose text gives numbers that must come out."""


def ids_in_markers() -> set[str]:
    """The ids that `@pytest.mark.knowledge(...)` names, anywhere in the tests."""
    return {
        str(argument.value)
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "knowledge"
        for argument in node.args
        if isinstance(argument, ast.Constant)
    }


def test_every_id_has_a_record() -> None:
    assert sorted(WANTED - set(TABLE)) == []
    assert [entry for entry, told in TABLE.items() if not told["records"]] == []


def test_every_record_in_the_table_exists() -> None:
    assert sorted({name for told in TABLE.values() for name in told["records"]} - RECORDS) == []


def test_every_number_is_tested_under_its_id() -> None:
    assert sorted(WITH_NUMBERS - ids_in_markers()) == []


def test_markers_name_ids_that_exist() -> None:
    assert sorted(ids_in_markers() - set(TABLE)) == []
