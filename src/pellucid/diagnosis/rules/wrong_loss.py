"""A loss that does not say what is right: it does not heed the targets, or only those of one class."""

from __future__ import annotations

import math
from typing import Any, Final

import torch
from torch import Tensor

from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import Head, head_of
from pellucid.diagnosis.loss_behaviour import near, tried
from pellucid.diagnosis.rule import Rule, Stage, Verdict

ROWS: Final = 16
ROUNDING: Final = 2e-6  # of the loss: what another order of summation leaves in single precision
LARGE: Final = 10.0  # targets beyond it have outputs made up at their own scale
SCALES: Final = (0.2, 0.8)  # outputs that are valid as probabilities, as logits and as numbers


def measure(evidence: Evidence) -> Verdict | None:
    """Try the loss with made-up outputs, and with the targets in another order."""
    head = head_of(evidence)
    if head is None or head.kind is None or not isinstance(head.targets, Tensor) or len(head.targets) < ROWS:
        return None
    return _unheeded(evidence, head) or _one_sided(evidence, head)


def _unheeded(evidence: Evidence, head: Head) -> Verdict | None:
    """Find a loss that is the same whichever row has which target."""
    loss_fn, targets = evidence.program.loss_fn, head.targets[:ROWS]
    generator = torch.Generator().manual_seed(0)
    low, high = SCALES
    values = low + (high - low) * torch.rand((ROWS, *head.outputs.shape[1:]), generator=generator)
    if values.numel() == targets.numel() and values.ndim != targets.ndim:
        return None  # a column beside a vector is another fault, or put right in the loop
    plain = tried(loss_fn, values, targets)
    others = [targets.roll(by, 0) for by in (1, 3, 5, 7)]
    if not math.isfinite(plain) or all(torch.equal(one, targets) for one in others):
        return None
    if not _same(loss_fn, values, targets, others):
        return None
    if head.kind == "numbers" and float(targets.abs().max()) > LARGE:  # a sum of squares drowns what changes
        scaled = targets.float().mean() + targets.float().std() * values
        if not _same(loss_fn, scaled, targets, others):
            return None
    return Verdict(
        measured=f"{evidence.program.loss_name} gives {plain:.4g} whichever row has which target",
        confidence=0.85,
    )


def _same(loss_fn: Any, values: Tensor, targets: Tensor, others: list[Tensor]) -> bool:
    plain = tried(loss_fn, values, targets)
    return all(abs(tried(loss_fn, values, one) - plain) <= ROUNDING * max(1.0, abs(plain)) for one in others)


def _one_sided(evidence: Evidence, head: Head) -> Verdict | None:
    """Find a loss that does not care what is said where the answer is no."""
    if head.kind != "yes/no" or head.outputs.numel() != head.targets.numel():
        return None
    loss_fn, targets = evidence.program.loss_fn, head.targets[:ROWS]
    shape = head.outputs[:ROWS].shape
    no, yes = torch.zeros_like(targets), torch.ones_like(targets)
    if not bool((head.targets == 0).any()) or not bool((head.targets == 1).any()):
        return None
    low, high = SCALES
    for_no = [tried(loss_fn, torch.full(shape, value), no) for value in (low, 0.5, high)]
    for_yes = [tried(loss_fn, torch.full(shape, value), yes) for value in (low, 0.5, high)]
    if not all(map(math.isfinite, (*for_no, *for_yes))):
        return None
    deaf_to_no, deaf_to_yes = (all(near(one, half) for one in values) for values, half in
                               ((for_no, for_no[1]), (for_yes, for_yes[1])))  # fmt: skip
    if deaf_to_no == deaf_to_yes or _heard_among_others(evidence, head, 0.0 if deaf_to_no else 1.0):
        return None
    answer = "no" if deaf_to_no else "yes"
    return Verdict(
        measured=f"where the answer is {answer}, {evidence.program.loss_name} is "
        f"{(for_no if deaf_to_no else for_yes)[1]:.3g} "
        "whatever the output",
        confidence=0.9,
    )


def _heard_among_others(evidence: Evidence, head: Head, answer: float) -> bool:
    """Return whether what is said of these rows matters where there are rows of the other kind: as in an overlap."""
    wanted = head.targets
    values = torch.full(head.outputs.shape, 0.5)
    where = (wanted == answer).reshape(values.shape)
    some = [tried(evidence.program.loss_fn, values.masked_fill(where, value), wanted) for value in SCALES]
    return not near(*some)


RULE: Final = Rule(
    cause="wrong_loss",
    title="A loss that does not say what is right",
    stage=Stage.HEAD,
    phases=("before",),
    measure=measure,
    measures="the loss of made-up outputs, with the targets in several orders, and with all of them no or all yes",
    threshold="the same loss, up to rounding",
    origin="closed form: what does not change the loss has no gradient",
    reason="What the loss does not depend on cannot be learnt: targets that it does not heed, or one of two classes.",
    remedy="nn.CrossEntropyLoss() for classes, nn.BCEWithLogitsLoss() for yes and no, nn.MSELoss() for numbers",
    see=("concept cross_entropy", "concept binary_cross_entropy", "concept squared_error"),
    explains=(*TRAINING, "wrong_loss_input", "graph_broken", "labels_constant"),
)
