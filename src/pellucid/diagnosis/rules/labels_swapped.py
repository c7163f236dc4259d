"""Classes that go by another number in one part than in the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.finding import Phase
from pellucid.diagnosis.looking import evenly
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.scoring import low_says_yes, threshold_of
from pellucid.diagnosis.tables import Table, table_of
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
    found = _renaming(train, held.thinned().y, skill.guesses, skill.score, inside.score)
    return None if found is None else _verdict("a simple model of the training rows", skill.score, *found)


def measure_after(evidence: Evidence) -> Verdict | None:
    """See the same with the network itself for the model, which may know what no simple model does."""
    train, held = table_of(evidence), table_of(evidence, "validation")
    rows, double, look = evidence.data.validation, evidence.double, evidence.last
    if train is None or held is None or rows is None or double is None or look is None or not train.classes:
        return None
    outputs = double.outputs(evenly(rows, len(held)))
    if look.score is None or outputs is None or len(outputs) != len(held):
        return None
    outputs = outputs.float().reshape(len(held), -1)
    if outputs.shape[1] > 1:
        guesses = outputs.argmax(1)
    elif low_says_yes(outputs, evidence.program.loss_fn):
        return None
    else:
        guesses = (outputs[:, 0] > threshold_of(outputs, evidence.program.loss_fn)).long()
    score = float((guesses == held.y).float().mean())
    if look.score < score + GAIN:
        return None  # the training rows are not known by their names either
    found = _renaming(train, held.y, guesses, score, look.score)
    return None if found is None else _verdict("the network", score, *found)


def _renaming(train: Table, y: Tensor, guesses: Tensor, score: float, inside: float) -> tuple[float, str] | None:
    """Return how many are right under other names, and these; None where that gains little."""
    classes = train.classes
    if set(torch.unique(y).tolist()) - set(torch.unique(train.y).tolist()) or len(torch.unique(y)) < 2:  # noqa: PLR2004
        return None
    table = torch.bincount(y * classes + guesses, minlength=classes * classes).reshape(classes, classes)
    names = _renamed(table)
    renamed = [one for one in range(classes) if names[one] != one and int(table[one].sum()) >= SUPPORT]
    if not renamed or any(float(table[one, names[one]]) < MOVED * float(table[one].sum()) for one in renamed):
        return None
    accuracy = float(table[torch.arange(classes), names].sum()) / len(y)
    if accuracy - score < GAIN or accuracy < GOOD * inside:
        return None
    return accuracy, ", ".join(f"{one} for {int(names[one])}" for one in renamed[:4])


def _verdict(who: str, score: float, accuracy: float, pairs: str) -> Verdict:
    return Verdict(
        measured=f"{who} is right for {score:.0%} of the validation rows, and for {accuracy:.0%} when their classes "
        f"are renamed ({pairs})",
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


def _rule(
    title: str, phases: tuple[Phase, ...], measured_by: Callable[[Evidence], Verdict | None], who: str, cost: str
) -> Rule:
    return Rule(
        cause="labels_swapped",
        title=title,
        stage=Stage.LABELS,
        phases=phases,
        measure=measured_by,
        measures=f"the confusion matrix of {who} for the validation rows",
        threshold=f"{GAIN:.0%} more right with other names, and {MOVED:.0%} of each renamed class taken for the other",
        origin="chosen: with the right names no renaming gains anything on data that the model knows",
        reason="The same class has another number in each part, mostly because the labels were encoded twice. What "
        "the network learns is judged by the wrong names.",
        remedy="encode the labels of all parts with one mapping",
        see=("concept confusion_matrix",),
        explains=(
            "overfitting",
            "preprocessing_mismatch",
            "split_biased",
            "under_trained",
            "metric_threshold_on_logits",
            "overconfident",
            "label_noise",
        ),
        cost=cost,
    )


RULES: Final = (
    _rule(
        "Classes renamed between the parts",
        ("before",),
        measure,
        "a simple model, fitted on training rows,",
        "nearest neighbours and a linear model of up to 1500 rows",
    ),
    _rule(
        "Validation classes that the network knows by other names",
        ("after",),
        measure_after,
        "the network",
        "one pass over the validation rows that were kept",
    ),
)
