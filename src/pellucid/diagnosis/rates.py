"""The learning-rate probe: copies trained from the start at other rates tell too high from too low. Needs torch."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pellucid.diagnosis.evidence import Evidence

LOWER: Final = (0.001, 0.01, 0.1, 1.0)
HIGHER: Final = (10.0, 100.0, 1e3, 1e4)  # each only where the one before was the best so far
STEPS: Final = 120
FEWEST: Final = 20


@dataclass(frozen=True, slots=True)
class RateTrial:
    """What a copy reached at another rate, from the weights before step 1."""

    factor: float
    rate: float
    loss: float
    """In eval mode, after the trial; infinite where it blew up."""
    steps: int


def lower_rates(evidence: Evidence) -> tuple[RateTrial, ...]:
    """Return trials at this rate and at lower ones, the lowest first; empty where they cannot all be made."""
    found = tuple(one for factor in LOWER if (one := _tried(evidence, factor)) is not None)
    return found if len(found) == len(LOWER) else ()


def higher_rates(evidence: Evidence, promising: Callable[[RateTrial], bool] = lambda _: True) -> tuple[RateTrial, ...]:
    """Return trials at higher rates, the lowest first, up to the first one that is no better than those before.

    Args:
        evidence: of the training.
        promising: says of the first of them whether others are worth their time.
    """
    found: list[RateTrial] = []
    for factor in HIGHER:
        one = _tried(evidence, factor)
        if one is None:
            break
        found.append(one)
        if best_of(tuple(found)) is not one or (len(found) == 1 and not promising(one)):
            break
    return tuple(found)


def _tried(evidence: Evidence, factor: float) -> RateTrial | None:
    """Return the trial, made once, or twice: again when the training has gone on for as many steps as it may have."""
    optimizer = evidence.program.optimizer
    if optimizer is None or "lr" not in optimizer.groups[0]:
        return None
    steps = STEPS if evidence.steps_taken >= STEPS else FEWEST
    trial = evidence.probes.once(
        ("rate", factor, steps), lambda: evidence.probes.trial(steps=steps, rate_factor=factor)
    )
    if trial is None:
        return None
    loss = trial.after if math.isfinite(trial.after) else math.inf
    return RateTrial(factor, optimizer.rate * factor, loss, len(trial.losses))


def best_of(trials: tuple[RateTrial, ...]) -> RateTrial:
    """Return the trial with the lowest loss."""
    return min(trials, key=lambda trial: trial.loss)


def said(trials: tuple[RateTrial, ...]) -> str:
    """Return the trials in words."""
    parts = [f"{trial.loss:.3g} at {trial.rate:.2g}" for trial in trials if math.isfinite(trial.loss)]
    return f"after {max(trial.steps for trial in trials)} steps on copies the loss is " + ", ".join(parts)
