"""Sigmoid twice: probabilities go into a binary loss that takes logits."""

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

SIGMOIDS: Final = ("sigmoid", "hardsigmoid")
LOGITS: Final = "binary_cross_entropy_with_logits"
FLOOR: Final = (math.log1p(math.exp(-1)), math.log(2))  # of a yes (0.3133) and of a no (0.6931)


def measure(evidence: Evidence) -> Verdict | None:
    """Find sigmoids whose results go into a binary loss that takes logits."""
    head, given = head_of(evidence), given_to(evidence, LOGITS)
    if given is not None and given.name not in SIGMOIDS:
        return None
    if head is not None and head.last_function in SIGMOIDS and _takes_logits(evidence, head):
        return Verdict(
            measured=f"a sigmoid makes the outputs, and {evidence.program.loss_name} applies it once more: its "
            f"probabilities lie between 0.5 and 0.731, and the loss cannot fall below {FLOOR[0]:.4f} for a yes and "
            f"{FLOOR[1]:.4f} for a no",
            confidence=0.99,
            layer=head.last_module,
            proof=tried_out(
                evidence,
                "sigmoid_before_bcelogits",
                "without the sigmoid",
                change=without(head.last_module or "network"),
            ),
        )
    if given is not None:
        return Verdict(
            measured=f"in every watched step a sigmoid made what {LOGITS} was given, which applies it once more",
            confidence=0.97,
            remedy="hand the logits to the loss: loss_fn(network(inputs), targets)",
        )
    return None


def _takes_logits(evidence: Evidence, head: Head) -> bool:
    if head.kind == "yes/no" and head.takes == "logits":
        return True
    calls = in_loss(evidence)
    return bool(calls) and calls[-1].name == LOGITS  # one-hot classes, soft targets


RULE: Final = Rule(
    cause="sigmoid_before_bcelogits",
    title="Sigmoid twice",
    stage=Stage.HEAD,
    phases=("before", "during"),
    measure=measure,
    measures="whether a sigmoid made the outputs, and whether the loss takes logits, found out by trying it",
    threshold="both",
    origin="closed form: sigmoid(0) = 0.5 and sigmoid(1) = 0.731 bound the probability",
    reason="BCEWithLogitsLoss applies the sigmoid itself. Of probabilities it makes numbers between 0.5 and 0.731: a "
    "sure no cannot be said, and the gradient is small.",
    remedy="remove the sigmoid at the end of the network, apply it when predicting; or take nn.BCELoss()",
    see=("concept binary_cross_entropy", "concept bce_of_probabilities", "concept sigmoid"),
    explains=(*TRAINING, "wrong_output_activation", "metric_threshold_on_logits"),
    cost="two trials of 40 steps on a copy, only where it is found",
)
