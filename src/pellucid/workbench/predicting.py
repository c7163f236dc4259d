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
from pellucid.data.reading import read
from pellucid.data.transforms.inputs import RowProblem
from pellucid.foundation.errors import DataError, RangeError
from pellucid.foundation.files import atomic_path
from pellucid.foundation.names import unknown_name
from pellucid.runs.folder import PREDICTED, PROBABILITY
from pellucid.tasks.task import Prediction, Target
from pellucid.training.predicting import logits_of
from pellucid.workbench.narrator import Narrator
from pellucid.workbench.run import load
from pellucid.workbench.transforms import batches_of, transform_from_json, transformed

if TYPE_CHECKING:
    from pellucid.workbench.run import Run

SUFFIXES: Final = (".csv", ".parquet")
PROBLEM: Final = "problem"
SHOWN_PROBLEMS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecasts:
    """Predictions for a whole source."""

    dataset: Dataset
    predictions: tuple[Prediction, ...]
    problems: tuple[RowProblem, ...]
    offset: NDArray[np.float64] | None

    @property
    def spoilt(self) -> NDArray[np.bool_]:
        """(n,) which rows cannot be read; their predictions mean nothing."""
        marks = np.zeros(len(self.dataset), dtype=np.bool_)
        marks[[problem.row for problem in self.problems]] = True
        return marks


def predict(run: Run, source: Any) -> pl.DataFrame:
    """Return the rows of the source with their predictions; see `Run.predict`."""
    forecasts = forecast(run, source)
    frame = with_predictions(forecasts.dataset.frame, forecasts.predictions)
    sentences: list[str | None] = [None] * len(frame)
    for problem in forecasts.problems:
        sentences[problem.row] = problem.sentence
    new = frame.columns[-_width(forecasts.predictions) :]
    spoilt = pl.Series(forecasts.spoilt)
    frame = frame.with_columns(pl.when(spoilt).then(None).otherwise(pl.col(name)).alias(name) for name in new)
    return frame.with_columns(pl.Series(PROBLEM, sentences, dtype=pl.String))


def predict_to_file(folder: Path, source: str, to: Path | None) -> None:
    """Predict for a file or folder, write the answers beside their rows, and say where they are.

    Raises:
        RangeError: the file to write is neither CSV nor Parquet.
        DataError: the source cannot be read, or lacks a column that was learnt from.
    """
    narrator = Narrator()
    default = ".parquet" if Path(source).suffix == ".parquet" else ".csv"
    path = to or Path(f"{Path(source).name.split('.')[0]}-predictions{default}")
    if path.suffix not in SUFFIXES:
        raise RangeError(f"predict expected --to to end in {' or '.join(SUFFIXES)}, got {path}: rename it")
    frame = predict(load(folder), source)
    with atomic_path(path) as temporary:
        frame.write_parquet(temporary) if path.suffix == ".parquet" else frame.write_csv(temporary)
    bad = frame.filter(pl.col(PROBLEM).is_not_null())
    narrator.say(f"{len(frame):,} rows, {len(frame) - len(bad):,} predicted: {path}")
    for problem in bad[PROBLEM][:SHOWN_PROBLEMS]:
        narrator.say(f"! {problem}")
    if len(bad) > SHOWN_PROBLEMS:
        narrator.say(f"! … and {len(bad) - SHOWN_PROBLEMS} more: see the column {PROBLEM}")


def forecast(run: Run, source: Any) -> Forecasts:
    """Read a source as the run's data were read, and predict for each of its rows.

    Raises:
        DataError: the source cannot be read, or lacks a column that was learnt from.
    """
    record, task = run.record, run.task
    network = run.network
    if record.transform is None or record.spec is None:
        raise DataError(f"predict expected a trained run, got {record.name}: `pellucid resume` finishes it")
    dataset = read(source, replace(record.settings.data, test=None), known=record.columns)
    offset = _log_exposure(dataset, record.settings.data.exposure)
    inputs = transformed(transform_from_json(record.transform), dataset)
    batches = batches_of(inputs.arrays, np.zeros(len(dataset), dtype=np.float32), None, record.spec)
    logits = logits_of(network, batches, task.combine).double().numpy()
    return Forecasts(dataset=dataset, predictions=task.predict(logits, offset), problems=inputs.problems, offset=offset)


def answers_of(run: Run, dataset: Dataset) -> tuple[Target, ...]:
    """Return the targets of new data.

    Raises:
        UnknownNameError: a target column is missing.
    """
    kinds = {column.name: column.kind for column in run.record.columns if column.role == "target"}
    for name in run.task.targets:
        if name not in dataset.frame.columns:
            raise unknown_name("evaluate", "the target", name, dataset.frame.columns)
    return read_targets(dataset.frame, {name: kinds[name] for name in run.task.targets})


def with_predictions(frame: pl.DataFrame, predictions: Sequence[Prediction]) -> pl.DataFrame:
    """Return the rows with `predicted_TARGET`, and `probability_TARGET_CLASS` for each class."""
    columns = []
    for one in predictions:
        columns.append(pl.Series(f"{PREDICTED}{one.target}", one.values.tolist()))
        if one.probabilities is not None:
            columns += [
                pl.Series(f"{PROBABILITY}{one.target}_{name}", one.probabilities[:, place])
                for place, name in enumerate(one.classes)
            ]
    return frame.with_columns(columns)


def _width(predictions: Sequence[Prediction]) -> int:
    """Return how many columns `with_predictions` adds."""
    return sum(1 + (len(one.classes) if one.probabilities is not None else 0) for one in predictions)


def _log_exposure(dataset: Dataset, column: str | None) -> NDArray[np.float64] | None:
    """Return the (n,) log exposure of new data."""
    if column is None:
        return None
    if column not in dataset.frame.columns:
        raise unknown_name("predict", "the exposure column", column, dataset.frame.columns)
    exposure: NDArray[np.float64] = dataset.frame[column].cast(pl.Float64, strict=False).to_numpy()
    if not (exposure > 0).all():
        row = int(dataset.source_rows[np.flatnonzero(~(exposure > 0))[0]])
        raise DataError(f"predict expected {column} to be above 0, got something else in row {row}: mend it")
    logarithm: NDArray[np.float64] = np.log(exposure)
    return logarithm
