"""What a run folder keeps of a diagnosis. Plain data, no torch."""

from __future__ import annotations

from dataclasses import dataclass

from pellucid.diagnosis.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The findings of one training, and what looking for them cost."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    """What could not be examined, and why."""
    rules: int
    """How many rules were asked."""
    looks: int
    """How often the network was examined."""
    seconds: float
    """What all of it took."""

    @property
    def sentence(self) -> str:
        """Say in one line what came out."""
        if not self.findings:
            return f"{self.rules} rules found nothing wrong with this training"
        first = self.findings[0].title
        others = len(self.findings) - 1
        return first + (f", and {others} other finding{'s' if others > 1 else ''}" if others else "")
