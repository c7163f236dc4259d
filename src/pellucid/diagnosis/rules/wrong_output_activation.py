"""The last activation is not the one that the loss counts on."""

from __future__ import annotations

from typing import Final

from torch import nn

from pellucid.diagnosis.behind import logits_behind
from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import Head, head_of
from pellucid.diagnosis.proofs import tried_out
from pellucid.diagnosis.reach import reach
from pellucid.diagnosis.rule import Rule, Stage, Verdict

BOUNDED: Final = ("tanh", "hardtanh", "softsign", "elu", "selu", "celu", "gelu", "silu", "mish", "hardswish",
                  "leaky_relu", "logsigmoid", "prelu")  # fmt: skip
BENDING: Final = ("tanh", "hardtanh", "elu", "gelu", "silu", "leaky_relu", "softsign")
"""Seen behind the loss."""
PROBABILITIES: Final = ("sigmoid", "hardsigmoid", "softmax", "clamp", "exp", "")


def measure(evidence: Evidence) -> Verdict | None:
    """Find an activation that bends logits, or one whose results are no probabilities though the loss takes such."""
    head, given = head_of(evidence), logits_behind(evidence)
    if given is not None and given.name in BENDING:
        return Verdict(
            measured=f"in every watched step {given.name} made what the loss takes for logits, which may be any number",
            confidence=0.9,
            remedy="no activation before the softmax or the sigmoid of the loss",
        )
    if head is None:
        return None
    if head.takes == "logits" and head.last_function in BOUNDED and reach(evidence, head)[0] < 0:
        return _verdict(evidence, head, "logits, which may be any number", 0.9)
    if head.takes == "probabilities" and head.last_function not in PROBABILITIES:
        return _verdict(evidence, head, "probabilities", 0.97)
    if head.takes == "numbers" and head.kind == "numbers" and head.last_function == "softmax" and head.rows_sum_to_one:
        targets = head.targets.float().reshape(head.outputs.shape)
        if bool(((targets.sum(1) - 1).abs() > 0.01).any()):  # noqa: PLR2004  (no distribution, rounding aside)
            return _verdict(evidence, head, "numbers that do not sum to 1", 0.95)
    return None


def _verdict(evidence: Evidence, head: Head, wanted: str, confidence: float) -> Verdict:
    values = head.outputs.float()
    proof, remedy = "", "no activation after the last layer"
    if wanted == "probabilities":
        remedy = "nn.Sigmoid() at the end; better still no activation there, and nn.BCEWithLogitsLoss()"
        name = head.last_module
        if head.kind == "yes/no" and name:
            proof = tried_out(evidence, "wrong_output_activation", "with a sigmoid at the end", change=_sigmoid(name))
    return Verdict(
        measured=f"{head.last_function} makes the outputs, which go from {float(values.min()):.3g} to "
        f"{float(values.max()):.3g} on {len(values)} rows, and {evidence.program.loss_name} takes {wanted}",
        confidence=confidence,
        layer=head.last_module,
        remedy=remedy,
        proof=proof,
    )


def _sigmoid(name: str) -> object:
    """Return a change that puts a sigmoid in the place of the module."""

    def change(network: nn.Module) -> None:
        parent, _, last = name.rpartition(".")
        setattr(network.get_submodule(parent), last, nn.Sigmoid())

    return change


RULE: Final = Rule(
    cause="wrong_output_activation",
    title="The last activation does not fit the loss",
    stage=Stage.HEAD,
    phases=("before", "during"),
    measure=measure,
    measures="the activation whose results are the outputs, and what the loss takes, found out by trying it",
    threshold="a loss of logits needs none, a loss of probabilities a sigmoid or a softmax",
    origin="closed form: the range of each activation",
    reason="A loss of probabilities is only defined between 0 and 1: outside, it must be cut off, and there no "
    "gradient comes back. A loss of logits needs all numbers: bounded ones keep the probabilities away from 0 and 1.",
    remedy="no activation after the last layer, and a loss that takes logits",
    see=("concept sigmoid", "concept softmax", "concept binary_cross_entropy", "experiment saturated_output"),
    explains=(*TRAINING, "output_range_mismatch", "wrong_loss_input", "nan_log_zero"),
    cost="two trials of 40 steps on a copy, only where it is found",
    cases=("A11",),
)
