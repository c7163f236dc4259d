"""What the journeys share: the command line run in this process, small tables, and a few fitted runs."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import pellucid
from pellucid.surfaces.command_line import main

FORM = re.compile(r"pellucid: [^\n]+ expected [^\n]+, got [^\n]+: [^\n]+\n")
QUICK = ("--epochs", "2", "--no-report", "--no-baselines", "--bootstrap", "0", "--quiet")


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every journey starts in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Small networks are fastest on one thread, and the results then depend on no machine's number of cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def command_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """Return a function that runs `pellucid` with some arguments, in this process."""

    def run(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["pellucid", *map(str, arguments)])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return run


@pytest.fixture
def refused(command_line: Callable[..., Said]) -> Callable[..., str]:
    """Return a function that runs a command, checks that it refuses as it should, and returns its sentence.

    As it should: exit code 2, nothing on standard output, one sentence on standard error that says what was expected,
    what came and what to do, and no run folder that was not there before.
    """

    def run(*arguments: object) -> str:
        before = sorted(Path("runs").glob("*"))
        said = command_line(*arguments)
        assert said.code == 2, said
        assert FORM.fullmatch(said.err), said.err
        assert said.out == ""
        assert sorted(Path("runs").glob("*")) == before
        return said.err

    return run


@pytest.fixture
def fit_refused(refused: Callable[..., str]) -> Callable[..., str]:
    """Return a function like `refused`, for `pellucid fit`."""
    return lambda source, *options: refused("fit", source, *QUICK, *options)


@pytest.fixture
def fit(command_line: Callable[..., Said]) -> Callable[..., str]:
    """Return a function that runs a quick `pellucid fit` and returns what it says; it must succeed."""

    def run(source: object, *options: object) -> str:
        said = command_line("fit", source, *QUICK[:-1], *options)
        assert said.code == 0, said.err
        return said.out

    return run


@pytest.fixture
def rows() -> list[str]:
    """Return the lines of the small table."""
    return rows_of_a_table()


def rows_of_a_table(rows: int = 60, seed: int = 0) -> list[str]:
    """Return the lines of a CSV file: two numbers, a category, a date, and a class that the numbers decide."""
    random = np.random.default_rng(seed)
    lines = ["size,weight,colour,day,kind"]
    for row, (size, weight) in enumerate(random.normal(size=(rows, 2))):
        colour, kind = ["red", "green", "blue"][row % 3], "yes" if size + weight > 0 else "no"
        lines.append(f"{size:.4f},{weight:.4f},{colour},2024-03-{row % 28 + 1:02d},{kind}")
    return lines


@pytest.fixture
def table(own_folder: Path) -> Path:
    """Return a small good table whose target is `kind`."""
    path = own_folder / "table.csv"
    path.write_text("\n".join(rows_of_a_table()) + "\n")
    return path


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run on the small table, trained for two epochs. Not to be changed: copy it first."""
    folder = tmp_path_factory.mktemp("trained")
    (folder / "table.csv").write_text("\n".join(rows_of_a_table()) + "\n")
    run = pellucid.fit(
        folder / "table.csv",
        target="kind",
        out=folder,
        name="run",
        epochs=2,
        report=False,
        baselines=False,
        bootstrap=0,
        quiet=True,
    )
    return run.folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data sets that are not part of the repository, or skip."""
    folder = os.environ.get("PELLUCID_SHARED_DATA")
    if not folder:
        pytest.skip("the environment variable PELLUCID_SHARED_DATA names no folder of real data sets")
    return Path(folder)


@pytest.fixture
def press_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int], list[Any]]:
    """Press Ctrl-C once, right after a step of an epoch; the list holds the event at which it was pressed."""
    from pellucid.training.progress import Progress

    def arm(epoch: int, step: int) -> list[Any]:
        pressed: list[Any] = []

        def press(self: Progress, event: Any) -> None:
            del self
            if (getattr(event, "epoch", 0), getattr(event, "step", 0)) == (epoch, step) and not pressed:
                pressed.append(event)
                signal.raise_signal(signal.SIGINT)

        monkeypatch.setattr(Progress, "on", press)
        return pressed

    return arm
