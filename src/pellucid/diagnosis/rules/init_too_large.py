"""Initial weights so large that the first predictions are wild."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from torch import Tensor

from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.curves import much_lower
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.judging import helps_on_validation
from pellucid.diagnosis.probes.probes import Trial
from pellucid.diagnosis.proofs import tried_out
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.weights import STEPS, beside_default, gain, matrices, resetting

GAIN: Final = 2.5  # He's is 1.41, the largest that is recommended (for tanh) 1.67
LOSS: Final = 3.0  # times the loss with torch's default weights


def measure(evidence: Evidence) -> Verdict | None:
    """Compare the first loss with that of a copy with torch's default weights, where some weights have a large gain."""
    large, first = _large(evidence), evidence.first
    if not large or first is None:
        return None
    change = resetting(evidence)
    plain = evidence.probes.once("default weights", lambda: evidence.probes.trial(steps=1, change=change))
    if not isinstance(plain, Trial) or not plain.losses or not math.isfinite(plain.losses[0]):
        return None
    loss, usual = first.loss_training_mode, plain.losses[0]
    if math.isfinite(loss) and not loss > LOSS * abs(usual):
        return None
    proof = tried_out(evidence, "init_too_large", "with torch's default weights", change=change)
    return _verdict(large, f"the first loss is {loss:.4g}, and {usual:.4g} with torch's default weights", proof)


def measure_after(evidence: Evidence) -> Verdict | None:
    """See whether a copy with torch's default weights gets much further in 100 steps than the whole training did."""
    large, last = _large(evidence), evidence.last
    found = beside_default(evidence) if large else None
    if found is None or last is None or last.step < STEPS:
        return None
    plain = found[1]
    end = last.loss if math.isfinite(last.loss) else math.inf
    if not math.isfinite(plain.after) or not much_lower(plain.after, end, plain.before):
        return None
    if not helps_on_validation(evidence, plain.network):
        return None
    proof = f"a copy with torch's default weights reaches {plain.after:.3g} in {len(plain.losses)} steps"
    return _verdict(large, f"the loss is {end:.3g} after {last.step} steps", proof)


def _large(evidence: Evidence) -> list[tuple[str, float, Tensor]]:
    """Return name, size and values of the weights with a large gain."""
    sizes = [(name, _size(weights), weights) for name, _, weights in matrices(evidence)]
    return [one for one in sizes if one[1] > GAIN]


def _verdict(large: list[tuple[str, float, Tensor]], loss: str, proof: str) -> Verdict:
    name, most, weights = max(large, key=lambda one: one[1])
    layer, fan = name.rpartition(".")[0] or name, weights[0].numel()
    return Verdict(
        measured=f"the weights of {layer} have the standard deviation {float(weights.std(correction=0)):.3g} with "
        f"{fan} inputs: a gain of {most:.3g}; {loss}",
        confidence=0.95,
        layer=layer,
        remedy=f"nn.init.kaiming_normal_(layer.weight): standard deviation {math.sqrt(2 / fan):.2g} for {fan} inputs",
        proof=proof,
    )


def _size(weights: Tensor) -> float:
    """Return the gain, with the mean of the weights taken for a part of it: weights of one sign add up."""
    return math.hypot(gain(weights), float(weights.float().mean()) * math.sqrt(weights[0].numel()))


BEFORE: Final = Rule(
    cause="init_too_large",
    title="The initial weights are too large",
    stage=Stage.INITIAL,
    phases=("before",),
    measure=measure,
    measures="standard deviation of the weights times the root of the inputs (the gain), and the first loss",
    threshold="a gain above 2.5, and a first loss above 3 times that with torch's default weights; or a copy with "
    "these that gets in 100 steps below 0.6 times the loss of the whole training",
    origin="closed form: a gain of sqrt(2) keeps the size of the signal through ReLUs (He et al., 2015)",
    reason="Each layer multiplies the size of its signal by the gain. Weights that are too large make the first "
    "predictions sure and wrong: the loss begins high, and much of the training only undoes that.",
    remedy="torch's default weights, or nn.init.kaiming_normal_",
    see=(
        "experiment initialization",
        "concept he_normal",
        "experiment deep_initialization",
        "experiment activation_drift",
    ),
    explains=(*TRAINING, "nan_log_zero"),
    cost="two trials of 40 steps on a copy, and two of 100 after the training, only where a gain is large",
    cases=("C03",),
)

AFTER: Final = replace(BEFORE, title="The initial weights were too large", phases=("after",), measure=measure_after)

RULES: Final = (BEFORE, AFTER)
