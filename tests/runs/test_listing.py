from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from pellucid.evaluation.records import Difference, Score
from pellucid.foundation.errors import RunFolderError
from pellucid.runs.listing import find_run, format_difference, format_interval, format_score, list_runs


@pytest.fixture
def runs(out: Path, tmp_path: Path) -> Path:
    """Return a folder with three runs, `c` the newest, and things that are none."""
    for age, name in enumerate("cba"):
        shutil.copytree(out / "first", tmp_path / name)
        os.utime(tmp_path / name / "run.json", (10**9 - age, 10**9 - age))
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("no run")
    return tmp_path


def test_run_is_found_by_path_by_name_and_as_the_last(runs: Path) -> None:
    assert find_run(runs / "a", Path("elsewhere")) == runs / "a"
    assert find_run("b", runs) == runs / "b"
    assert find_run("last", runs) == runs / "c"


def test_run_called_last_is_found_before_the_last_one(runs: Path) -> None:
    shutil.copytree(runs / "a", runs / "last")
    os.utime(runs / "last" / "run.json", (1, 1))
    assert find_run("last", runs) == runs / "last"


@pytest.mark.parametrize(("name", "advice"), [("aa", "did you mean a"), ("zzz", "`pellucid runs` lists them")])
def test_no_such_run(runs: Path, name: str, advice: str) -> None:
    with pytest.raises(RunFolderError, match=f"the name of a run in .*, got '{name}': {advice}"):
        find_run(name, runs)


def test_no_runs_at_all(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="got 'last': `pellucid runs` lists them"):
        find_run("last", tmp_path / "nowhere")
    assert list_runs(tmp_path / "nowhere") == []


def test_runs_are_listed_newest_first_and_damaged_ones_too(runs: Path) -> None:
    (runs / "b" / "run.json").write_text("{")
    os.utime(runs / "b" / "run.json", (10**9 - 1, 10**9 - 1))
    (runs / "a" / "scores.json").unlink()
    lines = list_runs(runs)
    assert [(line.name, line.status) for line in lines] == [("c", "finished"), ("b", "damaged"), ("a", "damaged")]
    newest = lines[0]
    assert (newest.data, newest.task, newest.network) == ("iris", "multiclass", "dense")
    assert newest.score.startswith("accuracy ")
    assert float(newest.seconds) > 0


@pytest.mark.parametrize("stopped", ["interrupted", "diverged"])
def test_how_training_ended_is_said_where_it_matters(runs: Path, stopped: str) -> None:
    path = runs / "c" / "run.json"
    text = path.read_text()
    path.write_text(text.replace('"stopped": "finished"', f'"stopped": "{stopped}"'))
    assert list_runs(runs)[0].status == stopped
    path.write_text(text.replace('"status": "finished"', '"status": "trained"'))
    assert list_runs(runs)[0].status == "trained"


def score(value: float | None, low: float | None = None, high: float | None = None, *, percent: bool = False) -> Score:
    return Score(
        name="s", title="S", value=value, low=low, high=high, higher_is_better=True, percent=percent, meaning="A score."
    )


def test_scores_have_the_digits_that_their_interval_leaves_them() -> None:
    assert format_score(None) == format_score(score(None)) == "–"
    assert format_interval(None) == format_interval(score(0.5)) == "–"
    assert format_score(score(0.912345, 0.9, 0.92, percent=True)).replace("\u202f", " ") == "91.2 %"
    assert format_interval(score(0.912345, 0.9, 0.92, percent=True)).replace("\u202f", " ") == "90.0 % … 92.0 %"


@pytest.mark.parametrize("verdict", ["better", "worse", "noise"])
def test_difference_carries_its_mark(verdict: str) -> None:
    difference = Difference(score="s", value=0.1, low=0.05, high=0.15, verdict=verdict)  # type: ignore[arg-type]
    text = format_difference(score(0.9), difference)
    assert text.startswith("0.100 (0.050 … 0.150)")
    assert text.endswith(verdict) == (verdict != "noise")


def test_difference_without_an_interval() -> None:
    difference = Difference(score="s", value=0.1, low=None, high=None, verdict="noise")
    assert "(" not in format_difference(score(0.9), difference)
