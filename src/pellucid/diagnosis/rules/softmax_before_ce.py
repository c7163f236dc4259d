"""Softmax twice: probabilities go into a loss that takes logits."""

from __future__ import annotations

import math
from typing import Final

from pellucid.diagnosis.behind import given_to
from pellucid.diagnosis.calling import in_loss
from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import Head, head_of
from pellucid.diagnosis.proofs import tried_out, without
from pellucid.diagnosis.rule import Rule, Stage, Verdict


def measure(evidence: Evidence) -> Verdict | None:
    """Find outputs that are probabilities over the classes, and a loss that normalises them again."""
    head, given = head_of(evidence), given_to(evidence, "log_softmax")
    if given is not None and given.name != "softmax":
        return None
    if head is not None and head.rows_sum_to_one and (head.loss_normalises or _cross_entropy(evidence, head)):
        floor = math.log(1 + (head.width - 1) / math.e)
        return Verdict(
            measured=f"every row of the outputs sums to 1 and none is below 0, and {evidence.program.loss_name} "
            f"applies the softmax once more: with {head.width} classes the loss cannot fall below {floor:.4g}",
            confidence=0.99,
            layer=head.last_module,
            proof=tried_out(
                evidence, "softmax_before_ce", "without the softmax", change=without(head.last_module or "network")
            ),
        )
    if given is not None:
        return Verdict(
            measured="in every watched step softmax made what cross_entropy was given, which applies it once more",
            confidence=0.97,
            remedy="hand the logits to the loss: loss_fn(network(inputs), targets)",
        )
    return None


def _cross_entropy(evidence: Evidence, head: Head) -> bool:
    """Return whether the loss calls torch's cross-entropy on outputs and targets of equal shape: soft targets."""
    calls = in_loss(evidence)
    return bool(calls) and calls[0].name in ("cross_entropy", "log_softmax") and head.outputs.ndim > 1


RULE: Final = Rule(
    cause="softmax_before_ce",
    title="Softmax twice",
    stage=Stage.HEAD,
    phases=("before", "during"),
    measure=measure,
    measures="whether the outputs are probabilities already, and whether the loss normalises what it is given; the "
    "operations behind the loss",
    threshold="row sums within 0.001 of 1, no output below 0",
    origin="closed form: with K classes such a loss cannot go below log(1 + (K - 1) / e)",
    reason="Cross-entropy takes logits and applies the softmax itself. Of probabilities it makes nearly equal ones: "
    "the loss stays high and the gradient small, although the accuracy may look fine.",
    remedy="remove the softmax at the end of the network; apply it when predicting",
    see=("concept cross_entropy", "concept softmax", "experiment cross_entropy_identity"),
    explains=(*TRAINING, "relu_on_logits", "wrong_output_activation"),
    cost="two trials of 40 steps on a copy, only where it is found",
    cases=("A01",),
)
