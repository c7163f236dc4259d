"""NLLLoss is given probabilities instead of their logarithms."""

from __future__ import annotations

from typing import Final

import torch

from pellucid.diagnosis.behind import given_to
from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import head_of
from pellucid.diagnosis.proofs import tried_out
from pellucid.diagnosis.rule import Rule, Stage, Verdict


def measure(evidence: Evidence) -> Verdict | None:
    """Find outputs that are probabilities, and a loss that takes log-probabilities."""
    head, given = head_of(evidence), given_to(evidence, "nll_loss", "nll_loss2d")
    if given is not None and given.name != "softmax":
        return None
    if head is not None and head.takes == "log-probabilities" and head.rows_sum_to_one:
        loss_fn = evidence.program.loss_fn
        return Verdict(
            measured=f"every row of the outputs sums to 1, and {evidence.program.loss_name} takes logarithms of "
            f"probabilities: the loss is {evidence.contract.loss if evidence.contract else 0:.3g}, and lies between "
            f"-1 and 0",
            confidence=0.99,
            layer=head.last_module,
            proof=tried_out(
                evidence, "nll_on_probs", "with the logarithm of the outputs",
                loss_fn=lambda outputs, targets: loss_fn(torch.log(outputs.clamp_min(1e-12)), targets),
            ),
        )  # fmt: skip
    if given is not None:
        return Verdict(
            measured="in every watched step softmax made what nll_loss was given, which takes logarithms",
            confidence=0.97,
        )
    return None


RULE: Final = Rule(
    cause="nll_on_probs",
    title="Probabilities where logarithms are wanted",
    stage=Stage.HEAD,
    phases=("before", "during"),
    measure=measure,
    measures="whether the outputs are probabilities, and whether the loss is minus the output of the right class",
    threshold="row sums within 0.001 of 1, no output below 0; a loss that is linear in the outputs",
    origin="closed form: minus a probability lies between -1 and 0",
    reason="NLLLoss only picks the output of the right class and turns its sign. Of probabilities it makes a negative "
    "loss whose gradient is smallest where the network is most wrong.",
    remedy="end with nn.LogSoftmax(dim=1) instead of nn.Softmax(dim=1); or end with logits and take "
    "nn.CrossEntropyLoss",
    see=("concept nll", "concept log_softmax", "concept cross_entropy"),
    explains=(*TRAINING, "wrong_loss_input"),
    cost="two trials of 40 steps on a copy, only where it is found",
    cases=("A03",),
)
