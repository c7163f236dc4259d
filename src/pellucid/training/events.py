"""What training tells its observers. An observer is anything with `on(event)`; it must not change what it is shown.

Imports torch for annotations only: observers are imported without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pellucid.foundation.records import Decision
from pellucid.training.records import EpochRecord, Trained

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class TrainingStarted:
    """Everything is ready; the first step follows."""

    epochs: int
    """Epochs at most."""
    steps: int
    """Steps in one epoch."""
    epoch: int
    """The epoch that comes first, from 1; above 1 when continued."""
    step: int
    """Steps of that epoch already done; above 0 when continued in its middle."""
    network: nn.Module
    """The network, for observers that look into it."""
    history: tuple[EpochRecord, ...]
    """The epochs done before, when continued."""
    decisions: tuple[Decision, ...]
    """What was decided on the user's behalf."""


@dataclass(frozen=True, slots=True)
class StepDone:
    """One step was taken."""

    epoch: int
    """From 1."""
    step: int
    """Within the epoch, from 1."""
    loss: Tensor
    """The batch's mean loss before the step: a scalar on the device. Reading it waits for the device: do so rarely."""
    rate: float
    """The learning rate of this step."""
    examples: int
    """Examples in the step."""


@dataclass(frozen=True, slots=True)
class EpochDone:
    """One epoch was completed, validation included."""

    record: EpochRecord
    best: bool
    """Whether its weights are the best so far."""


@dataclass(frozen=True, slots=True)
class CheckpointSaved:
    """The state of the training is on the disk."""

    path: Path
    seconds: float
    """How long the writing took."""


@dataclass(frozen=True, slots=True)
class TrainingEnded:
    """Training is over; the network holds the weights to keep."""

    trained: Trained


Event = TrainingStarted | StepDone | EpochDone | CheckpointSaved | TrainingEnded


class Observer(Protocol):
    """Whoever wants to know what happens: progress, history, diagnosis, a live stream."""

    def on(self, event: Event) -> None:
        """Take in one event, quickly: it is called at every step."""
        ...
