"""Telling a series that is to be forecast from a table of examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.forecasting.clock import FEWEST_TIMES, LOST, Clock, clock_of, months_in
from pellucid.data.forecasting.grid import MOST_OFF_GRID, MOST_REPEATED
from pellucid.data.settings import DataSettings
from pellucid.foundation.errors import DataError, RangeError
from pellucid.foundation.names import unknown_name
from pellucid.foundation.records import Decision

MOST_MISSING: Final = 0.05  # of the steps that a table which nobody called a series may lack
FEWEST_STEPS: Final = 24  # of such a table: a dozen rows with dates are more likely a list
FORECAST: Final = "forecast"
STEPS: Final = ("year", "time", "timestamp", "t", "step")  # names of columns of whole numbers that count the time
BACK: Final = "--task regression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A series in a table."""

    clock: Clock
    time: str | None
    """The column of time; None where the rows are the steps."""
    numbers: tuple[str, ...]
    """The columns of numbers, without those that are dropped."""
    decisions: tuple[Decision, ...]


def recognise(dataset: Dataset, settings: DataSettings, task: str | None) -> Found | None:
    """Return the series that a data set holds, when it is to be forecast; None for a table of examples.

    It is when the user says so (`--horizon`, `--task forecast`), or when the table holds nothing but times and numbers,
    one row for each step of a regular clock, in any order.

    Args:
        dataset: as read.
        settings: what the user says about the data.
        task: the wish for a task, by its name in the catalogue; None for none.

    Raises:
        DataError: a forecast is asked for and there are no regular times, or no numbers.
        RangeError: a forecast is asked for, of something that is no table or as another task.
        UnknownNameError: a named column does not exist; the nearest is offered.
    """
    asked = settings.horizon is not None or task == FORECAST
    if settings.horizon is not None and task not in (None, FORECAST):
        raise RangeError(f"fit expected --horizon with a forecast, got --task {task}: leave one of them out")
    if asked and dataset.kind != "table":
        raise RangeError(
            f"fit expected a table with a column of time for a forecast, got a {dataset.kind}: leave out --horizon and "
            "--task forecast, or give a table"
        )
    if asked:
        return _asked(dataset, settings, "--horizon" if settings.horizon is not None else "--task forecast")
    if dataset.kind != "table" or task is not None:
        return None
    return _found(dataset, settings)


def _asked(dataset: Dataset, settings: DataSettings, option: str) -> Found:
    """Return the series that the user says is there."""
    columns = _columns(dataset, settings)
    time = _time_of(dataset, settings, columns)
    if time is None:
        clock = Clock(unit="number", length=1, start=1)
        reason = f"{option} asks for it; no column holds times, so that the rows are taken as the steps, in their order"
    else:
        found = clock_of(dataset.frame[time].drop_nulls())
        if found is None:
            raise DataError(
                f"fit expected regular times in {time}, got {_shown(dataset.frame[time])}, which follow no step of "
                "seconds, days, months or years: name the column of time with --time, or bring the times to equal steps"
            )
        clock, reason = found, f"{option} asks for it; {time} goes on by {found.title}"
    numbers = tuple(name for name in columns if name != time and _is_number(dataset.frame[name]))
    if not numbers:
        raise DataError(
            f"fit expected a column of numbers to forecast in {dataset.name}, got none beside "
            f"{time or 'texts'}: give a table with the values of the series"
        )
    said = [Decision(topic="series", choice="the rows are the steps of a series", reason=reason, overrule=BACK)]
    left_out = [name for name in columns if name != time and name not in numbers]
    if left_out:
        said.append(
            Decision(
                topic="columns",
                choice=f"left out: {', '.join(left_out)}",
                reason="they hold no numbers, and a forecast looks back at numbers",
                warning=True,
            )
        )
    return Found(clock=clock, time=time, numbers=numbers, decisions=tuple(said))


def _found(dataset: Dataset, settings: DataSettings) -> Found | None:
    """Return the series in a table that nobody called one; None where anything speaks against it."""
    if settings.exposure or settings.group or settings.split not in ("auto", "time") or dataset.test_rows is not None:
        return None
    columns = _columns(dataset, settings)
    times = [name for name in columns if _is_time(dataset.frame[name])]
    if settings.time is not None:
        times = [settings.time]
    if len(times) != 1 or len(dataset) < FEWEST_STEPS:
        return None
    time = times[0]
    others = tuple(name for name in columns if name != time)
    if not others or not all(_is_number(dataset.frame[name]) for name in others):
        return None
    moments = dataset.frame[time].drop_nulls()
    clock = clock_of(moments) if len(dataset) - len(moments) <= MOST_OFF_GRID * len(dataset) else None
    if clock is None:
        return None
    places = clock.places(moments)
    steps = np.unique(places)
    if steps[0] == LOST or len(places) - len(steps) > MOST_REPEATED * len(places):
        return None
    missing = 1 - len(steps) / int(steps[-1] - steps[0] + 1)
    if missing > MOST_MISSING:
        return None
    whole = "every step has its row" if not missing else f"{100 * missing:.1f} % of the steps have no row"
    said = Decision(
        topic="series",
        choice="the rows are the steps of a series, which is forecast",
        reason=f"there is nothing but numbers beside {time}, which goes on by {clock.title}; {whole}",
        overrule=BACK,
        warning=True,
    )
    return Found(clock=clock, time=time, numbers=others, decisions=(said,))


def _columns(dataset: Dataset, settings: DataSettings) -> list[str]:
    """Return the columns that are not dropped, after a look at every name that the user gave.

    Raises:
        UnknownNameError: a name is no column.
    """
    known = dataset.frame.columns
    for what, names in (
        ("a column", (*settings.drop, *settings.keep, *(settings.column or {}))),
        ("a column of time", () if settings.time is None else (settings.time,)),
        ("a column that is known ahead", settings.known),
    ):
        for name in names:
            if name not in known:
                raise unknown_name("fit", what, name, known)
    return [name for name in known if name not in settings.drop]


def _time_of(dataset: Dataset, settings: DataSettings, columns: list[str]) -> str | None:
    """Return the column of time: the named one, or the first that holds times."""
    if settings.time is not None:
        return settings.time
    times = [name for name in columns if _is_time(dataset.frame[name])]
    regular = [name for name in times if clock_of(dataset.frame[name].drop_nulls()) is not None]
    return next(iter(regular or times), None)


def _is_time(column: pl.Series) -> bool:
    """Say whether a column holds dates, months as text, or years and other whole steps that follow one another."""
    if column.dtype.is_temporal():
        return True
    values = column.drop_nulls()
    if column.dtype == pl.String:
        return len(values) >= FEWEST_TIMES and months_in(values) is not None
    steps = column.dtype.is_integer() and column.name.strip().casefold() in STEPS
    return bool(steps and len(values) >= FEWEST_TIMES and (np.diff(values.to_numpy()) > 0).all())


def _is_number(column: pl.Series) -> bool:
    return column.dtype.is_numeric() or column.dtype == pl.Boolean


def _shown(column: pl.Series) -> str:
    return ", ".join(repr(str(value)) for value in column.head(FEWEST_TIMES))
