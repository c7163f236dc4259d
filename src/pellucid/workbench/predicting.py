"""Predicting for new data: every row keeps its place, and a row that cannot be read says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.inspection.targets import read_targets
from pellucid.data.joining import recast
from pellucid.data.modalities.saving import transform_from_json
from pellucid.data.reading import read
from pellucid.data.transforms.inputs import RowProblem
from pellucid.foundation.errors import DataError, RangeError, UnknownNameError
from pellucid.foundation.files import atomic_path
from pellucid.foundation.names import nearest, unknown_name
from pellucid.foundation.records import Decision
from pellucid.runs.folder import PREDICTED, PROBABILITY
from pellucid.tasks.forecast import Forecast
from pellucid.tasks.task import Prediction, Target
from pellucid.training.predicting import logits_of
from pellucid.workbench.narrator import Narrator
from pellucid.workbench.run import load
from pellucid.workbench.transforms import batches_of, judging_batch

if TYPE_CHECKING:
    from pellucid.workbench.run import Run

SUFFIXES: Final = (".csv", ".parquet")
PROBLEM: Final = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecasts:
    """Predictions for a whole source."""

    dataset: Dataset
    predictions: tuple[Prediction, ...]
    problems: tuple[RowProblem, ...]
    decisions: tuple[Decision, ...]
    """What is to be said of the source: columns that are new, levels that were never seen."""
    offset: NDArray[np.float64] | None

    @property
    def spoilt(self) -> NDArray[np.bool_]:
        """(n,) which rows cannot be read; their predictions mean nothing."""
        marks = np.zeros(len(self.dataset), dtype=np.bool_)
        marks[[problem.row for problem in self.problems]] = True
        return marks

    @property
    def named_problems(self) -> list[str]:
        """The sentences of the rows that cannot be read, each with its row in the source."""
        return [f"row {self.dataset.source_rows[problem.row]}: {problem.sentence}" for problem in self.problems]


def predict(run: Run, source: Any, **reading: Any) -> pl.DataFrame:
    """Return the rows of the source with their predictions, or the steps after its end; see `Run.predict`."""
    if run.task.kind == Forecast.kind:
        from pellucid.workbench.backtesting import forecast_ahead

        return forecast_ahead(run, source, **reading)[0]
    return _answered(forecast(run, source, **reading))


def predict_to_file(folder: Path, source: str, to: Path | None, **reading: Any) -> None:
    """Predict for a file or folder, write the answers beside their rows, and say where they are.

    Raises:
        RangeError: the file to write is neither CSV nor Parquet, or is the source.
        DataError: the source cannot be read, or lacks a column that was learnt from.
    """
    default = ".parquet" if Path(source).suffix == ".parquet" else ".csv"
    path = to or Path(f"{Path(source).name.split('.')[0]}-predictions{default}")
    if path.suffix not in SUFFIXES:
        raise RangeError(f"predict expected --to to end in {' or '.join(SUFFIXES)}, got {path}: rename it")
    if path.resolve() == Path(source).resolve():
        raise RangeError(f"predict expected --to to be a file of its own, got the source {path}: choose another name")
    run = load(folder)
    if run.task.kind == Forecast.kind:
        _ahead_to_file(run, source, path, **reading)
        return
    forecasts = forecast(run, source, **reading)
    frame = _answered(forecasts)
    with atomic_path(path) as temporary:
        frame.write_parquet(temporary) if path.suffix == ".parquet" else frame.write_csv(temporary)
    narrator = Narrator()
    narrator.decisions(forecasts.decisions)
    narrator.say(f"{len(frame):,} rows, {len(frame) - len(forecasts.problems):,} predicted: {path}")
    narrator.problems(forecasts.named_problems, f"see the column {PROBLEM}")


def _ahead_to_file(run: Run, source: str, path: Path, **reading: Any) -> None:
    """Write the steps after the end of a series, and say where they are."""
    from pellucid.workbench.backtesting import forecast_ahead

    frame, decisions = forecast_ahead(run, source, **reading)
    times = frame.to_series(0)
    written = frame
    if times.dtype.is_temporal():  # days are written as days
        whole = bool((times.dt.truncate("1d") == times).all())
        written = frame.with_columns(times.dt.strftime("%Y-%m-%d" if whole else "%Y-%m-%d %H:%M:%S"))
    with atomic_path(path) as temporary:
        frame.write_parquet(temporary) if path.suffix == ".parquet" else written.write_csv(temporary)
    narrator = Narrator()
    narrator.decisions(decisions)
    narrator.say(f"{len(frame):,} steps from {written[0, 0]} to {written[-1, 0]} forecast: {path}")


def _answered(forecasts: Forecasts) -> pl.DataFrame:
    """Return the rows with their predictions, null where a row cannot be read, and the column that says why."""
    frame = forecasts.dataset.frame
    sentences: list[str | None] = [None] * len(frame)
    for problem in forecasts.problems:
        sentences[problem.row] = problem.sentence
    spoilt = pl.Series(forecasts.spoilt)
    new = pl.DataFrame(_columns(forecasts.predictions))
    new = new.select(pl.when(spoilt).then(None).otherwise(pl.all()).name.keep())
    return frame.with_columns(*new, pl.Series(PROBLEM, sentences, dtype=pl.String))


def forecast(run: Run, source: Any, *, labels: str | None = None, skip_bad_rows: bool = False) -> Forecasts:
    """Read a source as the run's data were read, and predict for each of its rows.

    Args:
        run: a trained run.
        source: new data.
        labels: the table of labels of a folder of pictures; the one of the training data is not that of the new.
        skip_bad_rows: whether rows and pictures that cannot be read at all are left out, as when fitting.

    Raises:
        DataError: the source cannot be read, or lacks a column that was learnt from.
    """
    record, task = run.record, run.task
    network = run.network
    if record.transform is None or record.spec is None:
        raise DataError(f"predict expected a trained run, got {record.name}: `pellucid resume` finishes it")
    skip = skip_bad_rows or record.settings.data.skip_bad_rows
    transform = transform_from_json(record.transform)
    settings = replace(record.settings.data, test=None, labels=labels, skip_bad_rows=skip)
    settings = replace(settings, **getattr(transform, "reading", {}))  # sizes, spacing: as the training data were read
    dataset = read(source, settings, known=record.columns)
    offset, spoilt = _log_exposure(dataset, record.settings.data.exposure)
    inputs = transform.apply(recast(dataset, record.columns))
    nothing = np.zeros(len(dataset), dtype=np.float32)
    batches = batches_of(transform, inputs.arrays, nothing, batch_size=judging_batch(record.spec))
    logits = logits_of(network, batches, task.combine).double().numpy()
    return Forecasts(
        dataset=dataset,
        predictions=task.predict(logits, offset),
        problems=tuple({problem.row: problem for problem in (*spoilt, *inputs.problems)}.values()),
        decisions=(*(decision for decision in dataset.decisions if decision.warning), *inputs.decisions),
        offset=offset,
    )


def answers_of(run: Run, dataset: Dataset) -> tuple[Target, ...]:
    """Return the targets of new data.

    Raises:
        UnknownNameError: a target column is missing.
    """
    kinds = {column.name: column.kind for column in run.record.columns if column.role == "target"}
    for name in run.task.targets:
        if name not in dataset.frame.columns:
            near = nearest(name, dataset.frame.columns)
            advice = f"is it {near!r} there?" if near else "add it, or ask for predictions with `pellucid predict`"
            raise UnknownNameError(f"evaluate expected the answers in a column {name}, got no such column: {advice}")
    return read_targets(dataset.frame, {name: kinds[name] for name in run.task.targets}, dataset.source_rows)


def unanswered(targets: Sequence[Target]) -> tuple[RowProblem, ...]:
    """Return the rows in which a target has no value."""
    return tuple(
        RowProblem(row=int(row), sentence=f"evaluate expected a value of {target.name}, got none: fill it in")
        for target in targets
        for row in np.flatnonzero(pl.Series(target.values, strict=False, nan_to_null=True).is_null())
    )


def with_predictions(frame: pl.DataFrame, predictions: Sequence[Prediction]) -> pl.DataFrame:
    """Return the rows with `predicted_TARGET`, and `probability_TARGET_CLASS` for each class."""
    return frame.with_columns(_columns(predictions))


def series_of(name: str, values: NDArray[np.float64] | NDArray[np.object_]) -> pl.Series:
    """Return numbers or names as a column; numbers are never Python's own, which take several times the memory.

    Example:
        >>> series_of("a", np.array(["x", None], dtype=object)).dtype
        String
    """
    return pl.Series(name, values.tolist() if values.dtype == object else values)


def _columns(predictions: Sequence[Prediction]) -> list[pl.Series]:
    """Return the columns of predictions."""
    columns = []
    for one in predictions:
        columns.append(series_of(f"{PREDICTED}{one.target}", one.values))
        if one.probabilities is not None:
            columns += [
                pl.Series(f"{PROBABILITY}{one.target}_{name}", one.probabilities[:, place])
                for place, name in enumerate(one.classes)
            ]
    return columns


def _log_exposure(dataset: Dataset, column: str | None) -> tuple[NDArray[np.float64] | None, tuple[RowProblem, ...]]:
    """Return the (n,) log exposure of new data, 0 in rows without one, and these rows."""
    if column is None:
        return None, ()
    if column not in dataset.frame.columns:
        raise unknown_name("predict", "the exposure column", column, dataset.frame.columns)
    cells = dataset.frame[column]
    exposure: NDArray[np.float64] = cells.cast(pl.Float64, strict=False).to_numpy()
    usable = np.isfinite(exposure) & (exposure > 0)
    problems = tuple(
        RowProblem(row=int(row), sentence=f"predict expected {column} above 0, got {cells[int(row)]}: mend it")
        for row in np.flatnonzero(~usable)
    )
    return np.log(np.where(usable, exposure, 1.0)), problems
