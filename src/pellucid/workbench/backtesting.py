"""Judging forecasts on origins in the past, and forecasting beyond the end of a series."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.forecasting.cut import Cut
from pellucid.data.forecasting.grid import Grid, grid_of
from pellucid.data.forecasting.plan import most_judged
from pellucid.data.forecasting.references import evenly
from pellucid.data.forecasting.transform import REFERENCES, ForecastTransform, Reference
from pellucid.data.modalities.saving import transform_from_json
from pellucid.data.reading import read
from pellucid.data.transforms.inputs import check_columns
from pellucid.evaluation import words
from pellucid.evaluation.baselines import BaselineResult
from pellucid.evaluation.forecasts import Judged
from pellucid.evaluation.judging import judge
from pellucid.evaluation.records import Evaluation
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision
from pellucid.runs.folder import PREDICTED, QUANTILE
from pellucid.tasks.forecast import MEDIAN, Forecast
from pellucid.tasks.task import Prediction
from pellucid.training.predicting import logits_of
from pellucid.workbench.forecasting import PreparedForecast, targets_on
from pellucid.workbench.learning import Learned
from pellucid.workbench.narrator import Narrator
from pellucid.workbench.preparing import rows_of
from pellucid.workbench.transforms import batches_of, judging_batch

if TYPE_CHECKING:
    from pellucid.workbench.run import Run

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

SHOWN_HORIZONS: Final = 2  # of the values before an origin that are drawn beside its forecast
FEWEST_ERRORS: Final = 30  # validation origins from which intervals of simple forecasts come; else training origins
WHERE: Final = {"validation": "validation", "train": "training"}
NAMES: Final[dict[Reference, str]] = {"last": words.LAST, "season": words.SEASON, "linear": words.LINEAR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """New data on the clock of a run."""

    dataset: Dataset
    grid: Grid
    cut: Cut
    task: Forecast
    decisions: tuple[Decision, ...]


def judged_forecast(prepared: PreparedForecast, learned: Learned, part: str) -> Judged:
    """Return truth and forecasts of the origins of one part."""
    logits = logits_of(learned.network, prepared.batches(part), learned.task.combine)
    return _judged(prepared.cut, learned.task, prepared.rows(part), logits.double().numpy())


def simple_forecasts(prepared: PreparedForecast, part: str) -> dict[tuple[str, ...], list[BaselineResult]]:
    """Return what simple forecasts give for the origins of a part; those that learn learnt from the training part."""
    transform, enough = prepared.cut.transform, len(prepared.rows("validation")) >= FEWEST_ERRORS
    kinds = [kind for kind in REFERENCES if kind != "season" or transform.season > 1]
    errors_of = "validation" if part == "test" and enough else "train"
    seen = evenly(prepared.rows(errors_of), most_judged(transform.horizon, transform.targets))
    results = [_simple(prepared, kind, prepared.rows(part), seen, errors_of) for kind in kinds]
    return {prepared.task.targets: results}


def evaluate_forecast(run: Run, source: Any, narrator: Narrator, **reading: Any) -> Evaluation:
    """Judge a run on every origin of new data from which a forecast can be made and checked.

    Raises:
        DataError: there is none, or the data do not fit.
    """
    series = _read(run, source, **reading)
    transform = series.cut.transform
    origins = np.flatnonzero(series.cut.usable(answered=True))
    if not len(origins):
        raise DataError(
            f"evaluate expected at least {transform.window + transform.horizon} steps in a row ({transform.window} to "
            f"look back, {transform.horizon} to check), got {len(series.grid)} steps in {series.dataset.name} without "
            "such a stretch: give a longer series, or fill its gaps"
        )
    origins = evenly(origins, most_judged(transform.horizon, transform.targets))
    judged = _judged(series.cut, series.task, origins, _logits(run, series, origins))
    settings = run.record.settings
    evaluation = judge(
        series.task,
        judged,
        settings=settings.judging,
        seed=settings.run.seed,
        part=series.dataset.name,
        describe=lambda place: {series.grid.time: series.grid.shown(int(origins[place]))},
    )
    narrator.decisions(series.decisions)
    narrator.say(f"{len(series.grid):,} steps, {len(origins):,} forecasts judged")
    return evaluation


def forecast_ahead(run: Run, source: Any, **reading: Any) -> tuple[pl.DataFrame, tuple[Decision, ...]]:
    """Return the `horizon` steps after the end of a series: times, medians, quantiles; and what is to be said.

    The end is the last step at which a target has a value; rows after it may hold the columns that are known ahead.

    Raises:
        DataError: the data do not fit, end in a gap, or lack what should be known ahead.
    """
    series = _read(run, source, **reading)
    transform, grid = series.cut.transform, series.grid
    observed = np.flatnonzero(~np.isnan(series.cut.observed).all(axis=1))
    end = int(observed[-1]) + 1 if len(observed) else 0
    _check_end(series, end)
    origin = np.array([end])
    predictions = series.task.predict(_logits(run, series, origin), series.cut.offsets(origin))
    places = np.arange(grid.first + end, grid.first + end + transform.horizon)
    columns = [transform.clock.times(places).alias(grid.time)]
    for one in predictions:
        columns.append(pl.Series(f"{PREDICTED}{one.target}", one.values[0]))
        columns += [
            pl.Series(f"{QUANTILE}{one.target}_{level:g}", values)
            for level, values in zip(one.levels, _quantiles(one)[0].T, strict=True)
        ]
    return pl.DataFrame(columns), series.decisions


def kept_forecasts(judged: Judged) -> dict[str, Any]:
    """Return the columns by which the judged forecasts are kept: truth, medians and quantiles, (n, h) each."""
    columns: dict[str, Any] = {}
    for target, one in zip(judged.truth, judged.predictions, strict=True):
        columns[target.name] = np.ascontiguousarray(target.values)
        columns[f"{PREDICTED}{one.target}"] = np.ascontiguousarray(one.values)
        for level, values in zip(one.levels, np.moveaxis(_quantiles(one), 2, 0), strict=True):
            columns[f"{QUANTILE}{one.target}_{level:g}"] = np.ascontiguousarray(values)
    return columns


def _judged(cut: Cut, task: Any, origins: Integers, logits: Floats) -> Judged:
    """Return truth and forecasts, with what came before for the drawings."""
    grid, transform = cut.grid, cut.transform
    back = origins[:, None] + np.arange(-min(SHOWN_HORIZONS * transform.horizon, transform.window), 0)
    return Judged(
        truth=rows_of(targets_on(grid, transform.targets, transform.horizon), origins),
        predictions=task.predict(logits, cut.offsets(origins)),
        rows=grid.rows[origins],
        history=tuple(grid.values[back, place] for place in range(transform.targets)),
    )


def _simple(
    prepared: PreparedForecast, kind: Reference, origins: Integers, seen: Integers, errors_of: str
) -> BaselineResult:
    """Return one simple forecast with intervals: the quantiles of what it left over, in the unit of each window."""
    started = time.perf_counter()
    cut, task = prepared.cut, prepared.task
    levels = task.quantiles if isinstance(task, Forecast) else ()
    unit_seen, unit = (cut.units(rows)[:, : cut.transform.targets, None] for rows in (seen, origins))
    left = (cut.truth(seen) - cut.references(seen, kind)) / unit_seen
    spread = np.moveaxis(np.quantile(left, levels, axis=0), 0, 2)  # (t, h, q)
    below = np.array(levels) < MEDIAN  # the forecast itself is its median, and lies in its interval
    spread = np.where(below, np.minimum(spread, 0.0), np.maximum(spread, 0.0)) * (np.array(levels) != MEDIAN)
    quantiles = cut.references(origins, kind)[..., None] + unit[..., None] * spread
    both = (cut.transform.scale, cut.transform.centre)
    scale, centre = (np.array(values[: cut.transform.targets]) for values in both)
    predicted = centre[:, None, None] + scale[:, None, None] * quantiles
    return BaselineResult(
        name=NAMES[kind],
        predicted=predicted,
        seconds=time.perf_counter() - started,
        note=f"its intervals are the quantiles of its errors in the {WHERE[errors_of]} part",
    )


def _read(run: Run, source: Any, *, labels: str | None = None, skip_bad_rows: bool = False) -> Series:
    """Read new data onto the clock of a run.

    Raises:
        DataError: they lack a column, or their times do not fit.
    """
    record, task = run.record, run.task
    if record.transform is None or not isinstance(task, Forecast):
        raise DataError(f"predict expected a trained forecast, got {record.name}: `pellucid resume` finishes it")
    transform: Any = transform_from_json(record.transform)
    skip = skip_bad_rows or record.settings.data.skip_bad_rows
    settings = replace(record.settings.data, test=None, labels=labels, skip_bad_rows=skip)
    dataset = read(source, settings, known=record.columns)
    check_columns([name for name in (transform.time, *transform.columns) if name is not None], dataset.frame.columns)
    grid, said = grid_of(dataset, transform.time, transform.columns, transform.clock, who="predict")
    warnings = tuple(decision for decision in dataset.decisions if decision.warning)
    return Series(dataset=dataset, grid=grid, cut=transform.cut(grid), task=task, decisions=(*warnings, *said))


def _logits(run: Run, series: Series, origins: Integers) -> Floats:
    """Return the network's logits for some origins."""
    transform: ForecastTransform = series.cut.transform
    nothing = np.zeros(len(origins), dtype=np.float32)
    size = judging_batch(transform.spec(1))
    batches = batches_of(transform, (series.cut.at(origins),), nothing, batch_size=size)
    return np.asarray(logits_of(run.network, batches, series.task.combine).double().numpy())


def _check_end(series: Series, end: int) -> None:
    """Refuse a series that ends in a way from which no forecast can be made.

    Raises:
        DataError: it is too short, has a long gap before its end, or lacks what should be known ahead.
    """
    cut, grid = series.cut, series.grid
    transform = cut.transform
    if cut.usable(answered=False)[end]:
        return
    if end < transform.window or np.isnan(cut.filled[end - transform.window : end]).any():
        raise DataError(
            f"predict expected {transform.window} steps before the end without gaps longer than "
            f"{transform.longest_gap}, got {end} steps up to {grid.shown(max(end - 1, 0))} in {series.dataset.name}"
            f"{' with longer ones' if end >= transform.window else ''}: give more of the series, or fill its gaps"
        )
    known, targets = ", ".join(transform.known), ", ".join(transform.channels[: transform.targets])
    raise DataError(
        f"predict expected what is known ahead ({known}) at all {transform.horizon} steps from {grid.shown(end)} to "
        f"{grid.shown(end + transform.horizon - 1)}, got some missing: add rows for these steps, with {known} filled "
        f"in and {targets} left empty"
    )


def _quantiles(prediction: Prediction) -> Floats:
    """Return the quantiles (n, h, q) of a forecast."""
    return np.asarray(prediction.quantiles, dtype=np.float64)
