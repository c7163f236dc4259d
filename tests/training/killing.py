"""Not a test but what `test_resuming` runs: trains in forked processes, kills them at random moments, and compares.

The parent only imports torch and never computes with it, so that forking is safe and a trial costs no import.
"""

from __future__ import annotations

import importlib.util
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import torch

from pellucid.training import checkpoint
from pellucid.training.loop import train
from pellucid.training.settings import TrainingSettings

KILLS = 4  # in one trial; then it is left to finish


def helpers() -> ModuleType:
    specification = importlib.util.spec_from_file_location("problems", Path(__file__).with_name("conftest.py"))
    if specification is None or specification.loader is None:
        raise ImportError("conftest")
    module = importlib.util.module_from_spec(specification)
    sys.modules["problems"] = module
    specification.loader.exec_module(module)
    return module


PROBLEMS = helpers().Problems()


def table(folder: Path) -> None:
    """Dropout, one-cycle, early stopping, watched scores."""
    settings = TrainingSettings(
        epochs=24, optimizer="adamw", learning_rate=0.02, schedule="one-cycle", warm_up=0.1, weight_decay=0.01,
        clip_norm=1.0, patience=20, accumulate=2, device="cpu", threads=1, checkpoint_seconds=0.0,
    )  # fmt: skip
    run(folder, PROBLEMS.dense(3, 32, 32, 1, dropout=0.3), "squared", PROBLEMS.numbers(300, 16), settings)


def pictures(folder: Path) -> None:
    """Batch norm, dropout, momentum, channels-last kernels."""
    settings = TrainingSettings(
        epochs=8, optimizer="nesterov", learning_rate=0.05, schedule="cosine", select="accuracy", device="cpu",
        threads=1, checkpoint_seconds=0.0,
    )  # fmt: skip
    run(folder, PROBLEMS.pictures(dropout=0.3), "classes", PROBLEMS.shapes(240, 16), settings)


TRAININGS: dict[str, Callable[[Path], None]] = {"table": table, "pictures": pictures}


def run(folder: Path, network: torch.nn.Module, loss: str, source: object, settings: TrainingSettings) -> None:
    torch.set_num_threads(1)
    validation = PROBLEMS.Memory(source.inputs, source.targets, 50)
    trained = train(
        network, PROBLEMS.Loss(loss), source, validation, settings, seed=0, folder=folder,
        monitor=accuracy,
    )  # fmt: skip
    history = [replace(record, seconds=0.0) for record in trained.history]
    weights = {name: tensor.double().flatten().tolist() for name, tensor in network.state_dict().items()}
    (folder / "result").write_text(repr((history, trained.best_epoch, trained.stopped, weights)))


def accuracy(logits: torch.Tensor, targets: torch.Tensor, offset: torch.Tensor | None) -> dict[str, float]:
    return {"accuracy": float((logits.argmax(-1) == targets.flatten()).float().mean())}


def attempt(training: Callable[[Path], None], folder: Path, seconds: float | None) -> bool:
    """Train in a fork; kill it after so many seconds. Return whether it came to its end."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            training(folder)
            code = 0
        finally:
            os._exit(code)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise RuntimeError(f"the training failed with code {os.WEXITSTATUS(status)}")
    return os.WIFEXITED(status)


def trial(name: str, folder: Path, seed: int, always_saving: bool) -> dict[str, object]:
    """Compare an undisturbed training with one that is killed again and again."""
    if always_saving:
        checkpoint.COST_FACTOR = 0
    chance = random.Random(seed)
    whole, broken = folder / "whole", folder / "broken"
    whole.mkdir(parents=True)
    broken.mkdir()
    began = time.monotonic()
    attempt(TRAININGS[name], whole, None)
    took = time.monotonic() - began
    kills = 0
    while kills < KILLS and not attempt(TRAININGS[name], broken, chance.uniform(0.1, 0.5) * took):
        kills += 1
    attempt(TRAININGS[name], broken, None)
    return {
        "kills": kills,
        "equal": (whole / "result").read_text() == (broken / "result").read_text(),
        "left_over": sorted(path.name for path in broken.iterdir()),
    }


if __name__ == "__main__":
    arguments = json.loads(sys.argv[1])
    print(json.dumps([trial(*[one[0], Path(one[1]), *one[2:]]) for one in arguments]))
