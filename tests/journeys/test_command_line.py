"""The whole way on the command line: fit, report, predict, evaluate, list, compare."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sklearn import datasets

PELLUCID = Path(sys.executable).with_name("pellucid")

CommandLine = Callable[..., Any]
Refused = Callable[..., str]

LOADERS = {
    "iris": datasets.load_iris,
    "breast-cancer": datasets.load_breast_cancer,
    "diabetes": datasets.load_diabetes,
    "digits": datasets.load_digits,
}
TASKS = {"iris": "multiclass", "breast-cancer": "binary", "diabetes": "regression", "digits": "multiclass"}
ROWS = {"iris": 150, "breast-cancer": 569, "diabetes": 442, "digits": 1797}
FILES = {
    "checkpoints",
    "findings.json",
    "history.jsonl",
    "network.safetensors",
    "predictions.parquet",
    "report.html",
    "run.json",
    "scores.json",
    "split.safetensors",
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.mark.parametrize("name", LOADERS)
def test_named_sets_to_a_report(command_line: CommandLine, runs: Path, name: str) -> None:
    said = command_line("fit", name, "--epochs", 3, "--bootstrap", 100, "--out", runs, "--name", name)
    assert said.code == 0, said.err
    assert re.search(rf"^{name}  {ROWS[name]:,} (rows|pictures)$", said.out, re.MULTILINE)
    assert "· task: " in said.out
    assert "· split: " in said.out
    assert "· network: " in said.out
    assert "this network" in said.out
    assert "boosted trees" in said.out
    assert f"report   {runs / name / 'report.html'}" in said.out
    assert f"predict  pellucid predict {runs / name} NEW_DATA" in said.out
    assert "epoch 1/3  loss" in said.err
    assert "trained 3 epochs in" in said.err
    found = {path.name for path in (runs / name).iterdir()}
    assert found - {"mistakes.safetensors", "varied.safetensors"} == FILES
    record = json.loads((runs / name / "run.json").read_text())
    assert (record["status"], record["task"]["kind"]) == ("finished", TASKS[name])
    sentence = json.loads((runs / name / "scores.json").read_text())["targets"][0]["sentence"]
    assert one_line(sentence) in one_line(said.out)
    page = (runs / name / "report.html").read_text()
    assert one_line(sentence) in one_line(html.unescape(page))
    assert "http://" not in re.sub(r"<script.*?</script>|xmlns=\S+", "", page, flags=re.DOTALL)


def one_line(text: str) -> str:
    """Return a text with single blanks, wherever it was broken into lines; narrow blanks count as blanks."""
    return " ".join(text.split())


def test_predict_and_evaluate_on_a_file(command_line: CommandLine, runs: Path) -> None:
    frame = datasets.load_iris(as_frame=True).frame
    names = datasets.load_iris().target_names
    frame["species"] = [str(names[number]) for number in frame.pop("target")]
    frame.to_csv("flowers.csv", index=False)
    said = command_line("predict", runs / "iris", "flowers.csv")
    assert (said.code, said.out) == (0, "150 rows, 150 predicted: flowers-predictions.csv\n")
    answers = pl.read_csv("flowers-predictions.csv")
    assert answers.columns == [
        *frame.columns,
        "predicted_species",
        *(f"probability_species_{name}" for name in names),
        "problem",
    ]
    likeliest = answers.select(pl.concat_list(f"probability_species_{name}" for name in names).list.arg_max())
    assert [str(names[place]) for place in likeliest.to_series()] == answers["predicted_species"].to_list()
    right = (answers["predicted_species"] == answers["species"]).mean()

    said = command_line("evaluate", "iris", "flowers.csv", "--out", runs)
    assert said.code == 0, said.err
    assert f"On 150 rows of flowers.csv, the network is right {right:.1%} of the time".replace("%", " %") in said.out

    pl.read_csv("flowers.csv").write_parquet("flowers.parquet")
    assert command_line("predict", runs / "iris", "flowers.parquet").code == 0
    same = pl.read_parquet("flowers-predictions.parquet")
    assert same["predicted_species"].to_list() == answers["predicted_species"].to_list()


def test_list_and_compare(command_line: CommandLine, runs: Path) -> None:
    quick = ("--no-report", "--no-baselines", "--quiet", "--out", runs)
    assert command_line("fit", "iris", "--network", "linear", "--name", "plain", *quick).out == ""
    said = command_line("runs", "--out", runs)
    listed = [line.split()[0] for line in said.out.splitlines() if "finished" in line]
    assert listed == ["plain", "digits", "diabetes", "breast-cancer", "iris"]  # newest first
    said = command_line("compare", "iris", "plain", "--out", runs)
    assert said.code == 0, said.err
    assert re.search(r"network +dense network +linear network", said.out)
    assert re.search(r"accuracy +[\d.]+\s% +[\d.]+\s% +\S+\s% \(\S+\s% … \S+\s%\)", said.out)
    assert "In accuracy of species, " in said.out


def test_different_targets_cannot_be_compared(refused: Refused, runs: Path) -> None:
    sentence = refused("compare", "iris", "diabetes", "--out", runs)
    assert "two runs that predict the same, got species in iris and progression in diabetes" in sentence


def test_last_is_the_newest_run(command_line: CommandLine, runs: Path) -> None:
    assert command_line("report", "last", "--out", runs).out.strip() == str(runs / "plain" / "report.html")


def test_finished_run_needs_no_resuming(command_line: CommandLine, runs: Path) -> None:
    before = (runs / "iris" / "network.safetensors").stat().st_mtime_ns
    said = command_line("resume", "iris", "--out", runs)
    assert (said.code, said.err) == (0, "")
    assert "iris has finished already" in said.out
    assert (runs / "iris" / "network.safetensors").stat().st_mtime_ns == before


def test_official_test_file(command_line: CommandLine, rows: list[str]) -> None:
    Path("train.csv").write_text("\n".join(rows[:41]))
    Path("test.csv").write_text("\n".join([rows[0], *rows[41:]]))
    quick = ("--epochs", 1, "--no-report", "--no-baselines", "--bootstrap", 0, "--name", "run")
    said = command_line("fit", "train.csv", "-t", "kind", "--test", "test.csv", *quick)
    assert said.code == 0, said.err
    assert "test part: 20 rows of test.csv, because you named it" in said.out
    assert json.loads(Path("runs/run/run.json").read_text())["parts"]["test"] == 20
    assert "20 rows, 20 predicted" in command_line("predict", "run", "test.csv").out


def test_columns_can_be_corrected(command_line: CommandLine, rows: list[str]) -> None:
    header, *lines = rows
    numbered = [f"{100 + 3 * number},{line},same" for number, line in enumerate(lines)]
    Path("table.csv").write_text("\n".join([f"code,{header},origin", *numbered]))
    quick = ("--epochs", 1, "--no-report", "--no-baselines", "--bootstrap", 0, "--name", "run", "-t", "kind")
    options = ("--column", "colour=text", "--drop", "weight", "--keep", "code")
    said = command_line("fit", "table.csv", *quick, *options)
    assert said.code == 0, said.err
    columns = {column["name"]: column for column in json.loads(Path("runs/run/run.json").read_text())["columns"]}
    assert columns["colour"]["kind"] == "text"
    assert columns["origin"]["kind"] == "constant"
    roles = {name: column["role"] for name, column in columns.items()}
    assert roles["size"] == roles["day"] == "feature"
    assert (roles["colour"], roles["origin"]) == ("feature", "unused")  # what the user calls a text is learnt from
    assert roles.get("weight", "unused") == "unused"


@pytest.mark.parametrize("options", [("--validation", 0), ("--test", 0), ("--test", 0, "--validation", 0)])
def test_parts_can_be_left_out(command_line: CommandLine, table: Path, options: tuple[object, ...]) -> None:
    quick = ("--epochs", 2, "--no-report", "--no-baselines", "--bootstrap", 0, "--name", "run", "-t", "kind")
    said = command_line("fit", table, *quick, *options)
    assert said.code == 0, said.err
    parts = json.loads(Path("runs/run/run.json").read_text())["parts"]
    assert sum(parts.values()) == 60
    assert [part for part, rows in parts.items() if rows] == [
        part for part in ("train", "validation", "test") if f"--{part}" not in options
    ]
    judged = "test" if parts["test"] else "validation" if parts["validation"] else "train"
    assert f"judging on the {judged} part" in said.out


def test_baselines_are_said_only_when_there_are_some(command_line: CommandLine, table: Path) -> None:
    quick = ("--epochs", 1, "--no-report", "--bootstrap", 0, "-t", "kind")
    assert "judging on the test part, beside baselines" in command_line("fit", table, *quick).out
    said = command_line("fit", table, *quick, "--no-baselines").out
    assert "judging on the test part\n" in said


def test_plain_pipe_is_readable(table: Path) -> None:
    """One real process whose output goes to pipes: no control characters, no line drawn over another."""
    command = [PELLUCID, "fit", table, "--target", "kind", "--epochs", "2", "--no-report"]
    environment = {**os.environ, "COLUMNS": "80", "TERM": "xterm-256color"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    for text in (done.stdout, done.stderr):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text), text
    assert "epoch 2/2  loss" in done.stderr
    assert "On 12 rows that it never saw" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 140


def test_mistake_in_a_real_process(table: Path) -> None:
    command = [PELLUCID, "fit", table, "--target", "kin"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "did you mean 'kind'?" in done.stderr
    assert not list(Path("runs").glob("*"))
