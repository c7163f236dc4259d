"""The regular times of a series: seconds, weekdays, calendar months or plain numbers, and their places in a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.foundation.records import ColumnKind

Unit = Literal["microsecond", "weekday", "month", "number"]
Integers = NDArray[np.int64]

SECOND: Final = 1_000_000  # microseconds
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY
SHORTEST_MONTH: Final = 28 * DAY
MONTHS: Final = 12  # in a year
FIRST_WEEKEND_DAY: Final = 5  # Monday is 0
WEEK_DAYS: Final = 7
THURSDAY: Final = 3  # 1970-01-01, day 0, was one
MONTH_TEXT: Final = r"^\s*(\d{1,4})[-/.](\d{1,2})\s*$"  # 1949-01, or 1-01 where the years are only counted
FEWEST_TIMES: Final = 3  # two steps: fewer cannot show that they are equal
SMALLEST_SHARE: Final = 0.5  # of the distances between neighbours that the step must have; weekdays have 4 of 5
MOST_OFF: Final = 0.1  # share of a step by which a time may miss its place: clocks jitter


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Equally spaced times: place p stands for the time start + p x length.

    Example:
        >>> clock = clock_of(pl.Series(["1949-01", "1949-02", "1949-03", "1949-05"]))
        >>> clock.title, clock.places(pl.Series(["1949-05", "1950-01"])).tolist()
        ('1 month', [4, 12])
    """

    unit: Unit
    length: int
    """Of a step, in the unit."""
    start: int
    """The time of place 0 in the unit: microseconds since 1970, weekdays since then, months since year 0, a number."""
    day: int = 1
    """Of months: the day on which they are dated; 0 is the last."""
    text: bool = False
    """Of months: whether they are written as text with counted years, `1-01`."""

    @property
    def title(self) -> str:
        """The step in words: `1 hour`, `15 minutes`, `1 month`."""
        if self.unit == "microsecond":
            names = ((WEEK, "week"), (DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (SECOND, "second"))
            size, name = next(((s, n) for s, n in names if self.length % s == 0), (1, "microsecond"))
            return _counted(self.length // size, name)
        if self.unit == "month":
            names_of = {MONTHS: "year", MONTHS // 4: "quarter"}
            size = next((size for size in names_of if self.length % size == 0), 1)
            return _counted(self.length // size, names_of.get(size, "month"))
        return _counted(self.length, "weekday" if self.unit == "weekday" else "step")

    def places(self, times: pl.Series) -> Integers:
        """Return the place of each time, `LOST` for times that fit none.

        Args:
            times: of the same type as those that the clock was found in; none missing.
        """
        distance = _numbers(times, self.unit) - self.start
        places = np.rint(distance / self.length).astype(np.int64)
        off = np.abs(distance - places * self.length) > MOST_OFF * self.length
        return np.where(off, LOST, places)

    def times(self, places: Integers) -> pl.Series:
        """Return the times of places, in the type of the column that the clock was found in."""
        numbers = self.start + places * self.length
        if self.unit == "number":
            return pl.Series(numbers)
        if self.unit == "microsecond":
            return pl.Series(numbers.astype("datetime64[us]"))
        if self.unit == "weekday":
            days = np.busday_offset(np.datetime64(0, "D"), numbers, roll="forward")
            return pl.Series(days.astype("datetime64[us]"))
        if self.text:
            return pl.Series([f"{number // MONTHS}-{number % MONTHS + 1:02d}" for number in numbers])
        months = (numbers - 1970 * MONTHS).astype("datetime64[M]")
        days = (months + 1).astype("datetime64[D]") - 1 if self.day == 0 else months.astype("datetime64[D]")
        return pl.Series((days + max(self.day - 1, 0)).astype("datetime64[us]"))

    def shown(self, place: int) -> str:
        """Return one time as a text, without hours where the steps are days or longer."""
        time = str(self.times(np.array([place]))[0])
        coarse = self.unit in ("weekday", "month") or (self.unit == "microsecond" and self.length % DAY == 0)
        if self.unit == "month" and self.day == 1 and not self.text:
            return time[:7]
        return time[:10] if coarse and not self.text else time[:16]

    def since(self, places: Integers, period: Literal["day", "week", "year"]) -> NDArray[np.float64]:
        """Return how far into the period each place is, from 0 to below 1: of the day, the week, the year."""
        days = self.times(places).to_numpy().astype("datetime64[us]") if not self.text else _first_days(self, places)
        if period == "year":
            start = days.astype("datetime64[Y]")
            length = (start + 1).astype("datetime64[us]") - start.astype("datetime64[us]")
            return np.asarray((days - start.astype("datetime64[us]")) / length, dtype=np.float64)
        size = DAY if period == "day" else WEEK
        monday = 0 if period == "day" else THURSDAY * DAY
        return np.asarray((days.astype(np.int64) + monday) % size / size, dtype=np.float64)


LOST: Final = np.iinfo(np.int64).min
"""The place of a time that fits none."""


def clock_of(times: pl.Series) -> Clock | None:
    """Return the regular clock on which most neighbours of a column lie, or None.

    Args:
        times: dates, texts such as `1949-01`, or whole numbers; in any order, without missing ones.
    """
    months = months_in(times)
    if months is not None:
        length = _step(np.unique(months))
        return None if length is None else Clock(unit="month", length=length, start=int(months.min()), text=True)
    if times.dtype.is_integer():
        numbers = _numbers(times, "number")
        length = _step(np.unique(numbers))
        return None if length is None else Clock(unit="number", length=length, start=int(numbers.min()))
    return _clock_of_dates(times) if isinstance(times.dtype, pl.Datetime) else None


def kind_of_time(times: pl.Series) -> ColumnKind:
    """Return as what a column of times is described; counted months (`1-01`) stay the texts that they are."""
    return "number" if times.dtype.is_numeric() else "date" if times.dtype.is_temporal() else "category"


def months_in(times: pl.Series) -> Integers | None:
    """Return the months that texts name (`1949-01`, or `1-01` for the first of counted years); None for others."""
    if times.dtype != pl.String:
        return None
    parts = times.str.extract_groups(MONTH_TEXT).struct.unnest()
    year, month = (parts[name].cast(pl.Int64, strict=False) for name in parts.columns)
    if year.null_count() or not len(times) or not month.is_between(1, MONTHS).all():
        return None
    return (year * MONTHS + month - 1).to_numpy()


def _clock_of_dates(times: pl.Series) -> Clock | None:
    """Return the clock of dates: calendar months where all have one day, weekdays where no weekend is among them."""
    moments = np.unique(_numbers(times, "microsecond"))
    length = _step(moments)
    dates = moments.astype("datetime64[us]")
    days = dates.astype("datetime64[D]")
    midnight = bool((moments % DAY == 0).all())
    if midnight and len(moments) >= FEWEST_TIMES and np.median(np.diff(moments)) >= SHORTEST_MONTH:
        day = _day_of_month(days)
        step = None if day is None else _step(np.unique(_months(days)))
        if step is not None and day is not None:
            return Clock(unit="month", length=step, start=int(_months(days).min()), day=day)
    if length is None:
        return None
    weekday = (days.astype(np.int64) + THURSDAY) % WEEK_DAYS
    if midnight and length == DAY and len(moments) > WEEK_DAYS and (weekday < FIRST_WEEKEND_DAY).all():
        return Clock(unit="weekday", length=1, start=int(_weekdays(days[:1])[0]))
    return Clock(unit="microsecond", length=length, start=int(moments[0]))


def _day_of_month(days: NDArray[np.datetime64]) -> int | None:
    """Return the day on which all months are dated, 0 for the last; None where there is no such day."""
    months = days.astype("datetime64[M]")
    number = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    if (number == number[0]).all():
        return int(number[0])
    last = ((days + 1).astype("datetime64[M]") != months).all()
    return 0 if last else None


def _numbers(times: pl.Series, unit: Unit) -> Integers:
    """Return times as whole numbers of a unit."""
    if unit == "number":
        return times.cast(pl.Int64).to_numpy()
    months = months_in(times)
    if months is not None:
        return months
    moments = times.cast(pl.Datetime("us")).to_physical().to_numpy()
    if unit == "microsecond":
        return np.asarray(moments, dtype=np.int64)
    days = moments.astype("datetime64[us]").astype("datetime64[D]")
    return _months(days) if unit == "month" else _weekdays(days)


def _months(days: NDArray[np.datetime64]) -> Integers:
    return days.astype("datetime64[M]").astype(np.int64) + 1970 * MONTHS


def _weekdays(days: NDArray[np.datetime64]) -> Integers:
    return np.asarray(np.busday_count(np.datetime64(0, "D"), days), dtype=np.int64)


def _first_days(clock: Clock, places: Integers) -> NDArray[np.datetime64]:
    """Return the first days of months that are written as text."""
    months = clock.start + places * clock.length - 1970 * MONTHS
    return np.asarray(months.astype("datetime64[M]").astype("datetime64[us]"))


def _step(numbers: Integers) -> int | None:
    """Return the commonest distance between sorted neighbours, if most have it."""
    if len(numbers) < FEWEST_TIMES:
        return None
    distances, counts = np.unique(np.diff(numbers), return_counts=True)
    most = int(counts.argmax())
    return int(distances[most]) if counts[most] >= SMALLEST_SHARE * counts.sum() else None


def _counted(count: int, name: str) -> str:
    return f"{count:,} {name}{'s' * (count != 1)}"
