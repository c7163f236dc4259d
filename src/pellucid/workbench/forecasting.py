"""A series that is to be forecast: prepared, judged by back-testing, and forecast beyond its end."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.forecasting.clock import kind_of_time
from pellucid.data.forecasting.cut import Cut
from pellucid.data.forecasting.fitting import Fit, fit_forecast, naive_errors
from pellucid.data.forecasting.grid import Grid, grid_of
from pellucid.data.forecasting.plan import Plan, plan_of
from pellucid.data.forecasting.recognise import Found
from pellucid.data.forecasting.references import CHUNK, evenly
from pellucid.data.forecasting.transform import ForecastTransform
from pellucid.data.inspection.kinds import summary_of
from pellucid.data.inspection.targets import choose_targets
from pellucid.data.modalities.catalogue import BY_KIND
from pellucid.data.modalities.modality import Fitting, Modality
from pellucid.data.schema import Description
from pellucid.foundation.errors import DataError, RangeError
from pellucid.foundation.names import unknown_name
from pellucid.foundation.records import Column, Decision
from pellucid.networks.choose import choose, recommend
from pellucid.runs.settings import Settings
from pellucid.tasks.forecast import Forecast
from pellucid.tasks.infer import check_settings_apply
from pellucid.tasks.task import Target, Task
from pellucid.training.predicting import logits_of
from pellucid.workbench.preparing import Prepared, rows_of

if TYPE_CHECKING:
    from torch import nn

FEWEST_CALIBRATING: Final = 10  # validation origins: fewer say less than the training part does. Airline passengers, 12
# validation origins: 38 % of what came lay in the 80 % interval without calibration
MOST_FITTED: Final = 20_000  # origins that give spread and quantiles of each step: so many tell them to half a per cent


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedForecast(Prepared):
    """A series, understood; rows are steps, and a row of a part is an origin: the first step that is forecast."""

    cut: Cut

    @property
    def modality(self) -> Modality:
        """Series; what is told of a row is its time, and nothing is shown."""
        own = replace(BY_KIND["series"], noun="step", plural="", transform=ForecastTransform)
        return replace(own, show=None, vary=None, tell=self._tell)

    @property
    def telling(self) -> NDArray[np.int64]:
        """Some training origins: the targets of all would fill the memory."""
        return evenly(self.split.train, MOST_FITTED)

    def _tell(self, dataset: Dataset, row: int) -> dict[str, str]:
        """Return the time of a step."""
        del dataset
        return {self.cut.grid.time: self.cut.grid.shown(row)}

    def finished(self, task: Task, network: nn.Module) -> tuple[Task, tuple[Decision, ...]]:
        """Return the task calibrated on the validation part, and how."""
        rows = self.rows("validation")
        if not isinstance(task, Forecast) or len(rows) < FEWEST_CALIBRATING:
            return task, ()
        logits = logits_of(network, self.batches("validation"), task.combine).double().numpy()
        calibrated = task.calibrated(logits, self.targets[rows], self.cut.offsets(rows))
        return calibrated, (_said_calibrated(calibrated),)


class LeftOver:
    """The encoded targets of all origins, made when a batch asks for some: kept, they would fill the memory."""

    def __init__(self, task: Forecast, targets: tuple[Target, ...], cut: Cut) -> None:
        self._task, self._targets, self._cut = task, targets, cut

    def __len__(self) -> int:
        return len(self._cut)

    def __getitem__(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        parts = [rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK)] or [rows]
        return np.concatenate([self._encoded(some) for some in parts])

    def _encoded(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        return self._task.encode(rows_of(self._targets, rows), self._cut.offsets(rows))


class Offsets:
    """The references and units of all origins, made when a batch asks for some."""

    def __init__(self, cut: Cut) -> None:
        self._cut = cut

    def __len__(self) -> int:
        return len(self._cut)

    def __getitem__(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        return self._cut.offsets(rows).astype(np.float32)


def prepare_forecast(dataset: Dataset, found: Found, settings: Settings, seconds: float) -> PreparedForecast:
    """Return everything that training on a series needs.

    Args:
        dataset: as read.
        found: the series in it.
        settings: of the run.
        seconds: that reading took.

    Raises:
        DataError: the series cannot be learnt from.
        UnknownNameError: a target or a column does not exist.
        RangeError: a setting is impossible for a forecast.
    """
    started = time.perf_counter()
    _refuse(dataset, settings)
    targets, said_targets = _targets(dataset, found, settings)
    known = tuple(name for name in settings.data.known if name not in targets)
    channels = (*targets, *(name for name in found.numbers if name not in (*targets, *known)))
    grid, said_grid = grid_of(dataset, found.time, (*channels, *known), found.clock)
    plan = plan_of(grid, len(targets), settings.data)
    fit = fit_forecast(grid, plan, targets=len(targets), known=known, time=found.time, keep=settings.data.keep)
    described = _described(dataset, grid, found, fit.transform, targets_on(grid, len(targets), plan.horizon))
    task = _task(targets, described.targets, grid, plan, fit)
    check_settings_apply(task, settings.task, None)
    choice, said_network = choose("series", len(fit.parts.train), task, settings.network.network)
    spec = fit.transform.spec(len(fit.parts.train))
    return PreparedForecast(
        dataset=described.dataset,
        description=described,
        task=task,
        split=fit.parts,
        choice=choice,
        transform=fit.transform,
        recommendation=recommend(choice, spec, task),
        spec=spec,
        fitting=Fitting(settings=settings.data),
        inputs=(fit.cut,),
        targets=cast("NDArray[Any]", LeftOver(task, described.targets, fit.cut)),  # only its length and rows are asked
        offset=cast("NDArray[Any]", Offsets(fit.cut)),
        decisions=(
            *dataset.decisions,
            *found.decisions,
            *said_targets,
            *said_grid,
            *plan.decisions,
            *fit.parts.decisions,
            *fit.transform.decisions,
            *said_network,
        ),
        seconds={"read": seconds, "prepare": time.perf_counter() - started},
        cut=fit.cut,
    )


def _said_calibrated(task: Forecast) -> Decision:
    """Say how much of the network's change to the reference counts, and why the quantiles were moved."""
    counts = ", ".join(f"{100 * gain:.0f} %" for gain in task.gain)
    each = f" (of {', '.join(task.targets)})" if len(task.targets) > 1 else ""
    return Decision(
        topic="calibration",
        choice=f"{counts} of what the network changes in the reference{each} counts, and the quantiles are moved",
        reason="of the shares tried it has the least error on the validation part, and the quantiles are as far apart "
        "as the values there",
    )


def _refuse(dataset: Dataset, settings: Settings) -> None:
    """Refuse what a forecast cannot do.

    Raises:
        RangeError: a setting is impossible.
    """
    if dataset.test_rows is not None:
        raise RangeError(
            "fit expected a series in one file, got a test part of its own: join the two, and name the share of the "
            "last steps to test on with --test FRACTION"
        )
    if settings.data.split not in ("auto", "time"):
        raise RangeError(
            f"fit expected a series to be split by time, got --split {settings.data.split}: leave it out, or learn the "
            "rows as a table with --task regression"
        )


def _targets(dataset: Dataset, found: Found, settings: Settings) -> tuple[tuple[str, ...], tuple[Decision, ...]]:
    """Return the columns to forecast.

    Raises:
        UnknownNameError: a wished one is no column.
        DataError: a wished one holds texts.
        RangeError: a wished one is known ahead, or nothing else is left.
    """
    wished = settings.run.target
    for name in wished:
        if name in dataset.frame.columns and name not in found.numbers and name != found.time:
            grid_of(dataset, found.time, (name,), found.clock)  # says which cell is no number
            raise DataError(f"fit expected numbers in {name}, got {dataset.frame[name].dtype}: name another target")
    candidates = [name for name in found.numbers if name not in settings.data.known]
    for name in settings.data.known:
        if name not in found.numbers:
            raise unknown_name("fit", "a column of numbers that is known ahead", name, found.numbers)
        if name in wished:
            raise RangeError(
                f"fit expected a target that is not known ahead, got {name} as both: leave one of them out"
            )
    if not candidates:
        raise RangeError("fit expected a column to forecast, got only columns that are known ahead: name fewer --known")
    return choose_targets(replace(dataset, frame=dataset.frame.select(candidates)), candidates, wished or None)


def _task(names: tuple[str, ...], targets: tuple[Target, ...], grid: Grid, plan: Plan, fit: Fit) -> Forecast:
    """Return the task, fitted on the training origins."""
    task = Forecast(
        targets=names,
        horizon=plan.horizon,
        season=plan.season,
        centre=fit.transform.centre[: len(names)],
        scale=fit.transform.scale[: len(names)],
        naive_error=naive_errors(grid, plan, len(names)),
    )
    rows = evenly(fit.parts.train, MOST_FITTED)
    return task.fitted(rows_of(targets, rows), fit.cut.offsets(rows))


def targets_on(grid: Grid, targets: int, horizon: int) -> tuple[Target, ...]:
    """Return the first columns of a grid, (n, h) each: row r holds the h steps from step r on, NaN beyond the end.

    They are views: nothing is copied.
    """
    beyond = np.full((horizon, targets), np.nan)
    longer = np.concatenate([grid.values[:, :targets], beyond])
    views = np.lib.stride_tricks.sliding_window_view(longer, horizon, axis=0)[: len(grid)]  # (n, t, h)
    return tuple(
        Target(name=name, kind="number", values=views[:, place], rows=grid.rows)
        for place, name in enumerate(grid.names[:targets])
    )


def _described(
    dataset: Dataset, grid: Grid, found: Found, transform: ForecastTransform, targets: tuple[Target, ...]
) -> Description:
    """Return what the series holds, on its regular times."""
    forecast = [target.name for target in targets]
    frame = grid.frame()
    regular = Dataset(kind="series", name=dataset.name, frame=frame, source_rows=grid.rows, decisions=dataset.decisions)
    columns = []
    for name in dataset.frame.columns:
        column = dataset.frame[name]
        kind = kind_of_time(column) if name == found.time else "number" if name in grid.names else "text"
        role = "time" if name == found.time else "target" if name in forecast else "feature"
        columns.append(
            Column(
                name=name,
                kind=kind,
                role=cast("Any", role if name in (found.time, *transform.columns) else "unused"),
                missing=column.null_count(),
                distinct=column.drop_nulls().n_unique(),
                summary=summary_of(column, kind),
                reason="known ahead" if name in transform.known else "",
            )
        )
    return Description(
        dataset=regular,
        columns=tuple(columns),
        targets=targets,
        features=(grid.time,),
        exposure=None,
        decisions=(),
    )
