"""The schedule takes the learning rate away before the network has learnt."""

from __future__ import annotations

import math
from typing import Final

from pellucid.diagnosis.curves import share_gone
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict

KILLED: Final = 0.01  # of the highest rate
FOR: Final = 0.4  # of the steps
GONE: Final = 0.7  # of the way that a copy goes on with the highest rate
STEPS: Final = 150


def measure(evidence: Evidence) -> Verdict | None:
    """Find a rate that is nearly 0 for much of the training, and let a copy go on at the highest rate."""
    steps = [one for one in evidence.steps if one.rates]
    last = evidence.last
    if len(steps) < 4 or last is None or not math.isfinite(last.loss):  # noqa: PLR2004
        return None
    highest = max(one.rates[0] for one in steps)
    low = [one for one in steps if one.rates[0] < KILLED * highest]
    if not low or evidence.steps_taken - low[0].step < FOR * evidence.steps_taken or steps[-1] is not low[-1]:
        return None
    optimizer = evidence.program.optimizer
    if optimizer is None or not optimizer.rate:
        return None
    present = evidence.probes.optimizer.param_groups[0]["lr"] if evidence.probes.optimizer is not None else 0.0
    factor = highest / present if present else math.inf
    if not math.isfinite(factor):
        return Verdict(measured=f"the learning rate is 0 from step {low[0].step} on", confidence=0.9, step=low[0].step)
    trial = evidence.probes.once(
        "highest rate", lambda: evidence.probes.trial(steps=STEPS, from_start=False, rate_factor=factor)
    )
    if trial is None or not math.isfinite(trial.after) or not share_gone(evidence, trial.after) < GONE:
        return None
    return Verdict(
        measured=f"the learning rate fell from {highest:.2g} to {low[0].rates[0]:.1e} by step {low[0].step} of "
        f"{evidence.steps_taken}; the loss stays at {last.loss:.3g}",
        confidence=0.9,
        step=low[0].step,
        proof=f"a copy that went on at {highest:.2g} brought the loss to {trial.after:.3g} in {len(trial.losses)} "
        "steps",
    )


RULE: Final = Rule(
    cause="scheduler_kills_lr",
    title="The schedule takes the learning rate away",
    stage=Stage.RATE,
    phases=("after",),
    measure=measure,
    measures="for how much of the training the learning rate is below 1 % of its highest, and what a copy still gains "
    "at the highest",
    threshold="40 % of the steps, and less than 70 % of the way that the copy goes",
    origin="a cosine schedule is below 1 % for the last 6 % of the steps (closed form: arccos(0.98) / pi)",
    reason="A schedule that was made for epochs and is stepped at every batch, or that decays too fast, leaves a rate "
    "with which nothing moves.",
    remedy="step the scheduler once an epoch, or let it decay over all steps of the training",
    see=("experiment rate_schedules",),
    explains=("lr_too_low", "under_trained", "capacity_too_small", "grad_clip_too_small"),
)
