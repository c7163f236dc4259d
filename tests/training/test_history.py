"""The observer that keeps the records."""

import torch

from pellucid.training.events import EpochDone, StepDone, TrainingStarted
from pellucid.training.history import History
from pellucid.training.records import EpochRecord


def record(epoch: int) -> EpochRecord:
    return EpochRecord(epoch=epoch, train_loss=0.5, validation_loss=None, rate=0.1, seconds=1.0)


def test_it_starts_with_the_epochs_before_a_resume() -> None:
    history = History([record(9)])
    history.on(TrainingStarted(3, 5, 2, 0, torch.nn.Identity(), (record(1),), ()))
    history.on(StepDone(2, 1, torch.ones(()), 0.1, 4))
    history.on(EpochDone(record(2), True))
    assert history.records == [record(1), record(2)]
