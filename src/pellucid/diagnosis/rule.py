"""A rule: what it measures and when, the threshold and its origin, explanation and remedy. Plain data, no torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from pellucid.diagnosis.finding import Phase, Severity

if TYPE_CHECKING:
    from pellucid.diagnosis.evidence import Evidence


class Stage(IntEnum):
    """How early in the chain of causes a fault lies: of two that nothing relates, the earlier is named first."""

    CRASH = 0
    WIRING = 1
    HEAD = 2
    INPUT = 3
    LABELS = 4
    INITIAL = 5
    LOOP = 6
    RATE = 7
    SIGNAL = 8
    EVALUATION = 9
    RESULT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """That a rule's fault is there: what was measured."""

    measured: str
    """The sentence with the value, e.g. "the mean of the inputs is 127.4, their standard deviation 61.0"."""
    confidence: float = 0.9
    """From 0 to 1: how sure that this is the cause."""
    layer: str = ""
    step: int | None = None
    remedy: str = ""
    """The remedy with this program's names and numbers; "" for the rule's own."""
    flag: str = ""
    """The remedy as an option of `pellucid fit`, where there is one."""
    severity: Severity | None = None
    """None for the rule's own."""
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One root cause and how it is recognised."""

    cause: str
    """The name of the root cause, one of the vocabulary; several rules may recognise the same."""
    title: str
    """The fault in a few words, as the headline of a finding."""
    stage: Stage
    phases: tuple[Phase, ...]
    """When it is looked for. What is found "during" is looked for again at the end, and dropped where it has passed."""
    measure: Callable[[Evidence], Verdict | None]
    """Returns what was found, or None where all is well or nothing can be said. Cheap: probes are asked for last."""
    measures: str
    """What is measured, in words."""
    threshold: str
    origin: str
    """Where the threshold comes from: a closed form, a paper, or the cases that it was tuned on."""
    reason: str
    """Why it spoils the training, in plain language."""
    remedy: str
    """Code or a flag."""
    severity: Severity = "error"
    see: tuple[str, ...] = ()
    """Concepts and experiments that explain it."""
    explains: tuple[str, ...] = ()
    """Causes that are consequences where this one holds too."""
    cost: str = "free"
    """What measuring costs beyond the evidence that is gathered anyway."""
    cases: tuple[str, ...] = ()
    """Programs of benchmarks/diagnosis that exercise it."""
