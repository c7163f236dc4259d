"""Judging a run: the network and the baselines on the rows that it never saw, and on new data."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.modalities.catalogue import BY_KIND
from pellucid.evaluation.baselines import baselines
from pellucid.evaluation.forecasts import Judged
from pellucid.evaluation.judging import judge
from pellucid.evaluation.records import Evaluation
from pellucid.foundation.errors import DataError
from pellucid.foundation.seeds import numpy_generator
from pellucid.runs.folder import OFFSET, ROW, RunFolder
from pellucid.runs.records import RunRecord
from pellucid.tasks.forecast import Forecast
from pellucid.training.devices import thread_count
from pellucid.training.predicting import logits_of
from pellucid.workbench.backtesting import evaluate_forecast, judged_forecast, kept_forecasts, simple_forecasts
from pellucid.workbench.forecasting import PreparedForecast
from pellucid.workbench.learning import Learned
from pellucid.workbench.narrator import Narrator
from pellucid.workbench.predicting import series_of, with_predictions
from pellucid.workbench.preparing import Prepared, rows_of
from pellucid.workbench.weighing import weigh_words

if TYPE_CHECKING:
    from pellucid.workbench.run import Run

MOST_SEEN: Final = 100_000  # rows that baselines learn from: more would have to be in memory all at once


def judge_run(
    prepared: Prepared, learned: Learned, record: RunRecord, folder: RunFolder, narrator: Narrator
) -> RunRecord:
    """Judge the trained network beside the baselines; write scores, predictions and the worst pictures.

    Judged is the test part, or the validation part where there is no test part, or the training part where all rows
    were trained on; the report says which.
    """
    started = time.perf_counter()
    settings = record.settings
    part = next(name for name in ("test", "validation", "train") if len(prepared.rows(name)))
    narrator.say(f"\njudging on the {part} part{', beside baselines' if settings.judging.baselines else ''}")
    with thread_count(learned.resolved.threads):
        judged = _judged(prepared, learned, part)
        thresholds_by = (
            _judged(prepared, learned, "validation") if part == "test" and len(prepared.rows("validation")) else None
        )
    evaluation = judge(
        learned.task,
        judged,
        settings=settings.judging,
        seed=settings.run.seed,
        part=part,
        beside=_baselines(prepared, learned, part, settings.run.seed) if settings.judging.baselines else {},
        validation=thresholds_by,
        describe=_describe(prepared, prepared.rows(part)),
        picture=_picture(prepared, prepared.rows(part)),
        seconds=record.seconds["train"],
        noun=(prepared.modality.noun, prepared.modality.nouns),
    )
    folder.write_scores(evaluation)
    folder.write_predictions(_kept(judged))
    folder.write_pictures(_worst_pictures(prepared, evaluation))
    folder.write_words(weigh_words(prepared, learned, judged, evaluation))
    narrator.scores(evaluation)
    record = replace(record, status="finished", seconds={**record.seconds, "judge": time.perf_counter() - started})
    folder.write_record(record)
    return record


def _kept(judged: Judged) -> pl.DataFrame:
    """Return what is kept of the judged rows: where each came from, its truth, its predictions."""
    if any(prediction.quantiles is not None for prediction in judged.predictions):
        return pl.DataFrame({ROW: judged.rows, **kept_forecasts(judged)})
    frame = pl.DataFrame(
        {ROW: judged.rows, **{target.name: series_of(target.name, target.values) for target in judged.truth}}
    )
    if judged.offset is not None:
        frame = frame.with_columns(pl.Series(OFFSET, judged.offset))
    return with_predictions(frame, judged.predictions)


def evaluate(run: Run, source: Any, narrator: Narrator, **reading: Any) -> Evaluation:
    """Judge a trained run on new data that hold the targets too, and say what is left out; see `Run.evaluate`.

    Raises:
        DataError: no row of the source can be read.
    """
    from pellucid.workbench.predicting import answers_of, forecast, unanswered

    if run.task.kind == Forecast.kind:
        return evaluate_forecast(run, source, narrator, **reading)
    forecasts = forecast(run, source, **reading)
    targets = answers_of(run, forecasts.dataset)
    forecasts = replace(forecasts, problems=(*forecasts.problems, *unanswered(targets)))
    rows, modality = np.flatnonzero(~forecasts.spoilt), BY_KIND[forecasts.dataset.kind]
    if not len(rows):
        raise DataError(
            f"evaluate expected {modality.nouns} that can be read, got none of {len(forecasts.dataset)} in "
            f"{forecasts.dataset.name}: {forecasts.problems[0].sentence}"
        )
    judged = Judged(
        truth=rows_of(targets, rows),
        predictions=tuple(_taken(prediction, rows) for prediction in forecasts.predictions),
        rows=forecasts.dataset.source_rows[rows],
        offset=None if forecasts.offset is None else forecasts.offset[rows],
    )
    settings = run.record.settings
    evaluation = judge(
        run.task,
        judged,
        settings=settings.judging,
        seed=settings.run.seed,
        part=forecasts.dataset.name,
        noun=(modality.noun, modality.nouns),
    )
    narrator.decisions(forecasts.decisions)
    narrator.say(f"{len(forecasts.dataset):,} {modality.nouns}, {len(rows):,} of them can be judged")
    narrator.problems(forecasts.named_problems, "`pellucid predict` names them all")
    return evaluation


def _taken(prediction: Any, rows: NDArray[np.int64]) -> Any:
    """Return the predictions of some rows."""
    probabilities = prediction.probabilities
    return replace(
        prediction,
        values=prediction.values[rows],
        probabilities=None if probabilities is None else probabilities[rows],
    )


def _judged(prepared: Prepared, learned: Learned, part: str) -> Judged:
    """Return truth and predictions of one part."""
    if isinstance(prepared, PreparedForecast):
        return judged_forecast(prepared, learned, part)
    rows = prepared.rows(part)
    logits = logits_of(learned.network, prepared.batches(part), learned.task.combine)
    offset = None if prepared.offset is None else prepared.offset[rows]
    return Judged(
        truth=rows_of(prepared.description.targets, rows),
        predictions=learned.task.predict(logits.double().numpy(), offset),
        rows=prepared.dataset.source_rows[rows],
        offset=offset,
    )


def _baselines(prepared: Prepared, learned: Learned, part: str, seed: int) -> Mapping[tuple[str, ...], Any]:
    """Return what the baselines predict; they get the validation rows too, since they choose no epoch by them."""
    if isinstance(prepared, PreparedForecast):
        return simple_forecasts(prepared, part)
    rows = prepared.rows(part)
    seen = (
        prepared.split.train if part == "train" else np.concatenate([prepared.split.train, prepared.split.validation])
    )
    if part == "validation":
        seen = prepared.split.train
    learnt = np.arange(len(seen), dtype=np.int64)
    if len(seen) > MOST_SEEN:
        learnt = np.sort(numpy_generator(seed, "baselines", "seen").choice(len(seen), MOST_SEEN, replace=False))
    dataset = prepared.dataset
    train, test = prepared.modality.features(dataset.take(seen[learnt]), dataset.take(rows), prepared.fitting)
    offset = prepared.offset
    results = {
        one.targets: baselines(
            one,
            train,
            rows_of([t for t in prepared.description.targets if t.name in one.targets], seen),
            test,
            rows=learnt,
            train_offset=None if offset is None else offset[seen],
            test_offset=None if offset is None else offset[rows],
            seed=seed,
        )
        for one in learned.task.parts
    }
    what = prepared.modality.baselines
    return {
        names: [replace(one, note="; ".join(filter(None, (what.get(one.name), one.note)))) for one in ones]
        for names, ones in results.items()
    }


def _describe(prepared: Prepared, rows: NDArray[np.int64]) -> Any:
    """Return a function from a position in the part to the example in words; None where words cannot tell it."""
    tell = prepared.modality.tell
    if tell is None:
        return None
    shown = prepared.dataset
    if shown.kind == "table":
        shown = replace(shown, frame=shown.frame.select(prepared.description.features))
    return lambda position: tell(shown, int(rows[position]))


def _picture(prepared: Prepared, rows: NDArray[np.int64]) -> Any:
    """Return a function from a position in the part to the name of what is shown; None where nothing is."""
    if prepared.modality.show is None:
        return None
    if not prepared.dataset.subject:
        return None
    names = prepared.dataset.frame[prepared.dataset.subject]
    return lambda position: str(names[int(rows[position])])


def _worst_pictures(prepared: Prepared, evaluation: Evaluation) -> dict[str, NDArray[np.uint8]]:
    """Return small pictures of the examples among the worst mistakes, by row of the source."""
    show = prepared.modality.show
    if show is None:
        return {}
    wrong = {mistake.row for report in evaluation.targets for mistake in report.mistakes}
    sources = prepared.dataset.source_rows
    places = np.flatnonzero(np.isin(sources, list(wrong)))
    shown = {str(sources[place]): show(prepared.dataset, int(place)) for place in places}
    return {row: np.ascontiguousarray(picture) for row, picture in shown.items() if picture is not None}
