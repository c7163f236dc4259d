"""Logits that cannot be negative: a ReLU, or the like, between the last layer and a loss that takes logits."""

from __future__ import annotations

from typing import Final

from pellucid.diagnosis.behind import logits_behind
from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import Head, head_of
from pellucid.diagnosis.proofs import tried_out, without
from pellucid.diagnosis.reach import reach
from pellucid.diagnosis.rule import Rule, Stage, Verdict

BEHIND: Final = ("relu", "softplus")  # seen behind the loss
PROBABILITIES: Final = ("sigmoid", "hardsigmoid", "softmax")  # another fault


def measure(evidence: Evidence) -> Verdict | None:
    """Find an activation without negative values whose results a loss takes for logits."""
    head = head_of(evidence)
    if head is not None and head.takes == "logits" and _one_sided(evidence, head):
        zero = float((head.outputs == 0).float().mean())
        return Verdict(
            measured=f"{head.last_function} makes the outputs, none of them can be negative"
            + (f" ({zero:.0%} are 0)" if zero else "")
            + f", and {evidence.program.loss_name} takes logits",
            confidence=0.97,
            layer=head.last_module,
            proof=tried_out(
                evidence, "relu_on_logits", f"without the {head.last_function}",
                change=without(head.last_module or "network"),
            ),
        )  # fmt: skip
    given = logits_behind(evidence)
    if given is not None and given.name in BEHIND:
        return Verdict(
            measured=f"in every watched step {given.name} made what the loss takes for logits", confidence=0.95
        )
    return None


def _one_sided(evidence: Evidence, head: Head) -> bool:
    return head.last_function not in PROBABILITIES and reach(evidence, head)[0] >= 0


RULE: Final = Rule(
    cause="relu_on_logits",
    title="Logits that cannot be negative",
    stage=Stage.HEAD,
    phases=("before", "during"),
    measure=measure,
    measures="the activation whose result the loss takes for logits",
    threshold="a range that begins at 0: ReLU, ReLU6, softplus, exp",
    origin="closed form: their range has no negative number",
    reason="A logit says by its sign which way the network leans. Without negative ones it can never lean against a "
    "class, and where a ReLU gives 0 no gradient comes back: that unit may stay dead.",
    remedy="no activation after the last layer",
    see=("concept relu", "concept cross_entropy", "concept binary_cross_entropy", "experiment dying_relu"),
    explains=(*TRAINING, "wrong_output_activation", "output_range_mismatch"),
    cost="two trials of 40 steps on a copy, only where it is found",
)
