"""Ctrl-C: training stops after the batch, the best weights are judged and reported, and resuming goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pellucid

PELLUCID = Path(sys.executable).with_name("pellucid")

CommandLine = Callable[..., Any]


@pytest.mark.slow
def test_interrupted_by_a_signal_and_resumed(command_line: CommandLine) -> None:
    """A real process gets a real SIGINT in the middle of an epoch; afterwards the run is whole, and goes on."""
    options = ["--network", "dense(64)", "--epochs", "100000", "--patience", "0", "--no-baselines", "--bootstrap", "0"]
    command = [PELLUCID, "fit", "digits", "--name", "run", *options]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        first = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.stdout.read(), process.stderr.read()
    assert first.startswith("epoch 1/100000  loss")
    assert process.returncode == 0, err
    assert "interrupted; best epoch" in err
    assert "On 359 pictures that it never saw, the network is right" in out
    folder = Path("runs/run")
    assert "interrupted" in command_line("runs").out
    epochs = len((folder / "history.jsonl").read_text().splitlines())
    assert "interrupted" in (folder / "report.html").read_text()

    record = json.loads((folder / "run.json").read_text())
    assert record["trained"]["stopped"] == "interrupted"
    assert 0 < record["trained"]["best_epoch"] <= record["trained"]["epochs"] == epochs
    before = time.monotonic()
    with subprocess.Popen([PELLUCID, "resume", "run"], stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        process.communicate()
    assert process.returncode == 0
    assert time.monotonic() - before < 60
    assert len((folder / "history.jsonl").read_text().splitlines()) > epochs


def test_interrupted_in_the_middle_equals_undisturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped after the first batch of the third epoch and resumed: weights and history are those of a straight run."""
    from pellucid.training.progress import Progress

    quick: dict[str, Any] = {"epochs": 6, "report": False, "baselines": False, "bootstrap": 0, "network": "dense(16)"}
    straight = pellucid.fit("iris", name="straight", quiet=True, **quick)

    def press(self: Progress, event: Any) -> None:
        del self
        if (getattr(event, "epoch", 0), getattr(event, "step", 0)) == (3, 1) and not pressed:
            pressed.append(event)
            signal.raise_signal(signal.SIGINT)

    pressed: list[Any] = []
    monkeypatch.setattr(Progress, "on", press)
    stopped = pellucid.fit("iris", name="stopped", **quick)
    assert stopped.record.trained is not None
    assert stopped.record.trained.stopped == "interrupted"
    assert stopped.scores.targets[0].network.scores  # judged with the best weights so far
    resumed = pellucid.resume(stopped.folder, quiet=True)
    files = ["network.safetensors", "predictions.parquet"]
    for name in files:
        assert (resumed.folder / name).read_bytes() == (straight.folder / name).read_bytes()
    assert [epoch.train_loss for epoch in resumed.history] == [epoch.train_loss for epoch in straight.history]
    assert resumed.record.trained is not None
    assert resumed.record.trained.stopped == "finished"


def test_interrupted_before_training(command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the data are read there is nothing to keep; the answer is one line and what shells expect of Ctrl-C."""
    from pellucid.workbench import preparing

    def read(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    quick = ("--epochs", 1, "--no-report", "--no-baselines", "--bootstrap", 0, "--quiet")
    with monkeypatch.context() as patch:
        patch.setattr(preparing, "read", read)
        said = command_line("fit", "iris", *quick)
    assert said.code == 130
    assert said.err == (
        "pellucid: stopped; what was saved before is intact, `pellucid resume RUN` goes on from there\n"
    )
    assert command_line("resume", "last", "--quiet").code == 0
    assert "finished" in command_line("runs").out
