"""The plain records of training: what one epoch was like, and what came out. No torch here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pellucid.foundation.records import Decision

Stopped = Literal["finished", "patience", "converged", "interrupted", "diverged"]
"""All epochs done · no better epoch for `patience` epochs · at the minimum · Ctrl-C · the loss became no number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochRecord:
    """One epoch."""

    epoch: int
    """From 1."""
    train_loss: float
    """Mean over the epoch's examples, each batch's taken before its step."""
    validation_loss: float | None
    """Of the network in prediction mode, after the epoch; None without a validation part."""
    scores: dict[str, float] = field(default_factory=dict)
    """What the task watches on the validation part, by name."""
    rate: float
    """The learning rate of the epoch's last step."""
    seconds: float
    """How long the epoch took, validation included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """What came out of a training; the network itself was changed in place and holds the best weights."""

    history: tuple[EpochRecord, ...]
    """One record for each epoch that was completed."""
    best_epoch: int
    """The epoch, from 1, whose weights the network now has; 0: those from before training."""
    epochs_done: int
    """Epochs completed."""
    stopped: Stopped
    """Why it ended."""
    seconds: float
    """All the time it took, before a resume included."""
    decisions: tuple[Decision, ...]
    """What was decided on the user's behalf."""
