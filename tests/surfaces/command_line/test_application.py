from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer

import pellucid
from pellucid import Run
from pellucid.runs.settings import Settings

CommandLine = Callable[..., Any]

QUICK: dict[str, Any] = {"epochs": 1, "report": False, "baselines": False, "bootstrap": 0, "quiet": True}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return pellucid.fit("iris", out=tmp_path_factory.mktemp("runs"), name="iris", **QUICK)


def test_version_and_help(command_line: CommandLine) -> None:
    assert command_line("--version").out == f"pellucid {version('pellucid')}\n"
    bare, asked = command_line(), command_line("-h")
    assert bare.code == asked.code == 0
    assert "Usage: pellucid [OPTIONS] COMMAND" in bare.out
    assert bare.out.strip() == asked.out.strip()


def test_fit_hands_over_what_was_given_and_nothing_else(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr("pellucid.workbench.fit.fit", lambda source, **options: given.update(options, source=source))
    options = ("--target", "a", "-t", "b", "--epochs", "3", "--no-report", "--column", "c=number", "-q", "-n", "x")
    assert command_line("fit", "data.csv", *options).code == 0
    assert given.pop("source") == "data.csv"
    assert Settings.of(**given).options() == {
        "target": ("a", "b"),
        "epochs": 3,
        "report": False,
        "column": {"c": "number"},
        "quiet": True,
        "name": "x",
    }


def test_every_command_finds_a_run_by_its_name(command_line: CommandLine, run: Run, tmp_path: Path) -> None:
    out = ("--out", run.folder.parent)
    answers = tmp_path / "answers.csv"
    assert command_line("predict", "iris", "iris", "--to", answers, *out).code == 0
    assert answers.is_file()
    assert "On 150 rows of iris" in command_line("evaluate", "last", "iris", *out).out
    assert command_line("report", "iris", *out).out.strip() == str(run.folder / "report.html")
    assert "iris" in command_line("runs", *out).out
    assert "difference" in command_line("compare", "iris", run.folder, *out).out
    assert "has finished already" in command_line("resume", "iris", *out).out
    assert command_line("resume", "iris", "--quiet", *out).out == ""


def test_report_is_opened_when_asked(command_line: CommandLine, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(typer, "launch", opened.append)
    command_line("report", run.folder)
    assert opened == []
    command_line("report", run.folder, "--open")
    assert opened == [str(run.folder / "report.html")]
