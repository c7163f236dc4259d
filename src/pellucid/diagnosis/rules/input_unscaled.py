"""Inputs that are far too large, or far from 0, for the first layer and its learning rate."""

from __future__ import annotations

import math
from typing import Final

from pellucid.diagnosis.arriving import Arrival, arrival_of
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rescaling import STEPS, better_by, large_targets, tried
from pellucid.diagnosis.rule import Rule, Stage, Verdict

LARGE: Final = 20.0  # root mean square; standardised inputs have 1
OFF: Final = 5.0  # |mean| / standard deviation of all values together
UNEVEN: Final = 100.0  # largest standard deviation of a column by the smallest that is not 0
STUCK: Final = 0.9  # of the loss at which the copy on scaled inputs begins: the other has learnt nothing
FELL: Final = 0.2  # of its loss, what the copy on scaled inputs loses meanwhile
BETTER: Final = 1.5  # times smaller the loss of a copy trained on scaled inputs


def measure(evidence: Evidence) -> Verdict | None:
    """Look at what arrives at the first layer; where its scale is suspicious, train copies with and without scaling."""
    arrival = arrival_of(evidence)
    if arrival is None or arrival.normalised:
        return None
    why = suspicion(arrival)
    if not why:
        return None
    targets = large_targets(evidence) is not None  # then both copies get them standardised
    plain, scaled = (tried(evidence, inputs=one, targets=targets) for one in (False, True))
    if plain is None or scaled is None:
        return None
    better = better_by(plain, scaled)
    stuck = plain.after > STUCK * scaled.before and scaled.fell > FELL and arrival.size > LARGE
    if better < BETTER and not stuck:
        return None
    ends = f"at {plain.after:.3g}" if math.isfinite(plain.after) else "at a loss that is not finite"
    return Verdict(
        measured=why,
        confidence=0.95 if better > 2 * BETTER else 0.85,
        layer=arrival.layer,
        proof=f"a copy trained for {len(plain.losses)} steps on these inputs ends {ends}, one on standardised inputs "
        f"at {scaled.after:.3g} (their losses began at {plain.before:.3g} and {scaled.before:.3g})",
    )


def suspicion(arrival: Arrival) -> str:
    """Return in words what is unusual about the scale; "" for nothing."""
    columns = arrival.columns
    mean, std, size = float(columns.mean()), float(columns.std(correction=0)), arrival.size
    told = f"the inputs of the first layer have mean {mean:.3g} and standard deviation {std:.3g}"
    if size > LARGE:
        return told
    if std > 0 and abs(mean) > OFF * std and abs(mean) > 1:
        return f"{told}: their mean is {abs(mean) / std:.0f} standard deviations from 0"
    spreads = columns.std(0, correction=0)
    spreads = spreads[spreads > 1e-6 * columns.abs().amax(0)]
    if len(spreads) > 1 and float(spreads.max()) > UNEVEN * float(spreads.min()) and float(spreads.max()) > 1:
        return (
            f"the standard deviations of the columns run from {float(spreads.min()):.3g} to {float(spreads.max()):.3g}"
        )
    return ""


RULE: Final = Rule(
    cause="input_unscaled",
    title="Inputs not scaled",
    stage=Stage.INPUT,
    phases=("before",),
    measure=measure,
    measures="mean and standard deviation of what arrives at the first layer with weights, and two short trainings "
    "of a copy: on these inputs and on standardised ones",
    threshold=f"root mean square {LARGE:g}, mean {OFF:g} standard deviations from 0, or columns {UNEVEN:g} times as "
    f"wide as others; and a loss {BETTER:g} times as high as on standardised inputs after {STEPS} steps, or one that "
    "has not fallen below where that on standardised inputs began",
    origin="closed form: for a linear layer the largest stable learning rate falls with the square of the inputs' "
    "size (LeCun et al., 1998); the trial decides",
    reason="The larger the inputs, the steeper the loss, and the smaller the learning rate that it stands. What is "
    "right for one column is far too large for another. First steps overshoot, units saturate or die.",
    remedy="inputs = (inputs - mean) / std, with mean and std of the training rows, for all parts alike",
    see=("experiment standardization", "experiment descent"),
    explains=(
        "lr_too_high",
        "dead_relu",
        "saturation",
        "exploding_gradient",
        "init_too_large",
        "vanishing_gradient",
        "lr_too_low",
        "under_trained",
        "capacity_too_small",
        "target_unscaled",
        "overfitting",
        "batch_too_large",
        "class_imbalance",
    ),
    cost=f"where the scale is suspicious, two trainings of {STEPS} steps on a copy",
    cases=("B01", "B03"),
)
