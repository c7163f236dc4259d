"""Judging a trained network: scores beside baselines, curves, the worst mistakes, and what all that means in words."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation import class_report, mistakes, words
from pellucid.evaluation.baselines import BaselineResult
from pellucid.evaluation.class_report import MOST_CONFUSED, ValidationPart
from pellucid.evaluation.classification import POSITIVE_FROM
from pellucid.evaluation.forecast_curves import forecast_curves, worst_origins
from pellucid.evaluation.forecast_sheet import ForecastSheet
from pellucid.evaluation.forecasts import (
    BY_TARGET,
    CLASSES,
    COUNTS,
    Judged,
    class_names,
    predicted_of,
    select,
    spread_of,
    truth_of,
)
from pellucid.evaluation.mistakes import Describe, Picture, located
from pellucid.evaluation.quantity_curves import deviance_residuals, frequencies, residuals
from pellucid.evaluation.records import ClassScores, Contender, Curves, Evaluation, Mistake, TargetReport
from pellucid.evaluation.scores import ScoreTable, sheet_of
from pellucid.evaluation.sentences import sentence
from pellucid.evaluation.settings import JudgingSettings
from pellucid.evaluation.sheet import Floats, Sheet
from pellucid.tasks.forecast import Forecast
from pellucid.tasks.task import Task
from pellucid.tasks.values import listed

NETWORK: Final = "this network"
NO_BASELINES: Final[Mapping[tuple[str, ...], Sequence[BaselineResult]]] = MappingProxyType({})
FEW_ROWS: Final = 100  # an interval of accuracy is then about 20 points wide


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One target (or all labels of a multilabel task) with everything that is known about it."""

    part: Task
    name: str
    classes: tuple[str, ...]
    truth: NDArray[Any]
    predicted: Floats
    exposure: Floats
    rows: NDArray[np.int64]
    validation: ValidationPart | None
    history: tuple[Floats, ...]
    """Of a forecast, what came before."""
    beside: tuple[BaselineResult, ...]
    noun: words.Noun


@dataclass(frozen=True, slots=True, kw_only=True)
class _Show:
    """What judging shows but does not compute."""

    describe: Describe | None
    picture: Picture | None
    seconds: float | None


def judge(
    task: Task,
    judged: Judged,
    *,
    settings: JudgingSettings,
    seed: int,
    part: str = "test",
    beside: Mapping[tuple[str, ...], Sequence[BaselineResult]] = NO_BASELINES,
    validation: Judged | None = None,
    describe: Describe | None = None,
    picture: Picture | None = None,
    seconds: float | None = None,
    noun: words.Noun = words.ROW,
) -> Evaluation:
    """Judge the network's predictions of one part of the data.

    Args:
        task: fitted on the training part, with what its objective has learnt.
        judged: truth and predictions of the rows.
        settings: resamples and confidence.
        seed: of the run.
        part: `test`, `validation`, `train`, or the name of new data.
        beside: for each of `task.parts`, by its `targets`, what `baselines` gave for the same rows.
        validation: predictions by which thresholds are chosen; None: only the default threshold is reported.
        describe: gives the features of the row at a position of `judged`, as texts, for the worst mistakes.
        picture: gives the file name or index of the picture at a position of `judged`.
        seconds: time that training took.
        noun: what one example and several are called; forecasts are called so in any case.

    Raises:
        DataError: there is no row, or a truth is missing or of an unknown class.
    """
    start = time.perf_counter()
    cases = [case for one in task.parts for case in _cases(one, judged, validation, beside.get(one.targets, ()), noun)]
    show = _Show(describe=describe, picture=picture, seconds=seconds)
    reports = tuple(_report(case, part, settings, seed, show) for case in cases)
    return Evaluation(
        part=part,
        rows=len(judged.rows),
        confidence=settings.confidence,
        bootstrap=settings.bootstrap,
        targets=reports,
        seconds=time.perf_counter() - start + sum(r.seconds for results in beside.values() for r in results),
    )


def _cases(
    part: Task, judged: Judged, validation: Judged | None, beside: Sequence[BaselineResult], noun: words.Noun
) -> list[_Case]:
    """Return the cases of a part: one for each number or count, one for everything else."""
    own = select(part, judged)
    chosen_by = None
    if validation is not None and len(validation.rows) and part.kind not in BY_TARGET:
        other = select(part, validation)
        chosen_by = ValidationPart(truth_of(part, other.truth), predicted_of(part, other))
    whole = _Case(
        part=part,
        name=", ".join(part.targets),
        classes=class_names(part, own),
        truth=truth_of(part, own.truth),
        predicted=predicted_of(part, own),
        exposure=np.ones(len(own.rows)) if own.offset is None else np.exp(own.offset),
        rows=own.rows,
        validation=chosen_by,
        history=own.history,
        beside=tuple(beside),
        noun=words.FORECAST if isinstance(part, Forecast) else noun,
    )
    return [_column(whole, place) for place in range(len(part.targets))] if part.kind in BY_TARGET else [whole]


def _column(whole: _Case, place: int) -> _Case:
    """Return the case of one number out of those that are predicted together."""
    beside = (
        replace(result, predicted=None if result.predicted is None else result.predicted[:, place])
        for result in whole.beside
    )
    return replace(
        whole,
        name=whole.part.targets[place],
        truth=whole.truth[:, place],
        predicted=whole.predicted[:, place],
        history=whole.history[place : place + 1],
        beside=tuple(beside),
    )


def _report(case: _Case, part: str, settings: JudgingSettings, seed: int, show: _Show) -> TargetReport:
    """Return everything about one case."""
    contestants = {NETWORK: case.predicted} | {r.name: r.predicted for r in case.beside if r.predicted is not None}
    sheets = {name: _sheet(case, predicted) for name, predicted in contestants.items()}
    table = ScoreTable.of(sheets, bootstrap=settings.bootstrap, confidence=settings.confidence, seed=seed)
    main = case.part.main_score
    network = Contender(name=NETWORK, kind="network", scores=table.scores(NETWORK), seconds=show.seconds)
    others = tuple(
        Contender(
            name=result.name,
            kind="baseline",
            scores=table.scores(result.name),
            seconds=result.seconds,
            note=_note(case, result),
            difference=table.difference(NETWORK, result.name, main),
        )
        for result in case.beside
    )
    curves, classes = _curves(case, settings, seed, contestants, show)
    report = TargetReport(
        target=case.name,
        task=case.part.kind,
        title=case.part.title,
        main_score=main,
        rows=len(case.rows),
        contenders=(network, *others),
        curves=curves,
        classes=classes,
        mistakes=located(_mistakes(case), case.rows, show.describe, show.picture),
        notes=_notes(case, classes, settings, table, next(iter(sheets.values())).rows),
    )
    return replace(report, sentence=sentence(report, table, part, case.noun))


def _sheet(case: _Case, predicted: Floats) -> Sheet:
    """Return the sheet on which one contender is scored."""
    if isinstance(case.part, Forecast):
        return ForecastSheet.of(case.truth, predicted, task=case.part, target=case.name, rows=case.rows)
    return sheet_of(case.part.kind, case.truth, predicted, case.exposure, spread_of(case.part))


def _note(case: _Case, result: BaselineResult) -> str:
    """Return a baseline's note; the constant of classes says which one it answers."""
    if result.name != words.COMMONEST or result.predicted is None:
        return result.note
    first = result.predicted[0]
    answer = int(first >= POSITIVE_FROM) if case.part.kind == "binary" else int(np.argmax(first))
    return words.ANSWERING.format(name=case.classes[answer])


def _curves(
    case: _Case, settings: JudgingSettings, seed: int, contestants: Mapping[str, Floats], show: _Show
) -> tuple[Curves, tuple[ClassScores, ...]]:
    """Return what is drawn of a case, and the scores of its classes."""
    if isinstance(case.part, Forecast):
        drawn = forecast_curves(
            case.truth,
            contestants,
            task=case.part,
            rows=case.rows,
            history=case.history[0] if case.history else None,
            describe=show.describe,
        )
        return Curves(forecast=drawn), ()
    kind, truth, predicted, cost = case.part.kind, case.truth, case.predicted, settings.false_negative_cost
    if kind == "binary":
        return class_report.of_binary(case.name, case.classes, truth, predicted, case.validation, cost)
    if kind == "multiclass":
        return class_report.of_multiclass(case.name, case.classes, truth, predicted)
    if kind == "multilabel":
        return class_report.of_labels(case.classes, truth, predicted, case.validation, cost)
    if kind in COUNTS:
        spread = spread_of(case.part)
        return (
            Curves(
                residuals=residuals(truth, predicted, seed),
                frequencies=frequencies(truth, predicted, spread),
                deviance_residuals=deviance_residuals(truth, predicted, spread),
            ),
            (),
        )
    return Curves(residuals=residuals(truth, predicted, seed)), ()


def _mistakes(case: _Case) -> list[tuple[int, Mistake]]:
    """Return the worst mistakes of a case with their positions."""
    kind, truth, predicted = case.part.kind, case.truth, case.predicted
    if isinstance(case.part, Forecast):
        return worst_origins(truth, predicted[:, :, case.part.median], case.rows, case.part.horizon)
    if kind == "binary":
        return mistakes.of_classes(case.classes, truth, np.column_stack([1.0 - predicted, predicted]))
    if kind == "multiclass":
        return mistakes.of_classes(case.classes, truth, predicted)
    if kind == "multilabel":
        return mistakes.of_labels(case.classes, truth, predicted)
    if kind in COUNTS:
        return mistakes.of_counts(truth, predicted, spread_of(case.part))
    return mistakes.of_numbers(truth, predicted)


def _notes(
    case: _Case, classes: Sequence[ClassScores], settings: JudgingSettings, table: ScoreTable, drawn: int
) -> tuple[str, ...]:
    """Return what a reader must know about the judging."""
    notes = []
    one, many = case.noun
    absent = [scores.name for scores in classes if not scores.rows]
    if case.part.kind in CLASSES and len(absent) == len(classes) - 1:
        notes.append(words.ONE_CLASS.format(name=next(found.name for found in classes if found.rows), many=many))
    elif absent:
        notes.append(words.ABSENT.format(names=listed(tuple(absent)), one=one))
    if isinstance(case.part, Forecast) and case.part.horizon > 1:
        notes.append(words.WORST_FORECASTS.format(horizon=case.part.horizon))
    if isinstance(case.part, Forecast) and table.resamples:
        notes.append(words.BLOCKS.format(horizon=case.part.horizon, blocks=drawn))
    if len(case.rows) < FEW_ROWS:
        notes.append(words.FEW_ROWS.format(many=many, rows=len(case.rows)))
    if settings.bootstrap and not table.resamples:
        notes.append(words.NO_INTERVALS.format(many=many))
    elif table.resamples < settings.bootstrap:
        notes.append(words.FEWER_RESAMPLES.format(drawn=table.resamples, wanted=settings.bootstrap, many=many))
    if case.part.kind == "multiclass" and len(classes) > MOST_CONFUSED:
        notes.append(words.MANY_CLASSES.format(classes=len(classes)))
    return tuple(notes)
