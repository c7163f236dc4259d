"""ReLU units that are off for every example: no gradient reaches them, they never come back."""

from __future__ import annotations

import math
from typing import Final

from pellucid.diagnosis.consequences import RESULT
from pellucid.diagnosis.curves import much_lower
from pellucid.diagnosis.evidence import Evidence, LayerFacts, Look
from pellucid.diagnosis.judging import helps_on_validation
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.weights import resetting

DEAD: Final = 0.9  # of the units of a layer
FELL: Final = 0.3  # of the loss: a training that learns can do with the units it has
FEWEST_STEPS: Final = 5
HALF: Final = 0.5  # of the units of a layer, off from the start: a copy is asked what they would have done
STEPS: Final = 400
FEW_UNITS: Final = 2
CUTTING: Final = frozenset({"relu", "relu6", "clamp", "hardtanh", "threshold"})


def measure(evidence: Evidence) -> Verdict | None:
    """Find a layer whose units are nearly all off for every probe row, where the loss does not fall."""
    first, last = evidence.first, evidence.last
    if first is None or last is None or last.step < FEWEST_STEPS:
        return None
    if math.isfinite(last.loss) and last.loss < first.loss - FELL * abs(first.loss):
        return _from_the_start(evidence, first, last) if evidence.ended else None
    layers = [layer for layer in last.layers if _can_die(layer) and layer.dead_share >= DEAD]
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


def _from_the_start(evidence: Evidence, first: Look, last: Look) -> Verdict | None:
    """Find layers half dead before step 1 and still, where a copy with torch's default weights gets much further."""
    at_first = {one.name for one in first.layers if _can_die(one) and one.dead_share >= HALF}
    layers = [one for one in last.layers if one.name in at_first and one.dead_share >= HALF]
    if not layers:
        return None
    trial = evidence.probes.once(
        "living", lambda: evidence.probes.trial(steps=min(STEPS, last.step), change=resetting(evidence))
    )  # fmt: skip
    if trial is None or not much_lower(trial.after, last.loss, first.loss):
        return None
    if not helps_on_validation(evidence, trial.network):
        return None
    worst = max(layers, key=lambda layer: layer.dead_share)
    return Verdict(
        measured=f"{worst.dead_share:.0%} of the units of {worst.name} are 0 for every one of {worst.shape[0]} rows, "
        "since "
        f"before step 1; the loss is {last.loss:.3g}",
        confidence=0.85,
        layer=worst.name,
        step=0,
        remedy="torch's default weights and biases: layer.reset_parameters()",
        proof=f"a copy with torch's default weights reaches {trial.after:.3g} in {len(trial.losses)} steps",
    )


def _can_die(layer: LayerFacts) -> bool:
    """Return whether the units are cut off at 0, and more than two: fewer are a matter of the width."""
    units = layer.shape[1] if len(layer.shape) > 3 else layer.shape[-1]  # noqa: PLR2004  (pictures)
    return layer.function in CUTTING and units > FEW_UNITS


RULE: Final = Rule(
    cause="dead_relu",
    title="Dead ReLU units",
    stage=Stage.SIGNAL,
    phases=("during",),
    measure=measure,
    measures="the share of ReLU units that are 0 for every row of the probe batch, where the loss does not fall",
    threshold="90 % of a layer's units, with less than 30 % of the loss gone; or 50 % from before step 1 on, and a "
    "copy "
    "with torch's default weights that gets below 0.6 times the loss",
    origin="a living network needs few units: chosen between the programs of benchmarks/diagnosis",
    reason="Where the input of a ReLU is negative for every example its output and its gradient are 0: no step can "
    "ever "
    "bring it back.",
    remedy="a lower learning rate, inputs of mean 0 and standard deviation 1, He initialization, or leaky ReLU",
    see=("concept relu", "concept leaky_relu"),
    explains=("vanishing_gradient", "lr_too_low", *RESULT),
)
