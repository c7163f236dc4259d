from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError

import pytest
import torch

from pellucid.workbench import machine as module
from pellucid.workbench.machine import PACKAGES, machine, versions


def test_versions() -> None:
    found = versions()
    assert set(found) == {"python", *PACKAGES}
    assert found["python"] == platform.python_version()
    assert found["torch"].split("+")[0] == torch.__version__.split("+")[0]


def test_package_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(module, "version", version)
    assert versions()["polars"] == "not installed"


def test_machine_is_said_in_texts() -> None:
    found = machine("cuda:1", 4)
    assert (found["device"], found["threads"]) == ("cuda:1", "4")
    assert int(found["cores"]) >= 1
