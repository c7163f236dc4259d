"""The learning-rate probe: copies trained from the start at other rates tell too high from too low. Needs torch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from pellucid.diagnosis.evidence import Evidence

FACTORS: Final = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0)
HIGHER: Final = (1e3, 1e4)  # where the highest so far is the best
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


def rate_trials(evidence: Evidence) -> tuple[RateTrial, ...]:
    """Return a trial for every factor of the learning rate; empty where none can be made.

    Made once, or twice: again when the training has gone on for as many steps as a trial may have.
    """
    steps = STEPS if evidence.steps_taken >= STEPS else FEWEST
    made: tuple[RateTrial, ...] = evidence.probes.once(("rates", steps), lambda: _made(evidence, steps))
    return made


def _made(evidence: Evidence, steps: int) -> tuple[RateTrial, ...]:
    optimizer = evidence.program.optimizer
    if optimizer is None or "lr" not in optimizer.groups[0]:
        return ()
    found: list[RateTrial] = []
    for factor in (*FACTORS, *HIGHER):
        if factor in HIGHER and best_of(tuple(found)) is not found[-1]:
            break
        trial = evidence.probes.trial(steps=steps, rate_factor=factor)
        if trial is None:
            return tuple(found) if factor in HIGHER else ()
        loss = trial.after if math.isfinite(trial.after) else math.inf
        found.append(RateTrial(factor, optimizer.rate * factor, loss, len(trial.losses)))
    return tuple(found)


def best_of(trials: tuple[RateTrial, ...]) -> RateTrial:
    """Return the trial with the lowest loss."""
    return min(trials, key=lambda trial: trial.loss)


def said(trials: tuple[RateTrial, ...]) -> str:
    """Return the trials in words."""
    parts = [f"{trial.loss:.3g} at {trial.rate:.2g}" for trial in trials if math.isfinite(trial.loss)]
    return f"after {max(trial.steps for trial in trials)} steps on copies the loss is " + ", ".join(parts)
