"""Checkpoints: what a folder may hold, when they are written, and what stops a continuation."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

from pellucid.foundation.errors import RunFolderError
from pellucid.training import checkpoint
from pellucid.training.checkpoint import FILE_NAME, KEY, read
from pellucid.training.events import CheckpointSaved, StepDone, TrainingStarted
from pellucid.training.loop import train
from pellucid.training.settings import TrainingSettings

SETTINGS = TrainingSettings(epochs=6, optimizer="adam", learning_rate=0.05, device="cpu", checkpoint_seconds=0.0)


class StopError(Exception):
    """Ends a training where a kill would."""


class Stopper:
    """Ends the training in the middle of step number `at`, counted over all epochs: that step is lost."""

    def __init__(self, at: int | None) -> None:
        self.at, self.count = at, 0

    def on(self, event: object) -> None:
        self.count += isinstance(event, StepDone)
        if self.count == self.at:
            raise StopError


def fit(
    problems: Any, folder: Path | None, *, stop_at: int | None = None, **changes: Any
) -> tuple[Any, nn.Module, Any]:
    """Train a network with dropout; end it abruptly at step `stop_at`."""
    network, recorder = problems.dense(3, 8, 1, dropout=0.2), problems.Recorder()
    validation, settings = problems.numbers(20, 20, None), replace(SETTINGS, **changes)
    trained = train(
        network, problems.Loss(), problems.numbers(), validation, settings, seed=0, folder=folder,
        observers=(recorder, Stopper(stop_at)),
    )  # fmt: skip
    return trained, network, recorder


def outcome(trained: Any, network: nn.Module) -> Any:
    weights = [tensor.tolist() for tensor in network.state_dict().values()]
    return [replace(record, seconds=0.0) for record in trained.history], trained.best_epoch, trained.stopped, weights


@pytest.fixture(autouse=True)
def _every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "COST_FACTOR", 0)


@pytest.mark.parametrize("stop_at", [1, 2, 4, 5, 7, 24])
@pytest.mark.parametrize("rate", [0.05, "find"])
def test_a_broken_training_continues_exactly(problems, tmp_path, stop_at, rate) -> None:
    whole = outcome(*fit(problems, tmp_path / "whole", learning_rate=rate)[:2])
    with pytest.raises(StopError, match=r"^$"):
        fit(problems, tmp_path / "broken", stop_at=stop_at, learning_rate=rate)
    trained, network, recorder = fit(problems, tmp_path / "broken", learning_rate=rate)
    assert outcome(trained, network) == whole
    (started,) = recorder.of(TrainingStarted)
    assert (started.epoch - 1) * 4 + started.step == stop_at - 1
    assert len(started.history) == started.epoch - 1


def test_statistics_of_norms_and_frozen_weights_continue(problems, tmp_path) -> None:
    def run(folder: Path, stop_at: int | None = None) -> Any:
        network = problems.pictures(dropout=0.2)
        network[4].bias.requires_grad_(False)
        trained = train(
            network, problems.Loss("classes"), problems.shapes(), problems.shapes(30, 30), SETTINGS, seed=0,
            folder=folder, observers=(Stopper(stop_at),),
        )  # fmt: skip
        return outcome(trained, network)

    with pytest.raises(StopError, match=r"^$"):
        run(tmp_path / "broken", stop_at=8)
    assert run(tmp_path / "broken") == run(tmp_path / "whole")


def test_checkpoints_do_not_change_the_result(problems, tmp_path) -> None:
    assert outcome(*fit(problems, None)[:2]) == outcome(*fit(problems, tmp_path)[:2])


def test_a_finished_training_is_not_repeated(problems, tmp_path) -> None:
    first, network, _ = fit(problems, tmp_path)
    again, same, recorder = fit(problems, tmp_path, stop_at=1)  # any step would raise
    assert outcome(again, same) == outcome(first, network)
    assert again.seconds >= first.seconds
    assert recorder.of(CheckpointSaved) == []


def test_an_interrupted_training_goes_on(problems, tmp_path) -> None:
    import signal

    class Interrupter:
        def __init__(self) -> None:
            self.count = 0

        def on(self, event: object) -> None:
            self.count += 1
            if self.count == 8:
                signal.raise_signal(signal.SIGINT)

    def run(*observers: Any) -> Any:
        network = problems.dense(3, 8, 1, dropout=0.2)
        validation = problems.numbers(20, 20, None)
        trained = train(
            network, problems.Loss(), problems.numbers(), validation, SETTINGS, seed=0, folder=tmp_path / "broken",
            observers=observers,
        )  # fmt: skip
        return outcome(trained, network)

    assert run(Interrupter())[2] == "interrupted"
    assert run() == outcome(*fit(problems, tmp_path / "whole")[:2])


@pytest.mark.parametrize(("optimizer", "precision"), [("lbfgs", "float64"), ("sgd(momentum=0.9)", "fp16")])
def test_quasi_newton_and_float16_states_continue(problems, tmp_path, optimizer, precision) -> None:
    changes = {"optimizer": optimizer, "precision": precision, "epochs": 8}
    whole = outcome(*fit(problems, tmp_path / "whole", **changes)[:2])
    with pytest.raises(StopError, match=r"^$"):
        fit(problems, tmp_path / "broken", stop_at=5 if optimizer == "lbfgs" else 14, **changes)
    assert outcome(*fit(problems, tmp_path / "broken", **changes)[:2]) == whole


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"epochs": 7}, "a checkpoint with epochs 7, got 6"),
        ({"optimizer": "sgd"}, "a checkpoint with optimizer sgd, got adam"),
        ({"clip_norm": 1.0}, "a checkpoint with clip_norm 1.0, got None"),
    ],
)
def test_other_settings_are_refused(problems, tmp_path, changes, sentence) -> None:
    fit(problems, tmp_path)
    with pytest.raises(RunFolderError, match=sentence):
        fit(problems, tmp_path, **changes)


def test_what_only_changes_the_speed_is_allowed(problems, tmp_path) -> None:
    fit(problems, tmp_path)
    fit(problems, tmp_path, threads=2, checkpoint_seconds=9.0)


def test_another_network_is_refused(problems, tmp_path) -> None:
    fit(problems, tmp_path)
    with pytest.raises(RunFolderError, match="a checkpoint with layers"):
        train(problems.dense(3, 9, 1), problems.Loss(), problems.numbers(), None, SETTINGS, seed=0, folder=tmp_path)


@pytest.mark.parametrize("content", [b"", b"nonsense", None])
def test_a_damaged_file_is_a_sentence(problems, tmp_path, content) -> None:
    fit(problems, tmp_path)
    path = tmp_path / FILE_NAME
    path.write_bytes(path.read_bytes()[:-100] if content is None else content)
    with pytest.raises(RunFolderError, match=r"damaged or foreign content .*: delete the file to train from the start"):
        fit(problems, tmp_path)


def test_a_foreign_file_is_a_sentence(tmp_path) -> None:
    save_file({"a": torch.ones(1)}, tmp_path / FILE_NAME)
    with pytest.raises(RunFolderError, match="damaged or foreign content"):
        read(tmp_path / FILE_NAME)


def test_a_missing_file_is_a_sentence(tmp_path) -> None:
    with pytest.raises(RunFolderError, match="to be a checkpoint, got"):
        read(tmp_path / FILE_NAME)


def test_a_newer_file_is_a_sentence(problems, tmp_path) -> None:
    fit(problems, tmp_path)
    path = tmp_path / FILE_NAME
    with safe_open(path, framework="pt") as file:
        header = json.loads(file.metadata()[KEY])
    save_file(load_file(path), path, {KEY: json.dumps({**header, "version": 99})})
    with pytest.raises(RunFolderError, match=r"version 1 or older, got 99 in .*: install a newer pellucid"):
        fit(problems, tmp_path)


def test_a_full_disk_keeps_the_old_file(problems, tmp_path, monkeypatch) -> None:
    fit(problems, tmp_path)
    before = (tmp_path / FILE_NAME).read_bytes()
    (tmp_path / FILE_NAME).rename(tmp_path / "kept")
    from safetensors import SafetensorError

    def full(*_: Any) -> None:
        raise SafetensorError("No space left on device")

    monkeypatch.setattr("safetensors.torch.save_file", full)
    with pytest.raises(RunFolderError, match=r"No space left on device: free some space"):
        fit(problems, tmp_path)
    assert (tmp_path / "kept").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept"]


def test_what_a_killed_save_left_is_swept(problems, tmp_path) -> None:
    left = tmp_path / f".{FILE_NAME}.123.partial"
    left.write_bytes(b"half")
    fit(problems, tmp_path)
    assert not left.exists()


def test_saving_is_rare_where_it_is_slow(problems, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(checkpoint, "COST_FACTOR", math.inf)
    monkeypatch.setattr("pellucid.training.loop.LOOK_SECONDS", 0.0)  # look at the clock at every step
    _, _, recorder = fit(problems, tmp_path)
    assert len(recorder.of(CheckpointSaved)) == 2  # the first one that was due, and the last state
    assert recorder.of(CheckpointSaved)[0].path == tmp_path / FILE_NAME
