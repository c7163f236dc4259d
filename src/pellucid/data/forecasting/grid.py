"""A series brought to regular times: sorted, repeated times joined, missing steps inserted, short gaps bridged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.content import room
from pellucid.data.dataset import Dataset
from pellucid.data.forecasting.clock import LOST, Clock
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

STEP: Final = "step"
"""What the time is called where rows are the steps."""
MOST_REPEATED: Final = 0.05  # of the rows with a time that another row has too: more are several series in one file
MOST_OFF_GRID: Final = 0.05  # of the rows whose time fits no step
MOST_STEPS: Final = 20  # times the rows that the grid may have: more is a wrong date, and would fill the memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Values at regular times, one row for each step."""

    clock: Clock
    time: str
    """Name of the column of time."""
    names: tuple[str, ...]
    values: Floats
    """(n, c), NaN where nothing was observed."""
    rows: Integers
    """(n,) the row in the source of each step; of an inserted step that of the one before it."""
    first: int = 0
    """Place of the first step on the clock."""

    def __len__(self) -> int:
        return len(self.values)

    def shown(self, step: int) -> str:
        """Return the time of a step as a text."""
        return self.clock.shown(self.first + step)

    def frame(self) -> pl.DataFrame:
        """Return the grid as a table: the time, then the values, null where nothing was observed."""
        places = np.arange(self.first, self.first + len(self))
        columns = [pl.Series(name, self.values[:, place]) for place, name in enumerate(self.names)]
        return pl.DataFrame([self.clock.times(places).alias(self.time), *columns]).with_columns(
            pl.col(name).fill_nan(None) for name in self.names
        )


def grid_of(
    dataset: Dataset, time: str | None, names: tuple[str, ...], clock: Clock, *, who: str = "fit"
) -> tuple[Grid, tuple[Decision, ...]]:
    """Return the named columns on the regular times of a clock, and what had to be done for it.

    Args:
        dataset: as read.
        time: the column of time; None where the rows themselves are the steps.
        names: of columns of numbers.
        clock: found in the column of time.
        who: asks, for the sentences of errors.

    Raises:
        DataError: there are no rows, a value is no number, a time is missing or fits no step, too many are repeated,
            or the grid is mostly empty.
    """
    if not len(dataset):
        raise DataError(f"{who} expected rows of a series in {dataset.name}, got none: name a file that holds some")
    values: Floats = np.asarray(room((len(dataset), len(names)), np.float64))
    for place, name in enumerate(names):
        values[:, place] = _numbers(dataset, name, who)
    rows = dataset.source_rows
    if time is None:
        return Grid(clock=clock, time=STEP, names=names, values=values, rows=rows), ()
    places, kept, said = _placed(dataset, time, clock, who)
    if not kept.all():
        places, values, rows = places[kept], values[kept], rows[kept]
    if (np.diff(places) < 0).any():
        order = np.argsort(places, kind="stable")
        places, values, rows = places[order], values[order], rows[order]
        said.append(Decision(topic="time", choice="rows sorted", reason=f"they do not follow {time}"))
    first, steps = int(places[0]), int(places[-1] - places[0] + 1)
    if steps > MOST_STEPS * len(places):
        raise DataError(
            f"{who} expected times of {time} every {clock.title}, got {len(places):,} rows from {clock.shown(first)} "
            f"to {clock.shown(int(places[-1]))}, which are {steps:,} steps: correct the times that are far from the "
            "others"
        )
    unique, starts, counts = np.unique(places, return_index=True, return_counts=True)
    if len(unique) < len(places):
        values, rows = _joined(values, starts), rows[starts]
        _refuse_repeated(time, clock, unique, counts, rows, who)
        said.append(_said_repeated(clock, unique, counts))
    whole = values
    if steps > len(unique):
        whole = np.full((steps, len(names)), np.nan)
        whole[unique - first] = values
    held = np.zeros(steps, dtype=np.int64)
    held[unique - first] = np.arange(len(unique))
    grid = Grid(clock=clock, time=time, names=names, values=whole, rows=rows[np.maximum.accumulate(held)], first=first)
    missing = steps - len(unique)
    if missing:
        said.append(_said_missing(grid, np.flatnonzero(np.isin(np.arange(steps), unique - first, invert=True))))
    return grid, tuple(said)


def _numbers(dataset: Dataset, name: str, who: str) -> Floats:
    """Return the values of a column, NaN where missing.

    Raises:
        DataError: one is a text; its row is named.
    """
    column = dataset.frame[name]
    numbers = column.cast(pl.Float64, strict=False)
    texts = (numbers.is_null() & ~column.is_null()).to_numpy()
    if texts.any():
        row = int(np.argmax(texts))
        raise DataError(
            f"{who} expected numbers in the series {name}, got {str(column[row])!r} in row {dataset.source_rows[row]}: "
            "correct it, or leave the cell empty"
        )
    return np.asarray(numbers.to_numpy(), dtype=np.float64)


def _placed(dataset: Dataset, time: str, clock: Clock, who: str) -> tuple[Integers, NDArray[np.bool_], list[Decision]]:
    """Return each row's place on the clock, which rows have one, and what is said of the others."""
    column = dataset.frame[time]
    present = ~column.is_null().to_numpy()
    places = np.full(len(column), LOST)
    places[present] = clock.places(column.filter(pl.Series(present)))
    lost = places == LOST
    if not lost.any():
        return places, ~lost, []
    row = int(np.argmax(lost))
    shown = "no time" if column[row] is None else repr(str(column[row]))
    if lost.mean() > MOST_OFF_GRID or lost.all():
        raise DataError(
            f"{who} expected a time in {time} every {clock.title}, got {shown} in row {dataset.source_rows[row]} and "
            f"{int(lost.sum()) - 1} more that fit no step: correct them, or bring the times to equal steps first"
        )
    count = int(lost.sum())
    said = Decision(
        topic="time",
        choice=f"{count} row{'s' * (count > 1)} left out",
        reason=f"their {time} is missing or lies between two steps, first {shown} in row {dataset.source_rows[row]}",
        warning=True,
    )
    return places, ~lost, [said]


def _joined(values: Floats, starts: Integers) -> Floats:
    """Return the means of values with one time; missing ones are not counted."""
    held = ~np.isnan(values)
    sums = np.add.reduceat(np.where(held, values, 0.0), starts, axis=0)
    found = np.add.reduceat(held.astype(np.int64), starts, axis=0)
    return np.where(found > 0, sums / np.maximum(found, 1), np.nan)


def _refuse_repeated(time: str, clock: Clock, unique: Integers, counts: Integers, rows: Integers, who: str) -> None:
    """Refuse a table in which many rows have the time of another one.

    Raises:
        DataError: there are too many.
    """
    place, repeated = int(np.argmax(counts > 1)), int(counts.sum()) - len(counts)
    if repeated > MOST_REPEATED * counts.sum():
        raise DataError(
            f"{who} expected each time of {time} once, got {clock.shown(int(unique[place]))} {counts[place]} times "
            f"(from row {rows[place]} on) and {repeated:,} repeated rows in all: where the file holds several series, "
            "give one of them, or put them side by side as columns"
        )


def _said_repeated(clock: Clock, unique: Integers, counts: Integers) -> Decision:
    """Say that the mean of repeated times is taken."""
    place, repeated = int(np.argmax(counts > 1)), int(counts.sum()) - len(counts)
    return Decision(
        topic="repeated times",
        choice=f"{repeated} row{'s' * (repeated > 1)} joined with the one of the same time, as their mean",
        reason=f"{clock.shown(int(unique[place]))} is there {counts[place]} times, and a series has one value a time",
        warning=True,
    )


def _said_missing(grid: Grid, missing: Integers) -> Decision:
    """Say how many steps were inserted."""
    count = len(missing)
    return Decision(
        topic="missing steps",
        choice=f"{count:,} step{'s' * (count > 1)} inserted without values",
        reason=f"no row has {'their time' if count > 1 else 'its time'} (the first is {grid.shown(int(missing[0]))}), "
        f"and the times go on by {grid.clock.title}",
        warning=True,
    )


def bridged(values: Floats, longest: int) -> Floats:
    """Return (n, c) values with gaps of up to `longest` steps filled on a straight line; at the end the last goes on.

    Longer gaps, and whatever is missing before the first value, stay missing.

    Example:
        >>> bridged(np.array([[np.nan], [1.0], [np.nan], [3.0], [np.nan]]), 1).ravel()
        array([nan,  1.,  2.,  3.,  3.])
    """
    filled = values.copy()
    steps = np.arange(len(values))
    for column in filled.T:
        known = np.flatnonzero(~np.isnan(column))
        if len(known) in (0, len(column)):
            continue
        before = np.searchsorted(known, steps, "right") - 1
        after = np.minimum(before + 1, len(known) - 1)
        length = np.where(steps > known[-1], steps - known[before], known[after] - known[before] - 1)
        short = np.isnan(column) & (before >= 0) & (length <= longest)
        column[short] = np.interp(steps[short], known, column[known])
    return filled
