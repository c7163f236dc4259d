"""The season of a series: the period that its step suggests, if the values repeat after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.data.forecasting.clock import DAY, HOUR, MINUTE, MONTHS, SECOND, WEEK, Clock

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Period = Literal["day", "week", "year"]

DAYS_IN_YEAR: Final = 365.25  # Julian year
FEWEST_SEASONS: Final = 2  # that must have been seen to say that values repeat
CLEAR: Final = 0.1  # by which the correlation of values a season apart must exceed that of values half a season apart
LONGER_IS_BETTER: Final = 0.1  # correlation by which a longer season (a week over a day) must repeat better
HARMONICS: Final = {"day": 2, "week": 2, "year": 2}  # waves for each period: two can follow a lopsided course


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """How many steps pass until values repeat, and how surely."""

    length: float
    """In steps; 1 where there is no season."""
    correlation: float
    """Of values one season apart, after a running mean over a season is taken away; 0 without a season."""


def periods_of(clock: Clock) -> dict[Period, float]:
    """Return how many steps a day, a week and a year have, of those that have two or more, shortest first.

    Example:
        >>> periods_of(Clock(unit="microsecond", length=HOUR, start=0))
        {'day': 24.0, 'week': 168.0, 'year': 8766.0}
    """
    if clock.unit == "number":
        return {}
    if clock.unit == "month":
        return {"year": MONTHS / clock.length} if clock.length < MONTHS else {}
    if clock.unit == "weekday":
        return {"week": 5.0, "year": DAYS_IN_YEAR * 5 / 7}
    sizes: dict[Period, float] = {"day": DAY, "week": WEEK, "year": DAYS_IN_YEAR * DAY}
    return {name: size / clock.length for name, size in sizes.items() if size >= 2 * clock.length}


def candidates(clock: Clock) -> tuple[float, ...]:
    """Return the seasons that a step suggests, shortest first; below a minute also a second, a minute and an hour."""
    lengths = list(periods_of(clock).values())
    if clock.unit == "microsecond" and clock.length < MINUTE:
        lengths = [size / clock.length for size in (SECOND, MINUTE, HOUR) if size >= 2 * clock.length] + lengths
    return tuple(sorted(lengths))


def season_of(values: Floats, clock: Clock) -> Season:
    """Return the season that the values confirm.

    A candidate counts when values one season apart are clearly more alike than values half a season apart, in what is
    left after a running mean over the season is taken away; a longer one must repeat clearly better than a shorter.

    Args:
        values: (n,) of the training part, NaN where missing.
        clock: gives the candidates.

    Example:
        >>> hours = Clock(unit="microsecond", length=HOUR, start=0)
        >>> season_of(np.sin(np.arange(240) * 2 * np.pi / 24), hours).length
        24.0
    """
    best = Season(length=1.0, correlation=0.0)
    for length in candidates(clock):
        lag = round(length)
        if len(values) < FEWEST_SEASONS * lag:
            break
        rest = values - running_mean(values, lag)
        apart, half = correlation(rest, lag), correlation(rest, max(lag // 2, 1))
        if apart - half >= CLEAR and apart >= best.correlation + LONGER_IS_BETTER:
            best = Season(length=length, correlation=apart)
    return best


def correlation(values: Floats, lag: int) -> float:
    """Return the correlation of values `lag` steps apart; pairs with a missing value do not count.

    Example:
        >>> round(correlation(np.array([0.0, 1, 0, 1, 0, 1]), 2), 2)
        1.0
    """
    first, second = values[:-lag], values[lag:]
    both = ~(np.isnan(first) | np.isnan(second))
    first, second = first[both] - np.nanmean(values), second[both] - np.nanmean(values)
    scale = np.sqrt((first**2).sum() * (second**2).sum())
    return float((first * second).sum() / scale) if scale > 0 else 0.0


def running_mean(values: Floats, length: int) -> Floats:
    """Return the mean of the `length` values around each one; at the ends of those that there are.

    Example:
        >>> running_mean(np.array([1.0, 2, 3, 4]), 3)
        array([1.5, 2. , 3. , 3.5])
    """
    held = ~np.isnan(values)
    sums = np.concatenate([[0.0], np.cumsum(np.where(held, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(held)])
    low = np.maximum(np.arange(len(values)) - length // 2, 0)
    high = np.minimum(low + length - np.maximum(length // 2 - np.arange(len(values)), 0), len(values))
    return np.asarray((sums[high] - sums[low]) / np.maximum(counts[high] - counts[low], 1))


def calendar_names(clock: Clock, steps: int) -> tuple[str, ...]:
    """Return the periods whose course can be learnt: two of them were seen in the training part.

    Args:
        clock: of the series.
        steps: of the training part.

    Example:
        >>> calendar_names(Clock(unit="microsecond", length=HOUR, start=0), 1000)
        ('day', 'week')
    """
    return tuple(name for name, length in periods_of(clock).items() if steps >= FEWEST_SEASONS * length)


def calendar(clock: Clock, places: Integers, names: tuple[str, ...]) -> NDArray[np.float32]:
    """Return (n, k) waves that tell where in each period a place is: cosine and sine, once and twice a period."""
    waves = []
    for name in names:
        angle = 2 * np.pi * clock.since(places, name)  # type: ignore[arg-type]
        for harmonic in range(1, HARMONICS[name] + 1):
            waves += [np.cos(harmonic * angle), np.sin(harmonic * angle)]
    if not waves:
        return np.zeros((len(places), 0), dtype=np.float32)
    return np.column_stack(waves).astype(np.float32)
