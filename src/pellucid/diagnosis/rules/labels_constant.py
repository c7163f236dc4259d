"""All training rows have the same label: there is nothing to tell apart."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import head_of
from pellucid.diagnosis.rule import Rule, Stage, Verdict

ROWS: Final = 32  # of two equally frequent classes, 32 rows are all alike once in 2 billion times

COLLAPSED: Final = 0.05  # of the first loss


def measure(evidence: Evidence) -> Verdict | None:
    """Compare all training targets with the first."""
    train = evidence.data.train
    targets = None if train is None else train.targets
    if not isinstance(targets, Tensor) or targets.ndim == 0 or len(targets) < ROWS:
        return None
    if not bool((targets == targets[0]).all()):
        return None
    head = head_of(evidence)
    one = head is not None and head.kind == "yes/no" and head.width == 1
    judges = one and head is not None and head.takes in ("logits", "probabilities")
    if judges and evidence.data.validation is None and not _collapsed(evidence):
        return None  # one of two networks that train against each other sees each kind of row in a loader of its own
    value = targets[0].flatten()[:1].item() if targets[0].numel() == 1 else "the same row of numbers"
    held = None if evidence.data.validation is None else evidence.data.validation.targets
    beside = ""
    if isinstance(held, Tensor) and held.numel() and held.ndim == targets.ndim:
        other = len(torch.unique(held.reshape(len(held), -1), dim=0))
        beside = f"; the validation targets have {other} different value{'s' if other > 1 else ''}"
    return Verdict(
        measured=f"the targets of all {len(targets)} training rows looked at are {value}{beside}", confidence=0.97
    )


def _collapsed(evidence: Evidence) -> bool:
    """Return whether the network has learnt to give the one answer always."""
    first, last = evidence.first, evidence.last
    return first is not None and last is not None and evidence.ended and last.loss < COLLAPSED * first.loss


RULE: Final = Rule(
    cause="labels_constant",
    title="All labels are the same",
    stage=Stage.LABELS,
    phases=("before", "after"),
    measure=measure,
    measures="how many different targets the training rows have",
    threshold=f"one, in {ROWS} rows or more",
    origin="closed form: of two equally frequent classes, 32 rows are all alike with probability 2^-31",
    reason="A network that always gives this answer has a loss near 0 and has learnt nothing. Mostly a comparison, a "
    "column or a file of labels was read wrongly.",
    remedy="look where the targets are made: print(targets.unique(return_counts=True))",
    see=("experiment majority", "concept entropy"),
    explains=(
        "class_imbalance",
        "split_biased",
        "unshuffled",
        "labels_misaligned",
        "labels_swapped",
        "label_noise",
        "overfitting",
        "vanishing_gradient",
        "dead_relu",
        "saturation",
        "lr_too_low",
        "leakage_feature",
        "constant_init",
    ),
)
