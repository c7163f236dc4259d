"""Rows sorted by their label and not shuffled: every batch shows one class only."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.tables import table_of

BATCHES: Final = 3
ROWS: Final = 4  # in a batch: fewer cannot be mixed
MIXED: Final = 0.5  # of the variety that batches drawn at random would have
SURE: Final = 6.0  # standard deviations of chi-squared
BLOCKS: Final = 10.0  # times fewer changes of class than in a shuffled order
SORTED: Final = 0.9  # rank correlation of a target that is a number with its place in the set
EVEN: Final = 0.9  # share of the batches whose ranges of targets do not overlap with the one before


def measure(evidence: Evidence) -> Verdict | None:
    """Compare the variety of labels in a batch with that of the whole set."""
    batches, whole = table_of(evidence, "batches"), table_of(evidence)
    sizes = [len(batch) for batch in evidence.data.batches]
    if batches is None or whole is None or len(sizes) < BATCHES or min(sizes[:-1]) < ROWS or sum(sizes) != len(batches):
        return None
    if not batches.classes:
        return _numbers(evidence, whole.y)
    overall = _shares(whole.y, whole.classes)
    gini = 1 - float(overall.square().sum())
    parts = [part for part in torch.split(batches.y, sizes) if len(part) >= ROWS]
    variety = sum(1 - float(_shares(part, whole.classes).square().sum()) for part in parts) / len(parts)
    chance = sum(gini * (1 - 1 / len(part)) for part in parts) / len(parts)
    if not _sure(parts, overall) or variety >= MIXED * chance:
        return _in_blocks(evidence, whole.y, batches.y, gini)
    met = sum(len(torch.unique(part)) for part in parts) / len(parts)
    return Verdict(
        measured=f"the first {len(parts)} batches hold {met:.1f} classes each, of {len(torch.unique(whole.y))}: two "
        f"rows of a batch differ in class with probability {variety:.2f}, of a shuffled one {chance:.2f}",
        confidence=0.95,
    )


def _sure(parts: list[Tensor], overall: Tensor) -> bool:
    """Return whether the batches differ from the set by more than chance: chi-squared, 6 standard deviations."""
    there = overall > 0
    off = [
        float((len(part) * (_shares(part, len(overall)) - overall)[there].square() / overall[there]).sum())
        for part in parts
    ]
    freedom = len(parts) * (int(there.sum()) - 1)
    return freedom > 0 and sum(off) > freedom + SURE * (2 * freedom) ** 0.5


def _in_blocks(evidence: Evidence, y: Tensor, drawn: Tensor, gini: float) -> Verdict | None:
    """Find rows of one class after the other, of which the first batches show the first class only."""
    expected = gini * (len(y) - 1)
    changes = int((y.diff() != 0).sum())
    if (evidence.data.train_rows or 0) > len(y) or expected < BLOCKS or changes > expected / BLOCKS:
        return None
    if len(drawn) > len(y) or not torch.equal(drawn, y[: len(drawn)]):
        return None
    return Verdict(
        measured=f"the rows come class by class, in the order of the set: the class changes {changes} times, in a "
        f"shuffled order about {expected:.0f} times",
        confidence=0.93,
    )


def _numbers(evidence: Evidence, y: Tensor) -> Verdict | None:
    """Find rows that are sorted by a target that is a number, and come in this order."""
    first, again = evidence.data.batches, evidence.data.again
    same = len(again) == len(first) and all(
        isinstance(a.targets, Tensor) and isinstance(b.targets, Tensor) and torch.equal(a.targets, b.targets)
        for a, b in zip(first, again, strict=True)
    )
    if not same or len(torch.unique(y)) < len(y) / 2:
        return None
    order = abs(float(torch.corrcoef(torch.stack([y.argsort().argsort().float(), torch.arange(len(y)).float()]))[0, 1]))
    means = torch.stack([batch.targets.float().mean() for batch in first]).diff()
    monotone = float(torch.maximum((means > 0).float().mean(), (means < 0).float().mean()))
    if order < SORTED or monotone < EVEN:
        return None
    return Verdict(
        measured="the rows come in the same order in every epoch, sorted by their target (rank correlation "
        f"{order:.2f})",
        confidence=0.9,
    )


def _shares(y: Tensor, classes: int) -> Tensor:
    return torch.bincount(y, minlength=classes).float() / len(y)


RULE: Final = Rule(
    cause="unshuffled",
    title="Rows sorted by label and not shuffled",
    stage=Stage.LABELS,
    phases=("before",),
    measure=measure,
    measures="the probability that two rows of a batch differ in class, against the same in a shuffled batch",
    threshold=f"{MIXED:g} of it; for numbers, a rank correlation of {SORTED:g} between the target and the place in "
    "the set",
    origin="closed form: 1 - Σ p² (Gini, 1912), times 1 - 1/b in a batch of b rows; rows in any order that does not "
    "depend on the label come to 1.0 of it",
    reason="Each step fits the one class that it sees and undoes what was learnt of the others. The loss swings with "
    "the place in the file, and the network ends with a bias for what came last.",
    remedy="DataLoader(dataset, batch_size, shuffle=True)",
    see=("experiment unshuffled", "experiment batches"),
    explains=(
        "lr_too_high",
        "bn_stats_not_tracked",
        "overfitting",
        "under_trained",
        "dead_relu",
        "class_imbalance",
        "exploding_gradient",
        "lr_too_low",
        "labels_constant",
        "label_noise",
        "capacity_too_small",
        "batch_too_large",
        "saturation",
    ),
)
