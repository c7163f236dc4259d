"""ReLU units that are off for every example: no gradient reaches them, they never come back."""

from __future__ import annotations

import math
from typing import Final

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict

DEAD: Final = 0.9  # of the units of a layer
FELL: Final = 0.3  # of the loss: a training that learns can do with the units it has
FEWEST_STEPS: Final = 5


def measure(evidence: Evidence) -> Verdict | None:
    """Find a layer whose units are nearly all off for every probe row, where the loss does not fall."""
    first, last = evidence.first, evidence.last
    if first is None or last is None or last.step < FEWEST_STEPS:
        return None
    if math.isfinite(last.loss) and last.loss < first.loss - FELL * abs(first.loss):
        return None
    layers = [layer for layer in last.layers if layer.function == "relu" and layer.dead_share >= DEAD]
    if not layers:
        return None
    worst = max(layers, key=lambda layer: layer.dead_share)
    since = next(look.step for look in evidence.looks
                 if any(one.name == worst.name and one.dead_share >= DEAD for one in look.layers))  # fmt: skip
    return Verdict(
        measured=f"{worst.dead_share:.0%} of the units of {worst.name} are 0 for every one of {worst.shape[0]} rows, "
        f"since step {since}; the loss is {last.loss:.3g}, {first.loss:.3g} at the start",
        confidence=0.9,
        layer=worst.name,
        step=since,
    )


RULE: Final = Rule(
    cause="dead_relu",
    title="Dead ReLU units",
    stage=Stage.SIGNAL,
    phases=("during",),
    measure=measure,
    measures="the share of ReLU units that are 0 for every row of the probe batch, where the loss does not fall",
    threshold="90 % of a layer's units, with less than 30 % of the loss gone",
    origin="a living network needs few units: chosen between the programs of benchmarks/diagnosis",
    reason="Where the input of a ReLU is negative for every example its output and its gradient are 0: no step can ever "
    "bring it back.",
    remedy="a lower learning rate, inputs of mean 0 and standard deviation 1, He initialization, or leaky ReLU",
    see=("relu", "leaky_relu"),
    explains=("vanishing_gradient", "lr_too_low", "under_trained", "capacity_too_small", "class_imbalance"),
)
