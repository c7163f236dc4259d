"""One sigmoid for each class, though every row has exactly one class."""

from __future__ import annotations

import math
from typing import Final

from torch.nn.functional import cross_entropy

from pellucid.diagnosis.behind import given_to
from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import head_of
from pellucid.diagnosis.proofs import tried_out, without
from pellucid.diagnosis.rule import Rule, Stage, Verdict

SIGMOIDS: Final = ("sigmoid", "hardsigmoid")


def measure(evidence: Evidence) -> Verdict | None:
    """Find sigmoids whose results go into a loss over exclusive classes."""
    head = head_of(evidence)
    if head is not None and head.kind == "classes" and head.last_function in SIGMOIDS and not head.rows_sum_to_one:
        follows = {
            "logits": f"takes them for logits: with {head.width} classes it cannot fall below "
            f"{math.log(1 + (head.width - 1) / math.e):.4g}",
            "probabilities": "only asks for that of the right class: all of them go to 1, and the loss to 0",
            "log-probabilities": "takes logarithms",
        }.get(head.takes, "")
        if not follows:
            return None
        return Verdict(
            measured=f"sigmoids make the {head.width} outputs, a row of them sums to "
            f"{float(head.outputs.float().sum(1).mean()):.3g} on average, and {evidence.program.loss_name} {follows}",
            confidence=0.98,
            layer=head.last_module,
            proof=tried_out(
                evidence, "sigmoid_on_multiclass", "without the sigmoids, with cross-entropy",
                change=without(head.last_module or "network"), loss_fn=cross_entropy,
            ),
        )  # fmt: skip
    given = given_to(evidence, "log_softmax")
    if given is not None and given.name in SIGMOIDS:
        return Verdict(
            measured="in every watched step sigmoids made what cross_entropy was given, which takes them for logits",
            confidence=0.95,
        )
    return None


RULE: Final = Rule(
    cause="sigmoid_on_multiclass",
    title="Sigmoids for classes that exclude one another",
    stage=Stage.HEAD,
    phases=("before", "during"),
    measure=measure,
    measures="the activation at the end, the sums of the rows, and what the loss takes, found out by trying it",
    threshold="a sigmoid, where every row has one class and the loss takes a distribution over the classes",
    origin="closed form: independent sigmoids do not sum to 1",
    reason="With one sigmoid for each class the outputs do not compete: raising all of them lowers the loss just as "
    "well as finding the right one, or the loss squeezes them a second time.",
    remedy="no activation after the last layer, and nn.CrossEntropyLoss()",
    see=("concept softmax", "concept sigmoid", "concept cross_entropy"),
    explains=(*TRAINING, "wrong_output_activation", "wrong_loss_input", "wrong_loss", "relu_on_logits"),
    cost="two trials of 40 steps on a copy, only where it is found",
    cases=("A13",),
)
