"""The last activation cannot give the numbers that the targets are."""

from __future__ import annotations

from typing import Final

from torch import Tensor

from pellucid.diagnosis.behind import behind_loss
from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import Head, head_of
from pellucid.diagnosis.loss_behaviour import binary_takes, good_is_low
from pellucid.diagnosis.proofs import tried_out, without
from pellucid.diagnosis.reach import RANGES, reach
from pellucid.diagnosis.rule import Rule, Stage, Verdict

ERRORS: Final = ("mse_loss", "smooth_l1_loss", "huber_loss")  # seen at the beginning of the graph
MARGIN: Final = 0.05  # standard deviations of the targets: noise at the border is no fault
SHARE: Final = 0.05  # of the targets out of reach: fewer are outliers


def measure(evidence: Evidence) -> Verdict | None:
    """Find targets of a regression that the last activation cannot reach."""
    head, train = head_of(evidence), evidence.data.train
    if head is None or train is None or head.kind != "numbers" or not isinstance(train.targets, Tensor):
        return None
    name, (low, high) = _range(evidence, head)
    if not good_is_low(evidence, head):
        return None  # the outputs are not in the units of the targets: log-probabilities, logarithms of rates
    if binary_takes(evidence.program.loss_fn, tuple(head.outputs[:4].shape), head.targets[:4]):
        return None  # the targets do not fit the loss either: that is another fault
    targets = train.targets.double().flatten()
    margin = MARGIN * float(targets.std()) if targets.numel() > 1 else 0.0
    outside = float(((targets < low - margin) | (targets > high + margin)).double().mean())
    if not outside > SHARE:
        return None
    return Verdict(
        measured=f"{name} gives numbers from {low:g} to {high:g}, and {outside:.0%} of the targets lie "
        f"outside: they go from {float(targets.min()):.3g} to {float(targets.max()):.3g}",
        confidence=0.97,
        layer=head.last_module,
        proof=tried_out(
            evidence, "output_range_mismatch", f"without the {name}",
            change=without(head.last_module or "network"),
        ),
    )  # fmt: skip


def _range(evidence: Evidence, head: Head) -> tuple[str, tuple[float, float]]:
    """Return the last activation and what it can give: behind the loss, where that is known, else in the network."""
    chain = behind_loss(evidence)
    if len(chain) > 1 and chain[0].name in ERRORS and chain[1].name in RANGES:
        return chain[1].name, RANGES[chain[1].name]
    done = [name for name in evidence.in_loop if name in RANGES]
    return (done[-1], RANGES[done[-1]]) if done else (head.last_function, reach(evidence, head))


RULE: Final = Rule(
    cause="output_range_mismatch",
    title="Targets that the last activation cannot reach",
    stage=Stage.HEAD,
    phases=("before", "during"),
    measure=measure,
    measures="the share of the training targets outside the range of the last activation",
    threshold="5 % of the targets, by more than 0.05 of their standard deviations",
    origin="closed form: the range of each activation; margin and share are for noise and outliers",
    reason="An activation at the end bounds what the network can say. Targets beyond that bound keep a constant "
    "error, and where a ReLU gives 0 there is no gradient either.",
    remedy="no activation after the last layer of a regression; or scale the targets into its range",
    see=("concept squared_error", "concept relu", "concept sigmoid", "concept tanh", "experiment tanh_or_sigmoid"),
    explains=(*TRAINING, "relu_on_logits", "wrong_output_activation", "target_unscaled", "wrong_loss"),
    cost="two trials of 40 steps on a copy, only where it is found",
    cases=("A09",),
)
