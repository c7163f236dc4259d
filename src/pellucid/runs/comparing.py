"""Two runs side by side: what was set differently, and how their scores differ."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pellucid.evaluation.comparison import Comparison, Side
from pellucid.evaluation.comparison import compare as compare_sides
from pellucid.evaluation.forecasts import Judged
from pellucid.foundation.errors import RangeError, RunFolderError
from pellucid.runs.folder import OFFSET, PREDICTED, PROBABILITY, QUANTILE, ROW, RunFolder
from pellucid.runs.records import RunRecord
from pellucid.tasks.catalogue import task_from_json
from pellucid.tasks.task import Prediction, Target, Task

if TYPE_CHECKING:
    import polars

ABSENT: Final = "–"
UNTOLD: Final = ("name", "out", "quiet", "report")  # settings that change nothing in the result


@dataclass(frozen=True, slots=True, kw_only=True)
class RunComparison:
    """What `pellucid compare` shows."""

    settings: tuple[tuple[str, str, str], ...]
    """Name and both values of everything that was set or chosen differently."""
    scores: Comparison


def compare(first: Path, second: Path) -> RunComparison:
    """Compare two finished runs.

    Raises:
        RunFolderError: a run is missing, damaged, or has not been judged yet.
        RangeError: they predict different targets.
    """
    sides = _side(RunFolder(first)), _side(RunFolder(second))
    left, right = (side.task.targets for side in sides)
    if not set(left) & set(right):
        raise RangeError(
            f"compare expected two runs that predict the same, got {', '.join(left)} in {sides[0].name} and "
            f"{', '.join(right)} in {sides[1].name}: choose runs with a target in common"
        )
    records = RunFolder(first).read_record(), RunFolder(second).read_record()
    scores = compare_sides(*sides, settings=records[0].settings.judging, seed=records[0].settings.run.seed)
    return RunComparison(settings=tuple(_differences(*records)), scores=scores)


def _side(folder: RunFolder) -> Side:
    """Return one run with the rows that it was judged on."""
    record = folder.read_record()
    evaluation = folder.read_scores()
    if record.task is None:
        raise RunFolderError(
            f"compare expected two trained runs, got {record.name}: finish it with `pellucid resume {folder.path}`"
        )
    task = task_from_json(record.task)
    return Side(name=record.name, evaluation=evaluation, task=task, judged=_judged(folder, record, task))


def _judged(folder: RunFolder, record: RunRecord, task: Task) -> Judged:
    """Return truth and predictions of the judged rows, from `predictions.parquet`."""
    frame = folder.read_predictions()
    kinds = {column.name: column.kind for column in record.columns if column.role == "target"}
    truth = tuple(
        Target(name=name, kind=kinds[name], values=_values(frame[name], numbers=kinds[name] == "number"))
        for part in task.parts
        for name in part.targets
    )
    return Judged(
        truth=truth,
        predictions=tuple(_prediction(frame, target) for target in truth),
        rows=frame[ROW].to_numpy(),
        offset=frame[OFFSET].to_numpy() if OFFSET in frame.columns else None,
    )


def _prediction(frame: polars.DataFrame, target: Target) -> Prediction:
    """Return the stored predictions of one target."""
    values = frame[f"{PREDICTED}{target.name}"]
    prefix = f"{PROBABILITY}{target.name}_"
    columns = [name for name in frame.columns if name.startswith(prefix)]
    quantile = f"{QUANTILE}{target.name}_"
    levels = tuple(float(name.removeprefix(quantile)) for name in frame.columns if name.startswith(quantile))
    if levels:
        stacked = np.stack([frame[f"{quantile}{level:g}"].to_numpy() for level in levels], axis=2)
        return Prediction(target=target.name, values=values.to_numpy(), quantiles=stacked, levels=levels)
    return Prediction(
        target=target.name,
        values=_values(values, numbers=not columns),
        probabilities=frame.select(columns).to_numpy() if columns else None,
        classes=tuple(name.removeprefix(prefix) for name in columns),
    )


def _values(column: polars.Series, *, numbers: bool) -> Any:
    return column.to_numpy().astype(np.float64) if numbers else column.cast(str).to_numpy().astype(object)


def _differences(left: RunRecord, right: RunRecord) -> list[tuple[str, str, str]]:
    """Return what the two runs were given, or chose, differently."""
    sides = [_facts(record) for record in (left, right)]
    names = dict.fromkeys([*sides[0], *sides[1]])
    rows = [(name, sides[0].get(name, ABSENT), sides[1].get(name, ABSENT)) for name in names]
    return [row for row in rows if row[1] != row[2]]


def _facts(record: RunRecord) -> dict[str, str]:
    """Return what decides a run, by name."""
    facts = {"data": record.source.name, "fingerprint": record.source.fingerprint[:12]}
    if record.task is not None and record.network is not None:
        facts |= {"task": str(record.task["kind"]), "network": record.network.title}
        facts |= {name: _text(value) for name, value in record.network.options.items()}
        facts["parameters"] = f"{record.network.parameters:,}"
    if record.resolved is not None:
        facts |= {name.replace("_", " "): _text(getattr(record.resolved, name)) for name in record.resolved.__slots__}
    if record.trained is not None:
        facts |= {"epochs done": str(record.trained.epochs), "best epoch": str(record.trained.best_epoch)}
    given = {
        name.replace("_", " "): ", ".join(value) if isinstance(value, tuple) else _text(value)
        for name, value in record.settings.options().items()
        if name not in UNTOLD
    }
    return given | facts  # what was chosen in the end says more than what was asked for


def _text(value: Any) -> str:
    return ABSENT if value is None else str(value)
