"""The record of a schedule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pellucid.concepts.concept import Concept
from pellucid.drawing.records import Picture


@dataclass(frozen=True, kw_only=True)
class Schedule(Concept):
    """One schedule."""

    family: ClassVar[str] = "schedules"

    def picture(self) -> Picture:
        """Return the learning rate over the steps."""
        raise NotImplementedError
