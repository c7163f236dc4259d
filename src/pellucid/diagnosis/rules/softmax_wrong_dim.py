"""A softmax along the wrong axis: over the rows of the batch, or over positions, instead of the classes."""

from __future__ import annotations

from typing import Final

from pellucid.diagnosis.behind import behind_loss
from pellucid.diagnosis.calling import dim_of, in_loss, in_network
from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import Head, head_of
from pellucid.diagnosis.loss_behaviour import CLOSE
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.trace import Call

SOFTMAXES: Final = ("softmax", "log_softmax")


def measure(evidence: Evidence) -> Verdict | None:
    """Find the softmax that makes the outputs, or the one in the loss, and the axis along which it sums to 1."""
    return _over_rows(evidence) or _in_the_contract(evidence)


def _over_rows(evidence: Evidence) -> Verdict | None:
    """Find a softmax over the rows behind the loss: of as many rows as classes it may be meant so."""
    wrong = (link for link in behind_loss(evidence) if link.name in SOFTMAXES and link.axis == 0)
    link = next((one for one in wrong if len(one.shape) == 2 and 1 < one.shape[1] != one.shape[0]), None)  # noqa: PLR2004
    if link is None:
        return None
    return Verdict(
        measured=f"in every watched step {link.name} behind the loss summed to 1 along axis 0, over the "
        f"{link.shape[0]} rows of the batch; the {link.shape[1]} classes are on axis 1",
        confidence=0.97,
        layer="the loss",
    )


def _in_the_contract(evidence: Evidence) -> Verdict | None:
    head = head_of(evidence)
    if head is None or head.outputs.ndim < 2 or len(head.outputs) < 3:  # noqa: PLR2004  (rows and classes)
        return None
    inside = [call for call in in_network(evidence) if call.name in SOFTMAXES]
    loss = [call for call in in_loss(evidence) if call.name in SOFTMAXES]
    found = inside[-1] if inside and head.last_function in SOFTMAXES else None
    if found is None or not _wrong(found, head):
        axes = {_axis(call) for call in loss}
        found = loss[0] if len(axes) == 1 and loss and _wrong(loss[0], head) else None
    if found is None or found.output is None:
        return None
    axis = _axis(found)
    over = "the rows of the batch" if axis == 0 else f"axis {axis}"
    return Verdict(
        measured=f"{found.name} sums to 1 along axis {axis}, over {over} ({found.output.shape[axis]} of them); the "
        f"{head.width} classes are on axis {head.axis}",
        confidence=0.98,
        layer=found.module if found.kind != "loss" else "the loss",
    )


def _axis(call: Call) -> int:
    """Return the axis along which a softmax sums to 1."""
    said = dim_of(call)
    values = call.output
    if said is not None or values is None:
        return said or 0
    return 0 if values.ndim in (1, 3) else 1  # torch's implicit choice


def _wrong(call: Call, head: Head) -> bool:
    """Return whether a softmax of the outputs' shape goes along another axis than the classes'."""
    values = call.output
    if values is None or values.shape != head.outputs.shape or head.kind not in ("classes", "yes/no"):
        return False
    if head.kind == "yes/no" and _axis(call) != 0:
        return False
    sums = (values.exp() if call.name == "log_softmax" else values).float().sum(head.axis)
    return _axis(call) != head.axis and not bool(((sums - 1).abs() < CLOSE).all())


RULE: Final = Rule(
    cause="softmax_wrong_dim",
    title="Softmax along the wrong axis",
    stage=Stage.HEAD,
    phases=("before", "during"),
    measure=measure,
    measures="the axis along which the softmax at the end, or in the loss, sums to 1",
    threshold="any other than that of the classes",
    origin="closed form: the probabilities of one row must sum to 1",
    reason="Summed over the batch, a row's probabilities do not sum to 1 and depend on which other rows happen to be "
    "in the batch: rows compete with one another instead of classes.",
    remedy="softmax(..., dim=1); better still no softmax, and nn.CrossEntropyLoss() on logits",
    see=("concept softmax", "concept cross_entropy"),
    explains=(*TRAINING, "batch_mixing", "softmax_before_ce", "nll_on_logits", "nll_on_probs", "wrong_loss",
              "single_unit_softmax", "wrong_loss_input"),
    cases=("A21",),
)  # fmt: skip
