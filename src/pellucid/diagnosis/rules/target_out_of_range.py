"""Targets that the loss is not made for: labels beyond the classes, or yes and no that are not 1 and 0."""

from __future__ import annotations

from typing import Any, Final

import torch
from torch import Tensor

from pellucid.diagnosis.calling import in_loss
from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import Head, head_of, is_picture
from pellucid.diagnosis.loss_behaviour import binary_takes, near, tried
from pellucid.diagnosis.rule import Rule, Stage, Verdict

FEW: Final = 10  # different values: answers in another code, not numbers to be predicted
IGNORED: Final = -100  # torch's own label for "no target"
ROWS: Final = 8


def measure(evidence: Evidence) -> Verdict | None:
    """Compare the targets with what the loss takes, found out by trying it."""
    head, train = head_of(evidence), evidence.data.train
    if head is None or train is None or not isinstance(train.targets, Tensor) or not train.targets.numel():
        return None
    if not train.targets.is_floating_point() and head.outputs.ndim == train.targets.ndim + 1 and head.width > 1:
        return _labels(evidence, head, train.targets)
    return _binary(evidence, head, train.targets) or _margins(evidence, head, train.targets)


def _labels(evidence: Evidence, head: Head, labels: Tensor) -> Verdict | None:
    wanted = labels[labels != _ignored(evidence)]
    if not wanted.numel():
        return None
    low, high = int(wanted.min()), int(wanted.max())
    if high < head.width and (low >= 0 or _unheard(evidence, head)):
        return None
    return Verdict(
        measured=f"the labels go from {low} to {high}, and the network has {head.width} outputs: the classes 0 to "
        f"{head.width - 1}",
        confidence=0.98,
        remedy=f"labels - {low}" if high - low < head.width else f"{high + 1} outputs, or fewer classes",
    )


def _ignored(evidence: Evidence) -> int:
    """Return the label that the loss leaves out."""
    said = getattr(evidence.program.loss_fn, "ignore_index", None)
    for call in in_loss(evidence):
        said = call.options.get("ignore_index", said)
    return int(said) if isinstance(said, int) else IGNORED


def _unheard(evidence: Evidence, head: Head) -> bool:
    """Return whether the loss leaves rows with negative labels out: their outputs do not matter."""
    below = head.targets < 0
    if not bool(below.any()):
        return False
    changed = head.outputs.movedim(head.axis, -1).clone()
    changed[below] += torch.linspace(-1, 1, head.width)
    loss_fn = evidence.program.loss_fn
    heard = tried(loss_fn, changed.movedim(-1, head.axis), head.targets)
    return near(heard, tried(loss_fn, head.outputs, head.targets))


def _binary(evidence: Evidence, head: Head, targets: Tensor) -> Verdict | None:
    """Find answers other than 0 and 1 where the loss is a binary cross-entropy."""
    low, high = float(targets.min()), float(targets.max())
    if low >= 0 and high <= 1:
        return None
    values = sorted(set(targets.flatten().tolist()))
    shades = len(values) > FEW
    what, code = (f"numbers from {low:g} to {high:g}", "0 to 1") if shades else (_said(values), "0 and 1")
    if shades and not is_picture(evidence, targets):
        return None
    if not binary_takes(evidence.program.loss_fn, tuple(head.outputs[:ROWS].shape), _some(head)):
        return None
    return Verdict(
        measured=f"the targets are {what}, and {evidence.program.loss_name} takes {code}: of {low:g} and "
        f"{high:g} "
        "it makes a loss without a lower bound",
        confidence=0.98,
        remedy=f"targets / {high:g}"
        if shades
        else f"targets = (targets > {(low + high) / 2:g}).float()"
        if len(values) == 2  # noqa: PLR2004
        else "",
    )


def _margins(evidence: Evidence, head: Head, targets: Tensor) -> Verdict | None:
    """Find targets 0 and 1 where the loss takes -1 and 1: rows with a 0 do not matter to it."""
    if head.kind != "yes/no" or not bool((targets == 0).any()) or not bool((targets == 1).any()):
        return None
    loss_fn, some = evidence.program.loss_fn, _some(head)
    zeros = torch.zeros_like(some)

    def of(value: float, target: Tensor) -> float:
        return tried(loss_fn, torch.full(head.outputs[:ROWS].shape, value), target)

    flat = all(near(of(value, zeros), of(0.1, zeros)) for value in (2.0, 0.6, -0.3, -1.0))
    minus, ones = torch.full_like(some, -1), torch.ones_like(some)
    if not flat or not (of(2.0, minus) > of(-2.0, minus) >= 0 and of(-2.0, ones) > of(2.0, ones) >= 0):
        return None
    return Verdict(
        measured=f"the targets are 0 and 1, and {evidence.program.loss_name} takes -1 and 1: where the target is 0 it "
        f"is {of(0.0, zeros):.3g} whatever the output",
        confidence=0.97,
        remedy="targets = 2 * targets - 1",
    )


def _some(head: Head) -> Any:
    return head.targets[:ROWS]


def _said(values: list[float]) -> str:
    return ", ".join(f"{one:g}" for one in values)


RULE: Final = Rule(
    cause="target_out_of_range",
    title="Targets that the loss is not made for",
    stage=Stage.HEAD,
    phases=("before",),
    measure=measure,
    measures="the values of the targets, and what the loss takes, found out by trying it",
    threshold="labels 0 to K - 1 for K outputs; 0 to 1 for a binary cross-entropy; -1 and 1 for a loss of margins",
    origin="closed form: binary cross-entropy of a target below 0 or above 1 has no lower bound",
    reason="A loss tells right from wrong only by targets in its own code. In another code it rewards ever larger "
    "outputs, does not hear a whole class, or reads a neighbour's number.",
    remedy="targets in the loss's code",
    see=("concept binary_cross_entropy", "concept cross_entropy", "concept hinge"),
    explains=(*TRAINING, "wrong_loss", "wrong_loss_for_task", "output_range_mismatch", "target_unscaled",
              "labels_swapped", "wrong_loss_input", "flipped_sign", "nan_log_zero", "loss_clamped"),
    cases=("A15",),
)  # fmt: skip
