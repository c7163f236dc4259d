from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pellucid.foundation.errors import DataError
from pellucid.surfaces.command_line import application

CommandLine = Callable[..., Any]


def test_mistake_is_one_sentence_and_code_2(command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise DataError("read expected rows, got none: give some")

    monkeypatch.setattr("pellucid.workbench.fit.fit", fail)
    said = command_line("fit", "data.csv")
    assert (said.code, said.out, said.err) == (2, "", "pellucid: read expected rows, got none: give some\n")


def test_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    from pellucid.surfaces.command_line import main

    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("a bug of ours")

    monkeypatch.setattr("pellucid.workbench.fit.fit", fail)
    monkeypatch.setattr(sys, "argv", ["pellucid", "fit", "data.csv"])
    with pytest.raises(ZeroDivisionError, match="a bug of ours"):
        main()


def test_control_c(command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pellucid.workbench.fit.fit", fail)
    said = command_line("fit", "data.csv")
    assert said.code == 130  # 128 + SIGINT, as shells have it
    assert said.err == "pellucid: stopped; what was saved before is intact, `pellucid resume RUN` goes on from there\n"


def test_success_is_code_0(command_line: CommandLine, tmp_path: Path) -> None:
    said = command_line("runs", "--out", tmp_path)
    assert (said.code, said.err) == (0, "")


def test_reader_that_goes_away_is_no_bug() -> None:
    """As in `pellucid fit --help | head -1`: the pipe is closed before everything is written."""
    program = Path(sys.executable).with_name("pellucid")
    with subprocess.Popen([program, "fit", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_commands(command_line: CommandLine) -> None:
    named = [command.name or command.callback.__name__ for command in application.application.registered_commands]
    assert named == [
        "fit", "resume", "predict", "evaluate", "report", "runs", "compare",
        "check", "diagnose", "concept", "experiment",
    ]  # fmt: skip
    for name in named:
        said = command_line(name, "--help")
        assert (said.code, said.err) == (0, "")
        assert f"Usage: pellucid {name}" in said.out


def test_control_c_while_the_program_is_loaded(command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(**_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pellucid.surfaces.command_line.application.application", interrupted)
    said = command_line("fit", "data.csv")
    assert said.code == 130  # 128 + SIGINT, as shells have it
    assert said.err.startswith("pellucid: stopped; what was saved before is intact")


def test_a_file_that_may_not_be_read_is_named(command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied", "secret.csv")

    monkeypatch.setattr("pellucid.workbench.fit.fit", fail)
    said = command_line("fit", "secret.csv")
    assert said.code == 2
    assert said.err == (
        "pellucid: pellucid expected to be allowed to use secret.csv, got Permission denied: change its permissions\n"
    )
