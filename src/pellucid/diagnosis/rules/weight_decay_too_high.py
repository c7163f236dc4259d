"""Weight decay pulls the weights to 0 harder than the data hold them."""

from __future__ import annotations

import math
from typing import Any, Final

from pellucid.diagnosis.curves import OF_FIRST, much_lower
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict

LEAST_DECAY: Final = 1e-3
STEPS: Final = 200
FEWEST_STEPS: Final = 20


def measure(evidence: Evidence) -> Verdict | None:
    """Let a copy go on without weight decay where the loss is high, and see what it gains on both parts."""
    optimizer, first, last = evidence.program.optimizer, evidence.first, evidence.last
    if optimizer is None or first is None or last is None or last.step < FEWEST_STEPS:
        return None
    decay = max(float(group.get("weight_decay", 0.0) or 0.0) for group in optimizer.groups)
    if decay < LEAST_DECAY or not last.loss > OF_FIRST * abs(first.loss):
        return None
    trial = evidence.probes.once(
        "no decay",
        lambda: evidence.probes.trial(steps=STEPS, from_start=False, make_optimizer=lambda some: _without(evidence, some)),
    )
    if trial is None or not much_lower(trial.after, last.loss, first.loss):
        return None
    if not _validates(evidence, trial.network):
        return None
    names = {entry.name for entry in evidence.program.parameters if len(entry.shape) > 1}
    norm = math.sqrt(sum(one.norm**2 for one in last.parameters if one.name in names))
    start = math.sqrt(sum(one.norm**2 for one in first.parameters if one.name in names))
    return Verdict(
        measured=f"with weight decay {decay:g} the norm of the weights went from {start:.3g} to {norm:.3g}, and the loss "
        f"stays at {last.loss:.3g}",
        confidence=0.85,
        remedy=f"weight_decay={decay / 100:.0e} or less",
        proof=f"a copy that went on without decay brought the loss to {trial.after:.3g} in {len(trial.losses)} steps",
    )


def _without(evidence: Evidence, parameters: list[Any]) -> Any:
    made = evidence.probes.like_theirs(parameters)
    for group in made.param_groups:
        group["weight_decay"] = 0.0
    return made


def _validates(evidence: Evidence, network: Any) -> bool:
    """Return whether the trained copy is better on validation examples too: else the decay is worth its price."""
    double, validation, last = evidence.double, evidence.data.validation, evidence.last
    if double is None or validation is None or last is None or last.validation_loss is None:
        return True
    mine = double.state()
    try:
        double.load(network.state_dict())
        outputs = double.outputs(validation)
        return outputs is not None and double.loss_of(outputs, validation.targets) < last.validation_loss
    finally:
        double.load(mine)


RULE: Final = Rule(
    cause="weight_decay_too_high",
    title="Weight decay is too strong",
    stage=Stage.RATE,
    phases=("after",),
    measure=measure,
    measures="what a copy gains that goes on without weight decay, on training and on validation examples",
    threshold="less than 0.6 times the training loss, and a lower validation loss",
    origin="chosen between the healthy and the faulty programs of benchmarks/diagnosis",
    reason="At every step decay shrinks each weight by learning rate times decay. Where this is stronger than what the "
    "gradient gives back, the network stays near the constant prediction.",
    remedy="a smaller weight_decay",
    see=("weight_decay",),
    explains=("lr_too_low", "under_trained", "capacity_too_small", "vanishing_gradient", "dead_relu", "class_imbalance"),
    cost="one trial of up to 200 steps on a copy, only where decay is 0.001 or more and the loss is high",
)
