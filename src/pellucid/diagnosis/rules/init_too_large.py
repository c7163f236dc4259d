"""Initial weights so large that the first predictions are wild."""

from __future__ import annotations

import math
from typing import Final

from torch import Tensor

from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.curves import much_lower
from pellucid.diagnosis.evidence import Evidence, Look
from pellucid.diagnosis.probes.probes import Trial
from pellucid.diagnosis.proofs import tried_out
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.weights import gain, matrices, reset

GAIN: Final = 2.5  # He's is 1.41, the largest that is recommended (for tanh) 1.67
LOSS: Final = 3.0  # times the loss with torch's default weights
STEPS: Final = 100


def measure(evidence: Evidence) -> Verdict | None:
    """Compare the first loss with that of a copy with torch's default weights, where some weights have a large gain."""
    first = evidence.first
    large = [(name, _size(weights), weights) for name, _, weights in matrices(evidence) if _size(weights) > GAIN]
    if not large or first is None:
        return None
    plain = evidence.probes.once("default weights", lambda: evidence.probes.trial(steps=1, change=reset))
    if not isinstance(plain, Trial) or not plain.losses or not math.isfinite(plain.losses[0]):
        return None
    loss, usual = first.loss_training_mode, plain.losses[0]
    if math.isfinite(loss) and not loss > LOSS * abs(usual) and not _slower(evidence, first):
        return None
    name, most, weights = max(large, key=lambda one: one[1])
    layer, fan = name.rpartition(".")[0], weights[0].numel()
    return Verdict(
        measured=f"the weights of {layer} have the standard deviation {float(weights.std(correction=0)):.3g} with "
        f"{fan} inputs: a gain of {most:.3g}; the first loss is {loss:.4g}, and {usual:.4g} with torch's default "
        f"weights",
        confidence=0.95,
        layer=layer,
        remedy=f"nn.init.kaiming_normal_(layer.weight): standard deviation {math.sqrt(2 / fan):.2g} for {fan} inputs",
        proof=tried_out(evidence, "init_too_large", "with torch's default weights", change=reset),
    )


def _size(weights: Tensor) -> float:
    """Return the gain, with the mean of the weights taken for a part of it: weights of one sign add up."""
    return math.hypot(gain(weights), float(weights.float().mean()) * math.sqrt(weights[0].numel()))


def _slower(evidence: Evidence, first: Look) -> bool:
    """Return whether a copy with torch's default weights gets much further in 100 steps."""
    trial = evidence.probes.trial
    as_it_is = evidence.probes.once(("as it is", STEPS), lambda: trial(steps=STEPS))
    plain = evidence.probes.once(("default weights", STEPS), lambda: trial(steps=STEPS, change=reset))
    if not isinstance(as_it_is, Trial) or not isinstance(plain, Trial) or len(plain.losses) > len(as_it_is.losses):
        return False
    return much_lower(plain.after, as_it_is.after, first.loss)


RULE: Final = Rule(
    cause="init_too_large",
    title="The initial weights are too large",
    stage=Stage.INITIAL,
    phases=("before",),
    measure=measure,
    measures="standard deviation of the weights times the root of the inputs (the gain), and the first loss",
    threshold="a gain above 2.5, and a first loss above 3 times that with torch's default weights, or a loss after "
    "100 steps "
    "on copies that is below 0.6 times as high with these",
    origin="closed form: a gain of sqrt(2) keeps the size of the signal through ReLUs (He et al., 2015)",
    reason="Each layer multiplies the size of its signal by the gain. Weights that are too large make the first "
    "predictions sure and wrong: the loss begins in the hundreds, and the training only undoes that.",
    remedy="torch's default weights, or nn.init.kaiming_normal_",
    see=(
        "experiment initialization",
        "concept he_normal",
        "experiment deep_initialization",
        "experiment activation_drift",
    ),
    explains=(*TRAINING, "nan_log_zero"),
    cost="two trials of 40 and two of 100 steps on a copy, only where a gain is large",
    cases=("C03",),
)
