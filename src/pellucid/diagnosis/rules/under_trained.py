"""The training stopped while it was still learning."""

from __future__ import annotations

import math
from typing import Final

from pellucid.diagnosis.curves import much_lower, share_gone, still_falling
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.judging import helps_on_validation
from pellucid.diagnosis.rule import Rule, Stage, Verdict

MOST_STEPS: Final = 400  # of the trial that goes on
FALLING: Final = 0.08  # of the whole fall in the last third of the steps
GONE: Final = 0.6  # of the way that as many steps more lead to
STEEP: Final = 0.12  # of the whole fall in the last third: there a much lower loss is enough
FEW_STEPS: Final = 8  # here the looks are too few to ask for more than two


def measure(evidence: Evidence) -> Verdict | None:
    """Find a training whose loss still falls, and let a copy go on for as many steps again."""
    first, last = evidence.first, evidence.last
    if first is None or last is None or last.step < 1 or not math.isfinite(last.loss):
        return None
    falling = still_falling(evidence, 2 if last.step <= FEW_STEPS else 4)
    if not falling >= FALLING:  # also where there were too few looks to tell
        return None
    steps = min(MOST_STEPS, max(4 * last.step, 60))
    trial = evidence.probes.once(
        "went on", lambda: evidence.probes.trial(steps=steps, from_start=False, rate_factor=1.0)
    )
    if trial is None or not math.isfinite(trial.after):
        return None
    steep = falling >= STEEP and much_lower(trial.after, last.loss, first.loss)
    if not share_gone(evidence, trial.after) < GONE and not steep:
        return None
    if not helps_on_validation(evidence, trial.network):
        return None
    epochs = f" ({evidence.epochs:.3g} epochs)" if evidence.epochs and evidence.epochs > 1 else ""
    return Verdict(
        measured=f"after {last.step} steps{epochs} the loss is {last.loss:.3g} and still falls: {falling:.0%} of its "
        "whole fall came in the last third of the steps",
        confidence=0.8,
        remedy=f"train longer: at least {3 * last.step} steps",
        flag=f"--epochs {math.ceil(3 * evidence.epochs)}" if evidence.epochs else "",
        proof=f"a copy that went on for {len(trial.losses)} steps brought the loss from {last.loss:.3g} to "
        f"{trial.after:.3g}",
    )


RULE: Final = Rule(
    cause="under_trained",
    title="The training ended too early",
    stage=Stage.RESULT,
    phases=("after",),
    measure=measure,
    measures="the share of the fall of the training loss that came in the last third of the steps, and what a copy "
    "gains that goes on",
    threshold="more than 8 % of the fall in the last third, and less than 60 % of the way that a copy gets to; or "
    "more than "
    "12 %, and a copy that gets below 0.6 times the loss; and the copy is better on validation examples too",
    origin="a straight line would give 33 %, a settled training 0; chosen between the programs of benchmarks/diagnosis",
    reason="The number of steps decides how far the weights can travel: epochs times batches in an epoch. This "
    "training "
    "was not at its end.",
    remedy="more epochs, or smaller batches: more steps for the same examples",
    severity="warning",
    see=("experiment stopping",),
    explains=("capacity_too_small", "class_imbalance"),
    cost="one trial of up to 400 steps on a copy, at most a second",
    cases=("D07",),
)
