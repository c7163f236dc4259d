"""A finding: one root cause in words, with its evidence, its remedy and what follows from it. Plain data, no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "hint"]
"""error: this cannot train, or its numbers are wrong; warning: much worse than it could be; hint: worth knowing."""

Phase = Literal["before", "during", "after"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """Something else that was measured, which the root cause explains."""

    cause: str
    title: str
    measured: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A root cause that was found.

    Example:
        >>> finding = Finding(
        ...     cause="missing_step", title="The optimizer never steps", severity="error", confidence=0.99,
        ...     phase="during", measured="32 backward passes, 0 steps", threshold="no step in 32 backward passes",
        ...     origin="closed form", reason="Without a step no weight changes.", remedy="optimizer.step()",
        ... )
    """

    cause: str
    title: str
    severity: Severity
    confidence: float
    """From 0 to 1: how sure the rule is of the cause, not how bad it is."""
    phase: Phase
    measured: str
    """What was seen, with its value."""
    threshold: str
    """What it was compared with."""
    origin: str
    """Where the threshold comes from."""
    reason: str
    remedy: str
    """What to do in a program: words or code."""
    flag: str = ""
    """What to do in `pellucid fit`: an option; "" where there is none."""
    layer: str = ""
    step: int | None = None
    """The step of training at which it was first seen."""
    see: tuple[str, ...] = ()
    """Concepts and experiments that explain it, by the names that `pellucid concept` and `pellucid experiment` take."""
    proof: str = ""
    """What came of trying the remedy on a copy; "" where it was not tried."""
    consequences: tuple[Consequence, ...] = ()
