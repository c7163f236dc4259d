"""Classes that go by another number in one part than in the other."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.tables import table_of
from pellucid.diagnosis.witnesses import across, within

GAIN: Final = 0.15  # of accuracy, by renaming the classes
GOOD: Final = 0.7  # of the accuracy that training rows allow is reached with the new names
SUPPORT: Final = 5  # validation rows of a class
MOVED: Final = 0.6  # of a renamed class's rows are taken for the other


def measure(evidence: Evidence) -> Verdict | None:
    """See whether renaming classes makes the validation labels agree with a simple model of the training rows."""
    train, held = table_of(evidence), table_of(evidence, "validation")
    skill, inside = across(evidence), within(evidence, "train")
    if train is None or held is None or skill is None or inside is None or not train.classes:
        return None
    y = held.thinned().y
    classes = train.classes
    if set(torch.unique(y).tolist()) - set(torch.unique(train.y).tolist()) or len(torch.unique(y)) < 2:  # noqa: PLR2004
        return None
    table = torch.bincount(y * classes + skill.guesses, minlength=classes * classes).reshape(classes, classes)
    names = _renamed(table)
    renamed = [one for one in range(classes) if names[one] != one and int(table[one].sum()) >= SUPPORT]
    if not renamed or any(float(table[one, names[one]]) < MOVED * float(table[one].sum()) for one in renamed):
        return None
    accuracy = float(table[torch.arange(classes), names].sum()) / len(y)
    if accuracy - skill.score < GAIN or accuracy < GOOD * inside.score:
        return None
    pairs = ", ".join(f"{one} for {int(names[one])}" for one in renamed[:4])
    return Verdict(
        measured=f"a simple model of the training rows is right for {skill.score:.0%} of the validation rows, and for "
        f"{accuracy:.0%} when their classes are renamed ({pairs})",
        confidence=0.95,
        remedy="fit the encoding of the labels once, on the training labels, and use it for every part",
    )


def _renamed(table: Tensor) -> Tensor:
    """Return for each class the one that its rows are taken for, each used once: greedily, the surest first."""
    left = table.clone().float() / table.sum(1, keepdim=True).clamp(min=1)
    names = torch.arange(len(table))
    for _ in range(len(table)):
        place = int(left.argmax())
        row, column = divmod(place, len(table))
        if left[row, column] <= 0:
            break
        names[row] = column
        left[row], left[:, column] = -1, -1
    return names if len(torch.unique(names)) == len(names) else torch.arange(len(table))


RULE: Final = Rule(
    cause="labels_swapped",
    title="Classes renamed between the parts",
    stage=Stage.LABELS,
    phases=("before",),
    measure=measure,
    measures="the confusion matrix of a simple model, fitted on training rows, for the validation rows",
    threshold=f"{GAIN:.0%} more right with other names, and {MOVED:.0%} of each renamed class taken for the other",
    origin="chosen: with the right names no renaming gains anything on data that a simple model knows",
    reason="The same class has another number in each part, mostly because the labels were encoded twice. What the "
    "network learns is judged by the wrong names.",
    remedy="encode the labels of all parts with one mapping",
    see=("concept confusion_matrix",),
    explains=("overfitting", "preprocessing_mismatch", "split_biased", "under_trained", "metric_threshold_on_logits"),
    cost="nearest neighbours and a linear model of up to 1500 rows",
)
