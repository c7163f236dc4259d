"""A softmax over answers that do not exclude one another."""

from __future__ import annotations

from typing import Final

from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from pellucid.diagnosis.calling import in_loss
from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import head_of
from pellucid.diagnosis.proofs import tried_out, without
from pellucid.diagnosis.rule import Rule, Stage, Verdict

SHARE: Final = 0.05  # of the rows with no yes or several


def measure(evidence: Evidence) -> Verdict | None:
    """Find rows with several yes, or none, and a softmax over them at the end of the network or in the loss."""
    head, train = head_of(evidence), evidence.data.train
    if head is None or train is None or head.kind != "yes/no" or head.width < 2:  # noqa: PLR2004  (one answer)
        return None
    if head.outputs.shape != head.targets.shape or head.outputs.ndim != 2:  # noqa: PLR2004  (rows and answers)
        return None
    counts = train.targets.float().sum(1)
    several = float((counts != 1).float().mean())
    if several < SHARE:
        return None
    calls = in_loss(evidence)
    in_the_loss = bool(calls) and calls[0].name == "softmax"
    if not head.rows_sum_to_one and not in_the_loss:
        return None
    where = f"{evidence.program.loss_name} takes" if in_the_loss else "the network ends with"
    change = None if in_the_loss else without(head.last_module or "network")
    return Verdict(
        measured=f"{several:.0%} of the rows have no yes or several (up to {int(counts.max())}), and {where} a "
        f"softmax over the {head.width} answers, whose probabilities sum to 1",
        confidence=0.97,
        layer="" if in_the_loss else head.last_module,
        proof=tried_out(evidence, "softmax_on_multilabel", "with one sigmoid for each", loss_fn=_binary, change=change),
    )


def _binary(outputs: Tensor, targets: Tensor) -> Tensor:
    return binary_cross_entropy_with_logits(outputs, targets.float())


RULE: Final = Rule(
    cause="softmax_on_multilabel",
    title="Softmax over answers that do not exclude one another",
    stage=Stage.HEAD,
    phases=("before",),
    measure=measure,
    measures="how many yes each row of the targets has, and whether the outputs are a distribution over the answers",
    threshold="5 % of the rows with no yes or several",
    origin="closed form: probabilities that sum to 1 cannot be near 1 twice, nor all near 0",
    reason="A softmax lets the answers compete: two that are both right get at most one half each, and a row without "
    "any yes cannot be said at all.",
    remedy="no activation after the last layer, and nn.BCEWithLogitsLoss()",
    see=("concept softmax", "concept sigmoid", "concept binary_cross_entropy"),
    explains=(*TRAINING, "wrong_output_activation", "sigmoid_before_bcelogits", "wrong_loss_for_task", "wrong_loss"),
    cost="two trials of 40 steps on a copy, only where it is found",
)
