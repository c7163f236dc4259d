"""The training stopped while it was still learning."""

from __future__ import annotations

import math
from typing import Final

from pellucid.diagnosis.curves import much_lower, share_gone, still_falling
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.judging import NEEDED, apart, helps_on_validation, on_rows
from pellucid.diagnosis.probes.probes import Trial
from pellucid.diagnosis.rule import Rule, Stage, Verdict

MOST_STEPS: Final = 400  # of the trial that goes on
FALLING: Final = 0.08  # of the whole fall in the last third of the steps
GONE: Final = 0.6  # of the way that a copy gets to that goes on
MOSTLY: Final = 0.8  # of that way, where the copy gets to a much lower loss
NEARLY: Final = 0.88  # of that way, where a training of at most 60 steps leaves four times the loss of the copy
FAR: Final = 0.25  # of the loss
SHORT: Final = 60  # steps: after more the loss has fallen at least a little where length is all that is missing
FEW_STEPS: Final = 8  # here the looks are too few to ask for more than two


def measure(evidence: Evidence) -> Verdict | None:
    """Find a training whose loss still falls, or may for all that is known, and let a copy go on."""
    first, last = evidence.first, evidence.last
    if first is None or last is None or last.step < 1 or not math.isfinite(last.loss):
        return None
    if last.loss >= first.loss and last.step > SHORT:
        return None
    falling = still_falling(evidence, 2 if last.step <= FEW_STEPS else 4)
    if falling < FALLING:
        return None
    steps = min(MOST_STEPS, max(4 * last.step, 60))
    trial = evidence.probes.once(("on", steps), lambda: evidence.probes.trial(steps=steps, from_start=False))
    if trial is None or not math.isfinite(trial.after):
        return None
    gone = share_gone(evidence, trial.after)
    lower = much_lower(trial.after, last.loss, first.loss)
    short = last.step <= SHORT and 0 <= trial.after < FAR * last.loss
    if not gone < GONE and not (lower and gone < (NEARLY if short else MOSTLY)):
        return None
    if not _learns(evidence, trial, steps):
        return None
    epochs = f" ({evidence.epochs:.3g} epochs)" if evidence.epochs and evidence.epochs > 1 else ""
    return Verdict(
        measured=f"after {last.step} steps{epochs} the loss is {last.loss:.3g}"
        + (
            f" and still falls: {falling:.0%} of its whole fall came in the last third of the steps"
            if math.isfinite(falling)
            else f", from {first.loss:.3g} at the start"
        ),
        confidence=0.8,
        remedy=f"train longer: at least {3 * last.step} steps",
        flag=f"--epochs {math.ceil(3 * evidence.epochs)}" if evidence.epochs else "",
        proof=f"a copy that went on for {len(trial.losses)} steps brought the loss from {last.loss:.3g} to "
        f"{trial.after:.3g}",
    )


def _learns(evidence: Evidence, trial: Trial, steps: int) -> bool:
    """Return whether the copy that went on is better on rows that it did not train on: else it only memorises."""
    if evidence.data.validation is not None:
        return helps_on_validation(evidence, trial.network)
    found = evidence.probes.once("apart", lambda: apart(evidence, steps=steps, from_start=False))
    if found is None or evidence.double is None:
        return True
    then, now = (on_rows(evidence, one, found[1]) for one in (found[0].network, evidence.double.network))
    return then is None or now is None or then[0] < now[0] - (1 - NEEDED) * abs(now[0])


RULE: Final = Rule(
    cause="under_trained",
    title="The training ended too early",
    stage=Stage.RESULT,
    phases=("after",),
    measure=measure,
    measures="what a copy gains that goes on, where the loss still falls or was not seen in the middle of the training",
    threshold="less than 60 % of the way that the copy gets to; or less than 80 %, and a copy that gets below 0.6 "
    "times the loss, or 88 % after at most 60 steps, and a copy that gets below a quarter of it; and the copy is "
    "better on rows that it did not train on",
    origin="chosen between programs of one seed: of 20 healthy ones the least had gone 81 % of the way, and 90 % where "
    "the copy got to a much lower loss; of 8 that were stopped too early the most had gone 75 %",
    reason="The number of steps decides how far the weights can travel: epochs times batches in an epoch. This "
    "training was not at its end.",
    remedy="more epochs, or smaller batches: more steps for the same examples",
    severity="warning",
    see=("experiment stopping",),
    explains=("capacity_too_small", "class_imbalance"),
    cost="one trial of up to 400 steps on a copy, or two without validation rows, each at most a second",
    cases=("D07",),
)
