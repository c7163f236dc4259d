"""The schedule takes the learning rate away before the network has learnt."""

from __future__ import annotations

import math
from typing import Any, Final

from torch import nn

from pellucid.diagnosis.consequences import RESULT
from pellucid.diagnosis.curves import much_lower, share_gone
from pellucid.diagnosis.evidence import Evidence, Look
from pellucid.diagnosis.judging import helps_on_validation, on_validation
from pellucid.diagnosis.probes.probes import Trial
from pellucid.diagnosis.rule import Rule, Stage, Verdict

KILLED: Final = 0.01  # of the highest rate
FOR: Final = 0.4  # of the steps
GONE: Final = 0.7  # of the way that a copy goes on with the highest rate
LOWER: Final = 0.75  # of the losses on both parts
STEPS: Final = 150


def measure(evidence: Evidence) -> Verdict | None:
    """Find a rate that is nearly 0 for much of the training, and let a copy go on at the highest rate."""
    first, last = evidence.first, evidence.last
    if first is None or last is None or not math.isfinite(last.loss):
        return None
    courses = _courses(evidence)
    course = max(courses, key=lambda one: max(rate for _, rate in one), default=[])
    highest = max((rate for _, rate in course), default=0.0)
    below = [rate < KILLED * highest for _, rate in course]
    if not any(below) or not all(below[below.index(True) :]):
        return None
    first_low = below.index(True)
    low, start = course[first_low][1], _start(course[first_low - 1], course[first_low], KILLED * highest)
    if evidence.steps_taken - start < FOR * evidence.steps_taken:
        return None
    trial = evidence.probes.once("highest rate", lambda: _at_highest(evidence, highest))
    if trial is None or not math.isfinite(trial.after):
        return None
    better = (
        much_lower(trial.after, last.loss, first.loss)
        or share_gone(evidence, trial.after) < GONE
        or _ahead(evidence, trial, last)
    )
    if not better or not helps_on_validation(evidence, trial.network):
        return None
    return Verdict(
        measured=f"the learning rate fell from {highest:.2g} to {low:.1e} by step {start} of "
        f"{evidence.steps_taken}; the loss stays at {last.loss:.3g}",
        confidence=0.9,
        step=start,
        proof=f"a copy that went on at {highest:.2g} brought the loss to {trial.after:.3g} in {len(trial.losses)} "
        "steps",
    )


def _ahead(evidence: Evidence, trial: Trial, last: Look) -> bool:
    """Return whether a copy's loss is below 0.75 times the loss on training and on validation rows."""
    found = on_validation(evidence, trial.network)
    if found is None or last.validation_loss is None or not trial.after < LOWER * last.loss:
        return False
    return found[0] < LOWER * last.validation_loss


def _start(before: tuple[int, float], after: tuple[int, float], limit: float) -> int:
    """Return the step at which a rate that decays exponentially between two known ones falls below a limit."""
    (begin, high), (end, low) = before, after
    if not low > 0:
        return end  # not exponentially
    return begin + round((end - begin) * math.log(high / limit) / math.log(high / low))


def _courses(evidence: Evidence) -> list[list[tuple[int, float]]]:
    """Return of every parameter group the steps at which its rate is known, and the rate; the last is that at the end.

    The watched steps of a short training may all lie at its beginning.
    """
    optimizer, now = evidence.program.optimizer, getattr(evidence.probes.optimizer, "param_groups", None)
    if optimizer is None or now is None or len(now) != len(optimizer.groups) or "lr" not in optimizer.groups[0]:
        return []
    found = []
    for place, (before, after) in enumerate(zip(optimizer.groups, now, strict=True)):
        watched = [(one.step, one.rates[place]) for one in evidence.steps if len(one.rates) > place]
        found.append([(0, float(before["lr"])), *watched, (evidence.steps_taken, float(after["lr"]))])
    return found


def _at_highest(evidence: Evidence, highest: float) -> Trial | None:
    """Let a copy go on from the present weights at this rate."""

    def make(parameters: list[nn.Parameter]) -> Any:
        made = evidence.probes.like_theirs(parameters)
        for group in made.param_groups:
            group["lr"] = highest
        return made

    return evidence.probes.trial(steps=STEPS, from_start=False, make_optimizer=make)


RULE: Final = Rule(
    cause="scheduler_kills_lr",
    title="The schedule takes the learning rate away",
    stage=Stage.RATE,
    phases=("after",),
    measure=measure,
    measures="for how much of the training the learning rate is below 1 % of its highest, and what a copy still gains "
    "at the highest",
    threshold="40 % of the steps, and a copy that gets below 0.6 times the loss, or 0.75 times on both parts, or so "
    "far that this training has gone less than 70 % of the way; and the copy is better on validation examples too",
    origin="a cosine schedule is below 1 % for the last 6 % of the steps (closed form: arccos(0.98) / pi)",
    reason="A schedule that was made for epochs and is stepped at every batch, or that decays too fast, leaves a rate "
    "with which nothing moves.",
    remedy="step the scheduler once an epoch, or let it decay over all steps of the training",
    see=("experiment rate_schedules",),
    explains=("lr_too_low", "grad_clip_too_small", *RESULT),
    cost="one trial of 150 steps on a copy, only where the rate is low for long",
)
