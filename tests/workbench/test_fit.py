from __future__ import annotations

import inspect
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import pellucid
from pellucid import Run
from pellucid.foundation.errors import DataError, RunFolderError
from pellucid.runs.folder import RunFolder
from pellucid.workbench import fit as module
from pellucid.workbench.fit import fit, resume

QUICK: dict[str, Any] = {"epochs": 1, "report": False, "baselines": False, "bootstrap": 0, "quiet": True}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a table whose name is no good name for a folder."""
    path = tmp_path / 'my "best": table?.csv'
    path.write_text("\n".join(["size,kind", *(f"{row * 1.5},{'yes' if row % 3 else 'no'}" for row in range(40))]))
    return path


def test_folder_is_named_after_the_data_and_the_time(table: Path, tmp_path: Path) -> None:
    run = fit(table, target="kind", out=tmp_path / "runs", **QUICK)
    assert run.folder.parent == tmp_path / "runs"
    assert run.folder.name.startswith("my--best---table--20")
    assert run.record.name == run.folder.name
    assert run.record.source.location == str(table.resolve())


def test_runs_of_the_same_second_get_folders_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped(module.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return cls(2026, 1, 2, 3, 4, 5, tzinfo=tz)

    monkeypatch.setattr(module, "datetime", Stopped)
    names = [fit("iris", out=tmp_path, **QUICK).folder.name for _ in range(3)]
    assert names == ["iris-20260102-030405", "iris-20260102-030405-2", "iris-20260102-030405-3"]


def test_taken_name(tmp_path: Path) -> None:
    fit("iris", out=tmp_path, name="one", **QUICK)
    with pytest.raises(
        RunFolderError, match=f"a name that is free in .*, got 'one': .*`pellucid resume {tmp_path}/one`"
    ):
        fit("iris", out=tmp_path, name="one", **QUICK)


def test_nothing_is_left_of_a_fit_that_could_not_start(table: Path, tmp_path: Path) -> None:
    table.write_text("size,kind\n")
    with pytest.raises(DataError, match="got only a header"):
        fit(table, target="kind", out=tmp_path / "runs", **QUICK)
    assert list((tmp_path / "runs").iterdir()) == []


def test_what_was_trained_is_kept_when_a_later_stage_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pellucid.workbench import judging

    def judge(*_: Any, **__: Any) -> None:
        raise ValueError("a mistake of ours")

    with monkeypatch.context() as patch:
        patch.setattr(judging, "judge", judge)
        with pytest.raises(ValueError, match="a mistake of ours"):
            fit("iris", out=tmp_path, name="run", **QUICK)
    assert RunFolder(tmp_path / "run").read_record().status == "trained"
    assert resume(tmp_path / "run", quiet=True).record.status == "finished"


def test_resuming_a_finished_run_changes_nothing(flowers: Run, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.stat().st_mtime_ns for path in flowers.folder.iterdir()}
    again = resume(flowers.folder)
    assert "flowers has finished already" in capsys.readouterr().out
    assert again.scores == flowers.scores
    assert {path: path.stat().st_mtime_ns for path in flowers.folder.iterdir()} == before


def test_resuming_with_other_data(table: Path, tmp_path: Path) -> None:
    run = fit(table, target="kind", out=tmp_path, name="run", **QUICK)
    RunFolder(run.folder).write_record(replace(run.record, status="trained"))
    table.write_text(table.read_text().replace("1.5", "1.75", 1))
    with pytest.raises(DataError, match="expected the data that run was started with, got different content"):
        resume(run.folder)
    assert (run.folder / "network.safetensors").is_file()


def test_every_option_is_documented_once() -> None:
    """`fit` takes the options of the command line, and says so instead of listing them again."""
    assert list(inspect.signature(fit).parameters) == ["source", "target", "options"]
    assert "every option of `pellucid fit`" in (pellucid.fit.__doc__ or "")
