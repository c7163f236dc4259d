"""The history of a training: one record for each epoch. No torch here."""

from __future__ import annotations

from dataclasses import dataclass, field

from pellucid.training.events import EpochDone, Event, TrainingStarted
from pellucid.training.records import EpochRecord


@dataclass(slots=True)
class History:
    """An observer that keeps the records of all epochs, those before a resume included."""

    records: list[EpochRecord] = field(default_factory=list)

    def on(self, event: Event) -> None:
        """Take in one event."""
        if isinstance(event, EpochDone):
            self.records.append(event.record)
        elif isinstance(event, TrainingStarted):
            self.records[:] = event.history
