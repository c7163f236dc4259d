"""Inputs so small that the first layer's bias drowns them: mostly normalised twice."""

from __future__ import annotations

from typing import Final

from pellucid.diagnosis.arriving import arrival_of
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rescaling import STEPS, tried
from pellucid.diagnosis.rule import Rule, Stage, Verdict

TINY: Final = 0.1  # PyTorch's first biases and weights are drawn alike: below 1 the bias is larger than the signal
FASTER: Final = 4.0  # times as much of the loss goes in a training of a copy on standardised inputs
MOVED: Final = 0.01  # of the loss: less says nothing


def measure(evidence: Evidence) -> Verdict | None:
    """Look at how far rows differ for the first layer; where hardly, train copies with and without scaling."""
    arrival = arrival_of(evidence)
    if arrival is None or arrival.normalised or arrival.spread >= TINY or arrival.size > 1 or arrival.spread == 0:
        return None
    plain, scaled = (tried(evidence, inputs=one, targets=False) for one in (False, True))
    if plain is None or scaled is None or not scaled.fell > max(MOVED, FASTER * plain.fell):
        return None
    std = float(arrival.columns.std(0, correction=0).square().mean().sqrt())
    return Verdict(
        measured=f"the inputs of the first layer vary by a standard deviation of {std:.2g}; with {arrival.fan_in} of "
        f"them, rows differ by {arrival.spread:.2g} for a unit, where standardised inputs give "
        f"{arrival.fan_in**0.5:.2g}",
        confidence=0.93,
        layer=arrival.layer,
        proof=f"a copy trained for {len(plain.losses)} steps on these inputs brings the loss from {plain.before:.3g} "
        f"to {plain.after:.3g}, one on standardised inputs to {scaled.after:.3g}",
    )


RULE: Final = Rule(
    cause="input_scale_tiny",
    title="Inputs far too small",
    stage=Stage.INPUT,
    phases=("before",),
    measure=measure,
    measures="how far the rows differ for a unit of the first layer: the root of the summed variances of its inputs; "
    "and two short trainings of a copy",
    threshold=f"{TINY:g}, and a loss that falls {FASTER:g} times as far on standardised inputs in {STEPS} steps",
    origin="closed form: first weights and biases are drawn from the same interval, so that the signal is this times "
    "as large as the bias",
    reason="All rows look alike to the first layer: the outputs are those of its bias, and the weights would have to "
    "grow a hundred times before the inputs count. Mostly the data are normalised twice.",
    remedy="normalise once: inputs = (inputs - mean) / std with the statistics of the training rows",
    see=("experiment standardization",),
    explains=(
        "lr_too_low",
        "under_trained",
        "vanishing_gradient",
        "init_too_small",
        "capacity_too_small",
        "constant_init",
        "class_imbalance",
    ),
    cost=f"where the rows are alike, two trainings of {STEPS} steps on a copy",
    cases=("B05",),
)
