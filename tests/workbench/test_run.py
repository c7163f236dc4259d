from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import pellucid
from pellucid import Run
from pellucid.foundation.errors import NotTrainedError, RunFolderError
from pellucid.runs.folder import RunFolder


def test_loaded_run_is_the_one_that_was_fitted(flowers: Run) -> None:
    again = pellucid.load(str(flowers.folder))
    assert again.scores == flowers.scores
    assert again.history == flowers.history
    assert again.task == flowers.task
    assert again.predict("iris").equals(flowers.predict("iris"))


def test_repr_says_where_and_how_good(flowers: Run) -> None:
    first, second = repr(flowers).splitlines()
    assert first == f"Run({str(flowers.folder)!r}, finished)"
    assert second == flowers.scores.targets[0].sentence


def test_no_run_there(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="expected a run folder, got .* without run.json"):
        pellucid.load(tmp_path)


def test_saving_copies_everything_and_never_over_something(flowers: Run, tmp_path: Path) -> None:
    copy = flowers.save(tmp_path / "copy")
    names = sorted(path.relative_to(copy) for path in copy.rglob("*"))
    assert names == sorted(path.relative_to(flowers.folder) for path in flowers.folder.rglob("*"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy"]
    with pytest.raises(RunFolderError, match="save expected a new folder, got .*copy, which exists"):
        flowers.save(copy)


def test_report_is_written_again(flowers: Run, tmp_path: Path) -> None:
    run = pellucid.load(flowers.save(tmp_path / "copy"))
    assert run.report() == tmp_path / "copy" / "report.html"
    assert "iris" in run.report().read_text()


@pytest.mark.parametrize("property_name", ["network", "task"])
def test_run_that_was_stopped_before_training(flowers: Run, tmp_path: Path, property_name: str) -> None:
    folder = RunFolder(Path(shutil.copytree(flowers.folder, tmp_path / "copy")))
    folder.write_record(replace(flowers.record, status="started", task=None, network=None))
    run = pellucid.load(folder.path)
    with pytest.raises(NotTrainedError, match="expected a trained run, got flowers, whose training was stopped early"):
        getattr(run, property_name)
    assert repr(run).endswith("started)")
