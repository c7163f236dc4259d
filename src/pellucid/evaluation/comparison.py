"""Comparing two runs: with intervals where both were judged on the same rows, side by side otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pellucid.evaluation import words
from pellucid.evaluation.forecast_sheet import ForecastSheet
from pellucid.evaluation.forecasts import (
    BY_TARGET,
    COUNTS,
    NUMBERS,
    Judged,
    predicted_of,
    select,
    spread_of,
    truth_of,
)
from pellucid.evaluation.records import Difference, Evaluation, Score, TargetReport
from pellucid.evaluation.scores import ScoreTable, sheet_of
from pellucid.evaluation.settings import JudgingSettings
from pellucid.evaluation.sheet import Sheet
from pellucid.tasks.forecast import Forecast
from pellucid.tasks.task import Task

FIRST: Final = "first"
SECOND: Final = "second"
OF_ONE_DISTRIBUTION: Final = ("deviance", "d2", "dispersion")
"""Scores that mean something else for another distribution of counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two runs."""

    name: str
    evaluation: Evaluation
    task: Task
    judged: Judged | None
    """The single rows behind the evaluation; None where they were not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePair:
    """One score of both runs."""

    first: Score
    second: Score
    difference: Difference | None
    """First minus second, on the same rows; None when the rows differ or were not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetComparison:
    """All scores that both runs have of one target."""

    target: str
    main_score: str
    pairs: tuple[ScorePair, ...]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two runs, target by target."""

    first: str
    second: str
    targets: tuple[TargetComparison, ...]
    """Of the targets that both runs have."""
    notes: tuple[str, ...]


def compare(first: Side, second: Side, *, settings: JudgingSettings, seed: int = 0) -> Comparison:
    """Compare two runs on the targets that both predict.

    Differences with paired bootstrap intervals come from the single rows, when both runs were judged on the same ones
    (same row numbers, same truth); otherwise the stored scores stand side by side.

    Args:
        first: one run.
        second: the other.
        settings: resamples and confidence.
        seed: of the resamples.
    """
    others = {report.target: report for report in second.evaluation.targets}
    both = [(report, others[report.target]) for report in first.evaluation.targets if report.target in others]
    targets, notes = [], []
    for mine, theirs in both:
        if mine.task != theirs.task:
            notes.append(words.OTHER_TASKS.format(target=mine.target, first=mine.title, second=theirs.title))
        table = _table(first, second, mine.target, settings, seed)
        if table is None:
            notes.append(words.OTHER_ROWS if first.judged and second.judged else words.NOT_KEPT)
        elif mine.task == "negative_binomial":
            notes.append(words.SAME_SPREAD.format(target=mine.target, first=first.name))
        targets.append(_target(first, second, mine, theirs, table))
    return Comparison(first=first.name, second=second.name, targets=tuple(targets), notes=tuple(dict.fromkeys(notes)))


def _target(
    first: Side, second: Side, mine: TargetReport, theirs: TargetReport, table: ScoreTable | None
) -> TargetComparison:
    """Return the comparison of one target: from the single rows when there is a table, else from the records."""
    ours = mine.network.scores if table is None else table.scores(FIRST)
    other = {score.name: score for score in (theirs.network.scores if table is None else table.scores(SECOND))}
    if mine.task != theirs.task:
        other = {name: score for name, score in other.items() if name not in OF_ONE_DISTRIBUTION}
    pairs = tuple(
        ScorePair(
            first=score,
            second=other[score.name],
            difference=table.difference(FIRST, SECOND, score.name) if table else None,
        )
        for score in ours
        if score.name in other
    )
    main = mine.main_score if mine.main_score in other else (pairs[0].first.name if pairs else "")
    return TargetComparison(
        target=mine.target,
        main_score=main,
        pairs=pairs,
        sentence=" ".join(
            _sentence(first.name, second.name, mine.target, pair) for pair in pairs if pair.first.name == main
        ),
    )


def _sentence(first: str, second: str, target: str, pair: ScorePair) -> str:
    """Return what the main score says."""
    values = "; ".join(
        words.EACH.format(name=name, value=words.shown(score, score.value))
        for name, score in ((first, pair.first), (second, pair.second))
    )
    if pair.difference is None or pair.difference.low is None:
        return words.SIDE_BY_SIDE.format(title=pair.first.title, target=target, values=values)
    template = words.COMPARED[pair.difference.verdict]
    return template.format(title=pair.first.title, target=target, first=first, second=second, values=values)


def _table(first: Side, second: Side, target: str, settings: JudgingSettings, seed: int) -> ScoreTable | None:
    """Return both runs' scores on the same rows; None when rows, truth, classes or tasks are not the same."""
    mine, theirs = _rows(first, target), _rows(second, target)
    if mine is None or theirs is None:
        return None
    (part, own, column), (other_part, other, other_column) = mine, theirs
    if part.kind != other_part.kind or not np.array_equal(own.rows, other.rows):
        return None
    if _labels(part, own) != _labels(other_part, other):
        return None
    truths = truth_of(part, own.truth), truth_of(other_part, other.truth)
    predictions = predicted_of(part, own), predicted_of(other_part, other)
    if part.kind in BY_TARGET:
        truths = truths[0][:, column], truths[1][:, other_column]
        predictions = predictions[0][:, column], predictions[1][:, other_column]
    if not np.array_equal(*truths):
        return None
    exposure = np.ones(len(own.rows)) if own.offset is None or part.kind not in COUNTS else np.exp(own.offset)
    sheets: dict[str, Sheet] = {
        name: ForecastSheet.of(truths[0], predicted, task=part, target=target, rows=own.rows)
        if isinstance(part, Forecast)
        else sheet_of(part.kind, truths[0], predicted, exposure, spread_of(part))
        for name, predicted in zip((FIRST, SECOND), predictions, strict=True)
    }
    return ScoreTable.of(sheets, bootstrap=settings.bootstrap, confidence=settings.confidence, seed=seed)


def _labels(part: Task, judged: Judged) -> tuple[tuple[str | float, ...], ...]:
    """Return what the columns of predictions stand for: classes, or the levels of a forecast; nothing of numbers."""
    if part.kind in NUMBERS:
        return ()
    return tuple((*prediction.classes, *prediction.levels) for prediction in judged.predictions)


def _rows(side: Side, target: str) -> tuple[Task, Judged, int] | None:
    """Return the part of the run's task that predicts the target, its single rows, and the target's column."""
    if side.judged is None:
        return None
    single = [(part, name) for part in side.task.parts if part.kind in BY_TARGET for name in part.targets]
    whole = [(part, ", ".join(part.targets)) for part in side.task.parts if part.kind not in BY_TARGET]
    part = next(part for part, name in (*single, *whole) if name == target)
    return part, select(part, side.judged), part.targets.index(target) if part.kind in BY_TARGET else 0
