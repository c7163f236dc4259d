"""The gradient grows on its way down or back through time, until one step destroys the weights."""

from __future__ import annotations

import math
from typing import Final

from torch import Tensor

from pellucid.diagnosis.calling import in_network
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.looking import WEIGHTED
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.through_time import states

HUGE: Final = 1e3  # norm of the gradient, by the loss and the square root of the number of weights
GROWTH: Final = 50.0  # of the states from the first to the last step, of the signal from the first to the last layer
FEWEST_LAYERS: Final = 8
EDGE: Final = 10  # the first tenth of the steps


def measure(evidence: Evidence) -> Verdict | None:
    """Find states that grow along the sequence or from layer to layer, and gradients out of proportion."""
    first, (growth, along) = evidence.first, _growth(evidence)
    if first is None or not growth > GROWTH:
        return None
    norms = [one.norm_at_step for one in evidence.steps]
    largest = max((math.inf if not math.isfinite(one) else one for one in norms), default=0.0)
    size = math.sqrt(sum(entry.numel for entry in evidence.program.parameters if entry.trainable))
    if evidence.failure is None and not largest > HUGE and not largest > HUGE * abs(first.loss) / size:
        return None
    return Verdict(
        measured=f"{along} by the factor {growth:.2g}, and the norm of the gradient reaches {largest:.2g}",
        confidence=0.95 if "sequence" in along else 0.9,
    )


def _growth(evidence: Evidence) -> tuple[float, str]:
    """Return by how much the signal grows along the sequence or through the layers before step 1, and what grows."""
    in_time = max((_grown(one) for one in states(evidence)), default=0.0)
    if in_time:
        return in_time, "the states grow from the first to the last step of the sequence"
    layers = [call.output for call in in_network(evidence) if call.name in WEIGHTED and call.output is not None]
    sizes = [float(one.float().abs().mean()) for one in layers[:-1]]
    if len(layers) < FEWEST_LAYERS or not sizes[0]:
        return 0.0, ""
    return sizes[-1] / sizes[0], f"the signal grows through {len(layers)} layers"


def _grown(states: Tensor) -> float:
    steps = states.float().abs()
    early, late = float(steps[: max(1, len(steps) // EDGE)].mean()), float(steps[-1].mean())
    return late / early if early else math.inf


RULE: Final = Rule(
    cause="exploding_gradient",
    title="The gradient explodes",
    stage=Stage.INITIAL,
    phases=("during",),
    measure=measure,
    measures="how the states grow along the sequence, or the signal from layer to layer in a deep network, and the "
    "norm of the gradient",
    threshold="a growth of 50 times, and a gradient of norm above 1000, or numbers that are no longer finite",
    origin="closed form: weights of gain g multiply signal and gradient by g^T over T steps or layers",
    reason="On its way back the gradient is multiplied by the weights once for each step of the sequence, or for each "
    "layer. With a gain above 1 it grows exponentially, and one step of the optimizer throws the weights far away.",
    remedy="torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0) before the step; recurrent weights of gain 1 "
    "(nn.init.orthogonal_), or norms between the layers",
    see=("experiment bptt",),
    explains=("lr_too_high", "input_nonfinite", "nan_log_zero", "dead_relu", "saturation", "target_unscaled",
              "init_too_large", "under_trained"),
    cases=("C07",),
)  # fmt: skip
