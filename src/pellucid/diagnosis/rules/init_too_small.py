"""Initial weights so small that nothing of the inputs arrives at the last layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from torch import nn

from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.contract import REFUSALS
from pellucid.diagnosis.double import Double, buffers_kept
from pellucid.diagnosis.evidence import Evidence, Examples, LayerFacts
from pellucid.diagnosis.looking import WEIGHTED, layer_facts
from pellucid.diagnosis.probes.probes import Trial
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.sampling import generators_kept
from pellucid.diagnosis.trace import Tracer
from pellucid.diagnosis.weights import STEPS, beside_default, gain, matrices, reset, resetting
from pellucid.diagnosis.widening import CONVOLUTIONS, DENSE

GAIN: Final = 0.4  # torch's default is 0.577, which fades as well, but slowly
LEFT: Final = 0.1  # of the signal that arrives with torch's default weights
FELL: Final = 0.01  # of the first loss: so much it must fall with the default weights
TIMES: Final = 5.0  # as much as without them
LOWER: Final = 0.5  # of the loss without them, where that falls as well: to the mean of the targets


def measure(evidence: Evidence) -> Verdict | None:
    """Compare what arrives at the last layer with what arrives with torch's default weights."""
    double, contract, first = evidence.double, evidence.contract, evidence.first
    gains = [(gain(weights), name) for name, _, weights in matrices(evidence)]
    small = [one for one in gains[:-1] if one[0] < GAIN]
    if double is None or contract is None or first is None or not small or 2 * len(small) < len(gains) - 1:
        return None
    plain = evidence.probes.once("signal", lambda: _signal(double, contract.examples, resetting(evidence)))
    now, usual = _arriving(first.layers), _arriving(plain)
    if now is None or usual is None or not now.row_std < LEFT * usual.row_std:
        return None
    compared = beside_default(evidence)
    if compared is None:
        return None
    as_it_is, reset_trial = compared
    drawn = "torch's default weights"
    if not _faster(reset_trial, as_it_is):  # they fade as well, in many layers
        reset_trial = evidence.probes.once("he", lambda: evidence.probes.trial(steps=STEPS, change=_he))
        drawn = "He's weights"
    if reset_trial is None or not _faster(reset_trial, as_it_is):
        return None
    least, name = min(small)
    return Verdict(
        measured=f"what arrives at the last layer varies by {now.row_std:.2g} from row to row, and by "
        f"{usual.row_std:.2g} with torch's default weights; the smallest gain is {least:.2g}, in "
        f"{name.rpartition('.')[0] or name}",
        confidence=0.93,
        layer=name.rpartition(".")[0] or name,
        proof=f"on a copy, {len(reset_trial.losses)} steps with {drawn} bring the loss from "
        f"{reset_trial.before:.3g} to {reset_trial.after:.3g}; as it is, from {as_it_is.before:.3g} to "
        f"{as_it_is.after:.3g}",
    )


def _faster(trial: Trial, as_it_is: Trial) -> bool:
    falls = trial.fell > TIMES * as_it_is.fell or trial.after < LOWER * as_it_is.after
    return falls and trial.fell > FELL


def _he(network: nn.Module) -> None:
    """Give every layer weights that keep the size of the signal through ReLUs, and biases of 0."""
    reset(network)
    for module in network.modules():
        if isinstance(module, (*DENSE, *CONVOLUTIONS)):
            nn.init.kaiming_normal_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def _signal(double: Double, examples: Examples, change: Callable[[nn.Module], None]) -> tuple[LayerFacts, ...]:
    """Return what the layers give with torch's default weights."""
    tracer = Tracer()
    with generators_kept():
        network, _ = double.fresh()
        change(network)
        network.train(True)
        with buffers_kept(network), tracer.listening(network):
            try:
                _run(network, examples, double)
            except REFUSALS:
                return ()
    return layer_facts(tracer.calls)


def _run(network: nn.Module, examples: Examples, double: Double) -> None:
    network(*double.placed(examples).inputs)


def _arriving(layers: tuple[LayerFacts, ...]) -> LayerFacts | None:
    """Return the layer just before the last one with weights."""
    last = max((place for place, one in enumerate(layers) if one.function in WEIGHTED), default=0)
    return layers[last - 1] if last else None


RULE: Final = Rule(
    cause="init_too_small",
    title="The initial weights are too small",
    stage=Stage.INITIAL,
    phases=("before",),
    measure=measure,
    measures="standard deviation of the weights times the root of the inputs (the gain), and how much the input of "
    "the last layer varies from row to row",
    threshold="a gain below 0.4 in half of the layers, a tenth of the variation with torch's default weights, and a "
    "copy with those, or with He's, falls by 1 % of the loss and five times as much in 100 steps",
    origin="closed form: a gain of sqrt(2) keeps the size of the signal through ReLUs (He et al., 2015)",
    reason="Each layer multiplies the size of its signal by the gain, and backward that of the gradient. With weights "
    "that are too small both fade from layer to layer: the outputs are the same for every row, and the first layers "
    "do not learn.",
    remedy="torch's default weights, or nn.init.kaiming_normal_(layer.weight)",
    see=(
        "experiment initialization",
        "concept he_normal",
        "experiment deep_initialization",
        "experiment gradients_by_depth",
    ),
    explains=(*TRAINING, "low_precision_update_lost", "input_scale_tiny"),
    cost="two or three trials of 100 steps on copies, only where most gains are small and the signal fades",
    cases=("C05",),
)
