"""Parts that were not drawn alike: other classes or other targets in validation than in training."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.parts import sides_of
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.tables import table_of

ROWS: Final = 20
UNLIKE: Final = 0.25  # total variation distance of the class shares
SURE: Final = 6.0  # standard errors
MISSING: Final = 8.0  # rows of a class expected in a part that has none: chance e^-8
BALANCED: Final = 0.2  # of the training classes' mean count: then they were balanced on purpose
NUMBERS: Final = 0.6  # Kolmogorov-Smirnov distance of the targets
FEATURE: Final = 0.95  # the same of a column of the inputs
TOUCHING: Final = 0.1  # of the smaller range: overlap or gap where a sorted column was cut


def measure(evidence: Evidence) -> Verdict | None:
    """Compare the classes, the targets and the columns of the two parts."""
    train, held = table_of(evidence), table_of(evidence, "validation")
    if train is None or held is None or not _alike(evidence):
        return None
    if train.classes:
        found = _classes(train.y, held.y, train.classes)
    else:
        distance = kolmogorov(train.y, held.y)
        found = (
            f"the targets run from {float(train.y.min()):.3g} to {float(train.y.max()):.3g} (mean "
            f"{float(train.y.mean()):.3g}) in training and from {float(held.y.min()):.3g} to {float(held.y.max()):.3g} "
            f"(mean {float(held.y.mean()):.3g}) in validation: their distributions are {distance:.2f} apart"
            if distance > NUMBERS
            else ""
        )
    found = found or _columns(evidence)
    return Verdict(measured=found, confidence=0.9) if found else None


def _alike(evidence: Evidence) -> bool:
    """Return whether the targets of both parts have the same form: soft labels in training only are no other data."""
    parts = [part.targets for part in (evidence.data.train, evidence.data.validation) if part is not None]
    return len({(one.ndim, one.is_floating_point()) for one in parts if isinstance(one, Tensor)}) == 1


def _classes(one: Tensor, other: Tensor, classes: int) -> str:
    counts = torch.stack([torch.bincount(part, minlength=classes).float() for part in (one, other)])
    shares = counts / counts.sum(1, keepdim=True)
    unseen = [
        (i, int(counts[1, i])) for i in range(classes) if counts[0, i] == 0 and shares[1, i] * counts[0].sum() > MISSING
    ]
    if unseen:
        return f"class {unseen[0][0]} has {unseen[0][1]} of {len(other)} validation rows and no training row"
    left_out = [i for i in range(classes) if counts[1, i] == 0 and shares[0, i] * counts[1].sum() > MISSING]
    distance = float((shares[0] - shares[1]).abs().sum()) / 2
    if left_out:
        share = float(shares[0, left_out[0]])
        return f"class {left_out[0]} has {share:.0%} of the training rows and none of {len(other)} validation rows"
    there = counts[0][counts[0] > 0]
    if float((there - there.mean()).abs().max()) <= BALANCED * float(there.mean()) or distance < UNLIKE:
        return ""
    worst = int((shares[0] - shares[1]).abs().argmax())
    p = float(shares[:, worst].mean())
    error = (p * (1 - p) * (1 / len(one) + 1 / len(other))) ** 0.5
    if float((shares[0] - shares[1])[worst].abs()) < SURE * error:
        return ""
    return (
        f"class {worst} has {float(shares[0, worst]):.0%} of the training rows and {float(shares[1, worst]):.0%} of "
        f"the validation rows; {distance:.0%} of the rows would have to change class for equal shares"
    )


def kolmogorov(one: Tensor, other: Tensor) -> float:
    """Return the largest distance of two distribution functions.

    Example:
        >>> kolmogorov(torch.arange(4.0), torch.arange(4.0) + 2)
        0.5
    """
    places = torch.cat([one, other]).sort().values
    below = [torch.searchsorted(part.sort().values, places, right=True) / len(part) for part in (one, other)]
    return float((below[0] - below[1]).abs().max())


def _columns(evidence: Evidence) -> str:
    """Find a column whose values in the two parts hardly overlap, of a kind that only a sorted table has."""
    sides = sides_of(evidence)
    train = evidence.data.train
    if sides is None or train is None or train.inputs[0].ndim != 2 or not train.inputs[0].is_floating_point():  # noqa: PLR2004
        return ""
    if len(sides.held) < ROWS or (evidence.data.variation is not None and evidence.data.variation.varies):
        return ""
    for column in sides.varying.nonzero().flatten().tolist()[:256]:
        one, other = sides.train[:, column], sides.held[:, column]
        overlap = min(float(one.max()), float(other.max())) - max(float(one.min()), float(other.min()))
        reach = min(float(one.max() - one.min()), float(other.max() - other.min()))
        if abs(overlap) < TOUCHING * reach and kolmogorov(one, other) > FEATURE:
            return (
                f"column {column} runs from {float(one.min()):.3g} to {float(one.max()):.3g} in training and from "
                f"{float(other.min()):.3g} to {float(other.max()):.3g} in validation: the rows were sorted by it "
                "before the split"
            )
    return ""


RULE: Final = Rule(
    cause="split_biased",
    title="The parts are not drawn alike",
    stage=Stage.LABELS,
    phases=("before",),
    measure=measure,
    measures="the shares of the classes in both parts, or the distributions of the targets, and of each column",
    threshold=f"a class with {MISSING:g} rows expected in a part that has none; {UNLIKE:.0%} of the rows in other "
    f"classes and {SURE:g} standard errors; targets {NUMBERS:g} apart",
    origin="closed form: a class of which 8 rows are expected is missing by chance once in 3000 times (e^-8); "
    "distance of distribution functions (Kolmogorov, 1933; Smirnov, 1948)",
    reason="Rows that are sorted and then cut give parts of different kinds. The network is judged on what it has "
    "never seen, and the score says little about rows like those that it will meet.",
    remedy="shuffle before splitting; for classes, train_test_split(..., stratify=y)",
    see=("concept confusion_matrix",),
    explains=(
        "labels_swapped",
        "overfitting",
        "preprocessing_mismatch",
        "class_imbalance",
        "label_noise",
        "labels_misaligned",
        "under_trained",
        "metric_threshold_on_logits",
    ),
    cost="one sort of each column",
    cases=("B13",),
)
