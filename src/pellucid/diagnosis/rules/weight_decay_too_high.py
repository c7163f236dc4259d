"""Weight decay pulls the weights to 0 harder than the data hold them."""

from __future__ import annotations

import math
from functools import partial
from statistics import median
from typing import Any, Final

from pellucid.diagnosis.consequences import RESULT
from pellucid.diagnosis.curves import OF_FIRST, at_step, much_lower
from pellucid.diagnosis.curves import losses as curve
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.judging import helps_on_validation
from pellucid.diagnosis.probes.probes import Trial
from pellucid.diagnosis.rule import Rule, Stage, Verdict

LEAST_DECAY: Final = 1e-3
HUGE: Final = 0.1  # usual are 1e-5 to 1e-3
HUGE_DECOUPLED: Final = 2.0  # of AdamW, where the learning rate multiplies it; usual are 0.01 to 0.1
STEPS: Final = 200
FEWEST_STEPS: Final = 20
OWN: Final = 0.2  # of what was backpropagated is more than the loss function gives: a penalty of the program's own
LATEST: Final = 5  # watched steps
EARLIEST: Final = 2  # watched steps, each of them
TWICE: Final = 2.0  # the loss before step 1: a strong penalty is soon small, for it has made the weights small
SHRUNK: Final = 0.8  # of its first norm: other terms of a loss do not shrink the weights
SETTLED: Final = 100  # steps


def measure(evidence: Evidence) -> Verdict | None:
    """Let a copy go on without weight decay where the loss is high, and see what it gains on both parts."""
    optimizer, first, last = evidence.program.optimizer, evidence.first, evidence.last
    if optimizer is None or first is None or last is None or last.step < FEWEST_STEPS:
        return None
    decay = max(float(group.get("weight_decay", 0.0) or 0.0) for group in optimizer.groups)
    added = _added(evidence)
    if (decay < LEAST_DECAY and not added) or not last.loss > OF_FIRST * abs(first.loss):
        return None
    names = {entry.name for entry in evidence.program.parameters if len(entry.shape) > 1}
    norm = math.sqrt(sum(one.norm**2 for one in last.parameters if one.name in names))
    start = math.sqrt(sum(one.norm**2 for one in first.parameters if one.name in names))
    if decay < LEAST_DECAY and not norm < SHRUNK * start:
        return None
    trial = _better(evidence, in_loop=decay < LEAST_DECAY)
    if trial is None:
        return None
    what = f"weight decay {decay:g}" if decay >= LEAST_DECAY else f"a penalty of {added:.3g} added to the loss"
    return Verdict(
        measured=f"with {what} the norm of the weights went from {start:.3g} to {norm:.3g}, and the loss "
        f"stays at {last.loss:.3g}",
        confidence=0.95 if decay >= (HUGE_DECOUPLED if optimizer.name == "AdamW" else HUGE) else 0.85,
        remedy=f"weight_decay={decay / 100:.0e} or less" if decay >= LEAST_DECAY else "a factor 100 times smaller",
        proof=f"a copy without it brought the loss to {trial.after:.3g} in {len(trial.losses)} steps",
    )


def _added(evidence: Evidence) -> float:
    """Return how much more than the loss function gives was backpropagated, lately or at the start; 0 where little.

    The looks take the loss of other rows than the steps: only what is more than usual between batches counts.
    """
    first, last = evidence.first, evidence.last
    early = [one.loss for one in evidence.steps[:EARLIEST] if one.loss is not None and one.backwards == 1]
    if first is not None and len(early) == EARLIEST and min(early) > TWICE * first.loss_training_mode > 0:
        return min(early) - first.loss_training_mode
    found = [one.loss for one in evidence.steps[-LATEST:] if one.loss is not None and one.backwards == 1]
    if last is None or last.step < SETTLED or len(found) < LATEST or not math.isfinite(last.loss_training_mode):
        return 0.0
    then = at_step(curve(evidence.looks), evidence.steps[-LATEST].step)
    usual = max(last.loss_training_mode, last.loss, then)
    more = median(found) - usual
    return more if usual > 0 and more > OWN * median(found) and min(found) > usual else 0.0


def _better(evidence: Evidence, *, in_loop: bool) -> Trial | None:
    """Return a copy that is much better without decay: one that goes on, or one from the start.

    A copy that goes on with the optimizer's decay must not get as far: else the training was only too short.

    Args:
        evidence: of the training.
        in_loop: whether the penalty is added in the loop, where copies do not have it.
    """
    first, last = evidence.first, evidence.last
    for from_start in (False, True):
        steps = min(STEPS, last.step) if from_start and last is not None else STEPS
        make = partial(
            evidence.probes.trial, steps=steps, from_start=from_start, make_optimizer=partial(_without, evidence)
        )
        trial = evidence.probes.once(("no decay", from_start), make)
        if not isinstance(trial, Trial) or first is None or last is None:
            return None
        if not much_lower(trial.after, last.loss, first.loss) or not helps_on_validation(evidence, trial.network):
            continue
        keep = partial(evidence.probes.trial, steps=steps, from_start=from_start)
        with_it = None if in_loop else evidence.probes.once(("decay", from_start), keep)
        if with_it is None or much_lower(trial.after, with_it.after, first.loss):
            return trial
    return None


def _without(evidence: Evidence, parameters: list[Any]) -> Any:
    made = evidence.probes.like_theirs(parameters)
    for group in made.param_groups:
        group["weight_decay"] = 0.0
    return made


RULE: Final = Rule(
    cause="weight_decay_too_high",
    title="Weight decay is too strong",
    stage=Stage.RATE,
    phases=("after",),
    measure=measure,
    measures="what a copy gains without weight decay (or without the penalty that the program adds to its loss), "
    "on training and on validation examples",
    threshold="less than 0.6 times the training loss, and a lower validation loss",
    origin="chosen between the healthy and the faulty programs of benchmarks/diagnosis",
    reason="At every step decay shrinks each weight by learning rate times decay. Where this is stronger than what the "
    "gradient gives back, the network stays near the constant prediction.",
    remedy="a smaller weight_decay",
    see=("experiment weight_decay",),
    explains=("lr_too_low", "lr_too_high", "saturation", "vanishing_gradient", "dead_relu", *RESULT),
    cost="up to two trials of 200 steps on copies, only where decay is 0.001 or more and the loss is high",
)
