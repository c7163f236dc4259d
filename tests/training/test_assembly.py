"""Putting a training together."""

import sys
from typing import Any

import pytest
import torch

from pellucid.foundation.errors import UnknownNameError
from pellucid.training.assembly import assemble
from pellucid.training.settings import TrainingSettings
from pellucid.training.updates import TorchUpdater, VectorUpdater
from pellucid.training.whole import WholeStep


def assembled(problems: Any, **options: Any) -> Any:
    settings = TrainingSettings(device="cpu", **options).filled()
    return assemble(problems.dense(3, 4, 1), problems.Loss(), settings, rate=0.1, batches=7)


def test_optimizers_by_name_are_our_own(problems) -> None:
    assembly = assembled(problems, optimizer="adam", weight_decay=0.1, accumulate=2)
    assert isinstance(assembly.updater, VectorUpdater)
    assert [vector.decay for vector in assembly.vectors] == [0.1, 0.0]
    assert (assembly.updater.rate, assembly.accumulate) == (0.1, 2)
    assert assembly.scale is None


def test_lbfgs_takes_all_batches_in_one_step(problems) -> None:
    assembly = assembled(problems, optimizer="lbfgs")
    assert isinstance(assembly.step, WholeStep)
    assert assembly.updater is assembly.step
    assert (assembly.updater.rate, assembly.accumulate) == (1.0, 7)


def test_the_users_optimizer_gets_all_parameters_and_keeps_its_rate(problems) -> None:
    assembly = assembled(problems, optimizer=lambda parameters: torch.optim.SGD(parameters, lr=0.7), weight_decay=0.1)
    assert isinstance(assembly.updater, TorchUpdater)
    assert assembly.updater.rate == 0.7
    assert len(assembly.updater.optimizer.param_groups[0]["params"]) == 4
    assert len(assembly.vectors) == 1


def test_float16_gets_a_loss_scale(problems) -> None:
    assert assembled(problems, precision="fp16").scale is not None
    assert assembled(problems, precision="bf16").scale is None


def test_an_unknown_optimizer_gets_the_nearest(problems) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'adam'"):
        assembled(problems, optimizer="addam")


def test_the_first_step_does_not_import_dynamo() -> None:
    # torch.optim's first step imports torch._dynamo, which takes a second; ours must not.
    import subprocess

    code = """
import sys, torch
from pellucid.foundation.batches import Batch
from pellucid.training.loop import train
from pellucid.training.settings import TrainingSettings
class Source:
    steps = 1
    def __len__(self): return 4
    def batches(self, epoch, start=0): yield Batch((torch.ones(4, 2),), torch.ones(4, 1))
class Loss(torch.nn.Module):
    def forward(self, logits, targets, offset): return (logits - targets).square().mean()
for optimizer in ("sgd", "adam", "lbfgs"):
    train(torch.nn.Linear(2, 1), Loss(), Source(), Source(), TrainingSettings(epochs=2, optimizer=optimizer), seed=0)
print(sorted({"torch._dynamo", "sklearn", "scipy", "pandas"} & set(sys.modules)))
"""
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "[]"
