"""Curves and per-class scores of one target of classes, or of all labels of a multilabel task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation import words
from pellucid.evaluation.classification import POSITIVE_FROM
from pellucid.evaluation.curves import (
    RULES,
    apply_threshold,
    best_threshold,
    calibration_curve,
    class_scores,
    confusion,
    precision_recall_curve,
    roc_curve,
)
from pellucid.evaluation.records import ClassScores, Curves, ThresholdChoice
from pellucid.evaluation.sheet import Floats, Integers

MOST_DRAWN: Final = 12  # classes or labels with curves of their own
MOST_CONFUSED: Final = 60  # classes of a confusion table that can still be read
CONFIDENCE: Final = "confidence"


@dataclass(frozen=True, slots=True)
class Question:
    """One yes-or-no question of a task: a class against the rest, or a label."""

    name: str
    positive: NDArray[np.bool_]
    """(n,) the truth."""
    called: NDArray[np.bool_]
    """(n,) the network's decision."""
    scores: Floats
    """(n,) probabilities of yes."""


@dataclass(frozen=True, slots=True)
class ValidationPart:
    """Truth and predictions by which thresholds are chosen, as the table in `forecasts` says."""

    truth: Integers
    predicted: Floats


def of_binary(
    target: str,
    classes: Sequence[str],
    truth: Integers,
    probabilities: Floats,
    validation: ValidationPart | None,
    false_negative_cost: float,
) -> tuple[Curves, tuple[ClassScores, ...]]:
    """Return the curves and scores of both classes; `probabilities` are (n,), of the second class."""
    called = (probabilities >= POSITIVE_FROM).astype(np.int64)
    no = Question(classes[0], truth == 0, called == 0, 1.0 - probabilities)
    yes = Question(classes[1], truth == 1, called == 1, probabilities)
    chosen_by = None if validation is None else (validation.truth == 1, validation.predicted)
    curves = _curves([yes])
    return (
        Curves(
            confusion=(confusion(target, classes, truth, called),),
            roc=curves.roc,
            precision_recall=curves.precision_recall,
            calibration=(calibration_curve(yes.name, yes.positive, yes.scores),),
            thresholds=_thresholds(yes, chosen_by, false_negative_cost),
        ),
        _each([no, yes]),
    )


def of_multiclass(
    target: str, classes: Sequence[str], truth: Integers, probabilities: Floats
) -> tuple[Curves, tuple[ClassScores, ...]]:
    """Return the curves and scores of all classes, each against the rest; `probabilities` are (n, k)."""
    called = probabilities.argmax(axis=1)
    questions = [
        Question(name, truth == label, called == label, probabilities[:, label]) for label, name in enumerate(classes)
    ]
    curves = _curves(questions)
    return (
        Curves(
            confusion=(confusion(target, classes, truth, called),) if len(classes) <= MOST_CONFUSED else (),
            roc=curves.roc,
            precision_recall=curves.precision_recall,
            calibration=(calibration_curve(CONFIDENCE, called == truth, probabilities.max(axis=1)),),
        ),
        _each(questions),
    )


def of_labels(
    labels: Sequence[str],
    truth: Integers,
    probabilities: Floats,
    validation: ValidationPart | None,
    false_negative_cost: float,
) -> tuple[Curves, tuple[ClassScores, ...]]:
    """Return the curves and scores of all labels; `truth` and `probabilities` are (n, k)."""
    called = probabilities >= POSITIVE_FROM
    questions = [
        Question(name, truth[:, label] == 1, called[:, label], probabilities[:, label])
        for label, name in enumerate(labels)
    ]
    drawn = _commonest(questions)
    curves = _curves(questions)
    thresholds: list[ThresholdChoice] = []
    for question in drawn:
        label = labels.index(question.name)
        chosen_by = None if validation is None else (validation.truth[:, label] == 1, validation.predicted[:, label])
        thresholds.extend(_thresholds(question, chosen_by, false_negative_cost))
    return (
        Curves(
            confusion=tuple(
                confusion(q.name, ("no", "yes"), q.positive.astype(np.int64), q.called.astype(np.int64)) for q in drawn
            ),
            roc=curves.roc,
            precision_recall=curves.precision_recall,
            calibration=tuple(calibration_curve(q.name, q.positive, q.scores) for q in drawn),
            thresholds=tuple(thresholds),
        ),
        _each(questions),
    )


def _commonest(questions: Sequence[Question]) -> list[Question]:
    """Return the questions with the most positives, in their own order."""
    counts = np.array([question.positive.sum() for question in questions])
    chosen = np.sort(np.argsort(-counts, kind="stable")[:MOST_DRAWN])
    return [questions[i] for i in chosen]


def _curves(questions: Sequence[Question]) -> Curves:
    """Return ROC and precision-recall of the commonest."""
    drawn = _commonest(questions)
    roc = (roc_curve(q.name, q.positive, q.scores) for q in drawn)
    precision_recall = (precision_recall_curve(q.name, q.positive, q.scores) for q in drawn)
    return Curves(roc=tuple(curve for curve in roc if curve), precision_recall=tuple(c for c in precision_recall if c))


def _each(questions: Sequence[Question]) -> tuple[ClassScores, ...]:
    return tuple(class_scores(q.name, q.positive, q.called, q.scores) for q in questions)


def _thresholds(
    question: Question, chosen_by: tuple[NDArray[np.bool_], Floats] | None, false_negative_cost: float
) -> tuple[ThresholdChoice, ...]:
    """Return the default threshold and, where there is a validation part with both classes, those chosen on it."""
    able = chosen_by is not None and chosen_by[0].any() and not chosen_by[0].all()
    choices = []
    for rule in RULES if able else RULES[:1]:
        threshold = best_threshold(rule, *chosen_by, false_negative_cost) if chosen_by is not None else POSITIVE_FROM
        meaning = words.rule(rule, false_negative_cost)
        chosen_on = "" if rule == "default" else "validation"
        choices.append(
            apply_threshold(question.name, rule, meaning, threshold, chosen_on, question.positive, question.scores)
        )
    return tuple(choices)
