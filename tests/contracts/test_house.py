"""Habits of the house that a machine can hold: sizes, docstrings, tests beside the code, catalogues without doubles."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from pellucid.concepts.losses.catalogue import LOSSES
from pellucid.concepts.optimizers.catalogue import OPTIMIZERS
from pellucid.data.sources.catalogue import SOURCES
from pellucid.foundation.settings import HELP
from pellucid.networks.catalogue import DEFAULTS, NETWORKS
from pellucid.runs.settings import Settings, section_of_options
from pellucid.tasks.catalogue import TASKS

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "pellucid"
LONGEST_FILE, LONGEST_FUNCTION = 310, 40  # lines; a function's without its docstring
FILES = sorted(SOURCE.rglob("*.py"))
RULES = "concepts/optimizers/rules"
THROUGH_THEIR_CHILDREN = {  # abstract bases
    f"{RULES}/moments.py",
    f"{RULES}/optimizer.py",
    "concepts/layers/layer.py",
    "concepts/schedules/schedule.py",
}


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_files_and_functions_are_short() -> None:
    long = []
    for path in FILES:
        text = path.read_text()
        if text.count("\n") > LONGEST_FILE:
            long.append(str(path))
        for function in functions(ast.parse(text)):
            body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
            if (body[-1].end_lineno or 0) - body[0].lineno + 1 > LONGEST_FUNCTION:
                long.append(f"{path}:{function.name}")
    assert long == []


def test_public_functions_that_raise_say_so() -> None:
    silent = [
        f"{path.relative_to(SOURCE)}:{function.name}"
        for path in FILES
        for function in functions(ast.parse(path.read_text()))
        if not function.name.startswith("_")
        and (doc := ast.get_docstring(function))
        and any(isinstance(node, ast.Raise) and node.exc is not None for node in ast.walk(function))
        and "Raises" not in doc
    ]
    assert silent == []


def test_tests_mirror_the_source() -> None:
    """Every module that does something has a test file at the same place, or shows what it does in an example."""
    tests = {str(path.relative_to(ROOT / "tests")) for path in (ROOT / "tests").rglob("test_*.py")}
    lonely = [
        str(path.relative_to(SOURCE))
        for path in FILES
        if path.name != "__init__.py"
        and str(path.relative_to(SOURCE).with_name(f"test_{path.name}")) not in tests
        and ">>> " not in path.read_text()
        and any(does_something(function) for function in functions(ast.parse(path.read_text())))
    ]
    assert sorted(set(lonely) - THROUGH_THEIR_CHILDREN) == []


def does_something(function: ast.FunctionDef) -> bool:
    """Say whether a function has a body besides its docstring: those of protocols have none."""
    return not all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in function.body)


@pytest.mark.parametrize(
    "names",
    [
        [network.name for network in NETWORKS],
        [task.kind for task in TASKS],
        [loss.name for loss in LOSSES],
        [optimizer.name for optimizer in OPTIMIZERS],
        [source.name for source in SOURCES],
    ],
    ids=["networks", "tasks", "losses", "optimizers", "sources"],
)
def test_catalogues_name_each_record_once(names: list[str]) -> None:
    assert names
    assert len(set(names)) == len(names)


def test_every_kind_of_input_has_a_default_network() -> None:
    assert set(DEFAULTS.values()) <= {network.name for network in NETWORKS}


def test_options_are_unique_and_explained() -> None:
    default = Settings()
    declared = [field for section in fields(default) for field in fields(getattr(default, section.name))]
    assert len({field.name for field in declared}) == len(declared) == len(section_of_options())
    assert [field.name for field in declared if not field.metadata.get(HELP)] == []
