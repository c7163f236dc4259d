"""The catalogue of tasks."""

from __future__ import annotations

from typing import Any

import pytest

from pellucid.foundation.errors import RunFolderError, UnknownNameError
from pellucid.tasks.catalogue import BY_KIND, TASKS, task_from_json, wish_called


def test_every_kind_is_listed_once() -> None:
    assert len({task.kind for task in TASKS}) == len(TASKS) == len(BY_KIND)


@pytest.mark.parametrize(
    ("name", "wish"),
    [
        ("binary", "binary"),
        ("Multi-Class", "multiclass"),
        ("negative binomial", "negative_binomial"),
        ("NB2", "negative_binomial"),
        ("classification", "classification"),
        ("counts", "count"),
        ("Regression", "regression"),
    ],
)
def test_names_and_aliases(name: str, wish: str) -> None:
    assert wish_called(name) == wish


def test_an_unknown_task_offers_the_nearest() -> None:
    with pytest.raises(
        UnknownNameError, match=r"fit expected a task among binary, .* got 'regresion': did you mean 'regre"
    ):
        wish_called("regresion")


@pytest.mark.parametrize("record", [{}, {"kind": "ranking"}, {"kind": 3}])
def test_an_unknown_kind_is_a_newer_version(record: dict[str, Any]) -> None:
    with pytest.raises(RunFolderError, match=r"expected a task among binary, .* read this run with the version"):
        task_from_json(record)


@pytest.mark.parametrize(
    "record",
    [
        {"kind": "binary", "targets": ["y"]},
        {"kind": "binary", "targets": ["y"], "classes": ["a", 3]},
        {"kind": "several", "targets": ["y"]},
        {"kind": "several", "targets": ["y"], "tasks": 3},
        {"kind": "several", "targets": ["y"], "tasks": [3]},
    ],
)
def test_damaged_fields_are_named(record: dict[str, Any]) -> None:
    with pytest.raises(
        RunFolderError, match=f"expected the fields of a {record['kind']} task, got .*: restore run.json"
    ):
        task_from_json(record)
