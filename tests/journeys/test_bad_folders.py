"""Run folders that are damaged, of a newer version, not finished, or not there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Refused = Callable[..., str]
CommandLine = Callable[..., Any]

GARBAGE = b"\x00\xffgarbage"
RESULTS = ("network.safetensors", "scores.json", "history.jsonl", "predictions.parquet")


@pytest.fixture
def run(own_folder: Path, trained: Path) -> Path:
    """Return a run in `runs`, which may be changed."""
    return Path(shutil.copytree(trained, own_folder / "runs" / "run"))


def spoil(path: Path, how: str) -> None:
    """Cut off the end of a file, replace it by garbage, empty it or delete it."""
    content = path.read_bytes()
    if how == "absent":
        path.unlink()
    else:
        path.write_bytes({"cut": content[: len(content) * 3 // 4], "garbage": GARBAGE, "empty": b""}[how])


def content_of(path: Path) -> Any:
    """Return what must be the same after resuming: everything but how long it took."""
    if path.suffix != ".json":
        return path.read_bytes()
    return json.loads(path.read_text(), object_hook=lambda record: {**record, "seconds": None})


@pytest.mark.parametrize("how", ["cut", "garbage", "empty"])
@pytest.mark.parametrize("command", ["predict run table.csv", "evaluate run table.csv", "report run", "resume run"])
def test_damaged_record(refused: Refused, run: Path, table: Path, command: str, how: str) -> None:
    del table
    spoil(run / "run.json", how)
    assert "expected runs/run/run.json to hold a RunRecord, got damaged or foreign content" in refused(*command.split())


def test_record_of_the_wrong_form(refused: Refused, run: Path) -> None:
    (run / "run.json").write_text("[]")
    assert "Expected `object`, got `array`" in refused("report", "run")
    (run / "run.json").write_text("{}")
    assert "missing required field" in refused("report", "run")


@pytest.mark.parametrize("how", ["cut", "garbage", "empty", "absent"])
@pytest.mark.parametrize(
    ("file", "command", "sentence"),
    [
        ("network.safetensors", "predict run table.csv", "weights"),
        ("network.safetensors", "evaluate run table.csv", "weights"),
        ("scores.json", "report run", "scores.json"),
        ("scores.json", "compare run run", "scores.json"),
        ("predictions.parquet", "compare run run", "predictions.parquet"),
    ],
)
def test_damaged_result_is_refused_and_made_again_by_resume(
    command_line: CommandLine,
    refused: Refused,
    run: Path,
    trained: Path,
    file: str,
    command: str,
    sentence: str,
    how: str,
) -> None:
    shutil.copy(trained.parent / "table.csv", "table.csv")
    spoil(run / file, how)
    assert sentence in refused(*command.split())
    said = command_line("resume", "run", "--quiet")
    assert said.code == 0, said.err
    assert content_of(run / file) == content_of(trained / file)
    assert command_line(*command.split()).code == 0


@pytest.mark.parametrize("how", ["cut", "garbage"])
def test_damaged_history(command_line: CommandLine, refused: Refused, run: Path, trained: Path, how: str) -> None:
    spoil(run / "history.jsonl", how)
    assert "history.jsonl to hold a line for each epoch, got damaged content" in refused("report", "run")
    assert command_line("resume", "run", "--quiet").code == 0
    assert content_of(run / "history.jsonl") == content_of(trained / "history.jsonl")


@pytest.mark.parametrize("how", ["cut", "garbage", "empty"])
def test_damaged_checkpoint(refused: Refused, run: Path, how: str) -> None:
    spoil(run / "network.safetensors", "absent")  # so that resuming has something to do
    spoil(run / "checkpoints" / "checkpoint.safetensors", how)
    sentence = refused("resume", "run", "--quiet")
    assert "checkpoint.safetensors to be a checkpoint, got damaged or foreign content" in sentence
    assert "delete the file to train from the start" in sentence


def test_without_its_checkpoint_a_run_is_trained_again_to_the_same_weights(
    command_line: CommandLine, run: Path, trained: Path
) -> None:
    spoil(run / "network.safetensors", "absent")
    shutil.rmtree(run / "checkpoints")
    said = command_line("resume", "run", "--quiet")
    assert said.code == 0, said.err
    assert (run / "network.safetensors").read_bytes() == (trained / "network.safetensors").read_bytes()


@pytest.mark.parametrize(
    "command", ["predict run table.csv", "evaluate run table.csv", "report run", "resume run", "compare run run"]
)
def test_newer_version(refused: Refused, run: Path, table: Path, command: str) -> None:
    del table
    record = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps({**record, "format": 99, "something": "new"}))
    sentence = refused(*command.split())
    assert "format 1 or older, got format 99 in runs/run: install the newer Pellucid that wrote it" in sentence


def test_newer_checkpoint(refused: Refused, run: Path) -> None:
    from safetensors import safe_open
    from safetensors.torch import save_file

    path = run / "checkpoints" / "checkpoint.safetensors"
    with safe_open(path, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  (safe_open is no mapping)
        header = json.loads(file.metadata()["pellucid"])
    save_file(tensors, path, {"pellucid": json.dumps({**header, "version": 99})})
    spoil(run / "scores.json", "absent")
    assert "a checkpoint of version 1 or older, got 99" in refused("resume", "run", "--quiet")


@pytest.mark.parametrize("how", ["cut", "garbage", "empty"])
def test_list_of_runs_shows_a_damaged_one(command_line: CommandLine, run: Path, how: str) -> None:
    shutil.copytree(run, run.with_name("whole"))
    spoil(run / "run.json", how)
    said = command_line("runs")
    assert said.code == 0, said.err
    assert [line.split()[:2] for line in said.out.splitlines() if line.startswith((" run ", " whole "))][1:] == [
        ["whole", "finished"],
        ["run", "damaged"],
    ] or "damaged" in said.out


@pytest.mark.parametrize(
    "command", ["predict rnu iris", "evaluate rnu iris", "report rnu", "resume rnu", "compare run rnu"]
)
def test_no_such_run_offers_the_nearest(refused: Refused, run: Path, command: str) -> None:
    del run
    assert "a run folder or the name of a run in runs, got 'rnu': did you mean run?" in refused(*command.split())


def test_taken_name(refused: Refused, run: Path, table: Path) -> None:
    record = (run / "run.json").read_bytes()
    sentence = refused("fit", table, "--name", "run", "--quiet")
    assert "a name that is free in runs, got 'run': choose another --name" in sentence
    assert (run / "run.json").read_bytes() == record


def test_changed_data_are_no_way_to_go_on(refused: Refused, own_folder: Path, trained: Path) -> None:
    """Resuming compares the content of the data with what the run was started with."""
    run = Path(shutil.copytree(trained, own_folder / "runs" / "run"))
    record = json.loads((run / "run.json").read_text())
    other = own_folder / "other.csv"
    other.write_text((trained.parent / "table.csv").read_text().replace("0.", "0.1", 1))
    record["source"]["location"] = str(other)
    (run / "run.json").write_text(json.dumps(record))
    spoil(run / "scores.json", "absent")
    assert "the data that run was started with, got different content in" in refused("resume", "run", "--quiet")


@pytest.mark.parametrize("how", ["cut", "garbage", "empty", "absent"])
def test_damaged_findings_are_refused_and_made_again_by_resume(
    command_line: CommandLine, refused: Refused, run: Path, trained: Path, how: str
) -> None:
    shutil.copy(trained.parent / "table.csv", "table.csv")
    spoil(run / "findings.json", how)
    assert ("diagnose expected a run with findings" if how == "absent" else "findings.json") in refused(
        "diagnose", "run"
    )
    assert command_line("resume", "run").code == 0
    assert command_line("diagnose", "run").code == 0
