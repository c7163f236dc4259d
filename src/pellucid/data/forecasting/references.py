"""Simple forecasts: the last value, the value a season ago, and a linear one. The network learns what is left over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Integers = NDArray[np.int64]

PENALTIES: Final = tuple(10.0**power for power in range(-2, 8))  # of the squared slopes, with features about 1 in size
MOST_ROWS: Final = 20_000  # windows that the linear forecast learns from, evenly spread
CHUNK: Final = 2048  # windows at a time
HELPS_FROM: Final = 0.02  # share of the squared error that the other channels must take away: less is luck


class Windows(Protocol):
    """What a linear forecast sees and should give, by origin: both less the last value, in the unit of the window."""

    def features(self, origins: Integers, channel: int, every: bool) -> Floats32:
        """Return (n, f)."""
        ...

    def changes(self, origins: Integers, channel: int) -> Floats:
        """Return (n, h)."""
        ...

    def units(self, origins: Integers) -> Floats:
        """Return (n, c)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A linear forecast of one channel."""

    coefficients: Floats
    """(f + 1, h), the intercept last."""
    every: bool
    """Whether it sees the windows of all channels, or that of its own alone."""
    error: float
    """Mean squared error on the validation origins, in standard deviations."""


def last_value(known: Floats, origins: Integers, horizon: int) -> Floats:
    """Return (n, t, h): the last value before each origin, again and again.

    Args:
        known: (n, t) the series without gaps.
        origins: (n,) the first step of each forecast.
        horizon: h.
    """
    return np.repeat(known[origins - 1][:, :, None], horizon, axis=2)


def season_ago(known: Floats, origins: Integers, horizon: int, season: float) -> Floats:
    """Return (n, t, h): for each step ahead the value a season (or two, or three …) before it.

    A season that is no whole number of steps (a year of days) is counted from the step, then rounded. Where the series
    does not reach back so far or has a gap there, the last value stands in.

    Example:
        >>> season_ago(np.arange(6.0)[:, None], np.array([6]), 4, 3.0)
        array([[[3., 4., 5., 3.]]])
    """
    ahead = np.arange(1, horizon + 1)
    back = np.rint(np.ceil(ahead / season) * season).astype(np.int64)
    places = origins[:, None] + ahead[None, :] - 1 - back[None, :]  # (n, h)
    values = np.moveaxis(known[np.maximum(places, 0)], 2, 1)  # (n, t, h)
    fallback = last_value(known, origins, horizon)
    return np.where((places < 0)[:, None, :] | np.isnan(values), fallback, values)


def linear_fits(
    windows: Windows, train: Integers, validation: Integers, channels: int, *, wide: bool
) -> tuple[Fitted, ...]:
    """Return the linear forecast of each channel: ridge regression from the window to the steps ahead.

    The penalty, and whether the other channels help, are those with the least squared error on the validation origins.

    Args:
        windows: of the series.
        train: origins to learn from.
        validation: origins to choose by; none: the middle penalty, and no other channels.
        channels: how many, the first ones.
        wide: whether features of all channels are tried too.
    """
    train, validation = evenly(train, MOST_ROWS), evenly(validation, MOST_ROWS)
    fitted = [_ridge(windows, train, validation, (channel,), every=False)[0] for channel in range(channels)]
    if not wide or not len(validation):
        return tuple(fitted)
    others = _ridge(windows, train, validation, tuple(range(channels)), every=True)
    return tuple(
        other if other.error < (1 - HELPS_FROM) * own.error else own for own, other in zip(fitted, others, strict=True)
    )


def linear_forecast(windows: Windows, origins: Integers, channel: int, coefficients: Floats, every: bool) -> Floats:
    """Return (n, h) changes from the last value, in the unit of the window."""
    parts = [np.zeros((0, coefficients.shape[1]))]
    for start in range(0, len(origins), CHUNK):
        features = windows.features(origins[start : start + CHUNK], channel, every)
        parts.append(features.astype(np.float64) @ coefficients[:-1] + coefficients[-1])
    return np.concatenate(parts)


def evenly(origins: Integers, most: int) -> Integers:
    """Return at most so many of the origins, evenly spread over all.

    Example:
        >>> evenly(np.arange(10), 4)
        array([0, 3, 6, 9])
    """
    if len(origins) <= most:
        return origins
    return origins[np.linspace(0, len(origins) - 1, most).round().astype(np.int64)]


def _ridge(
    windows: Windows, train: Integers, validation: Integers, channels: tuple[int, ...], *, every: bool
) -> tuple[Fitted, ...]:
    """Return for each channel the best over all penalties; the channels share their features."""
    gram, cross, centre, target = _moments(windows, train, channels, every)
    values, vectors = np.linalg.eigh(gram)
    values, projected = np.maximum(values, 0.0), vectors.T @ cross
    penalties = PENALTIES if len(validation) else (PENALTIES[len(PENALTIES) // 2],)
    solved = []
    for penalty in penalties:
        slopes = vectors @ (projected / (values + penalty)[:, None])
        solved.append(np.vstack([slopes, target - centre @ slopes]))
    errors = _errors(windows, validation, channels, every, solved)  # (penalties, channels)
    best = errors.argmin(axis=0)
    cut = np.split(np.arange(len(target)), len(channels))
    return tuple(
        Fitted(coefficients=solved[one][:, cut[place]], every=every, error=float(errors[one, place]))
        for place, one in enumerate(best)
    )


def _errors(
    windows: Windows, validation: Integers, channels: tuple[int, ...], every: bool, solved: list[Floats]
) -> Floats:
    """Return the (p, c) mean squared errors of p solutions for c channels, in standard deviations."""
    sums = np.zeros((len(solved), len(channels)))
    for start in range(0, len(validation), CHUNK):
        origins = validation[start : start + CHUNK]
        features = windows.features(origins, channels[0], every).astype(np.float64)
        truth = np.stack([windows.changes(origins, channel) for channel in channels], axis=1)  # (n, c, h)
        units = windows.units(origins)[:, list(channels), None]
        for place, one in enumerate(solved):
            left = truth - (features @ one[:-1] + one[-1]).reshape(truth.shape)
            sums[place] += ((units * left) ** 2).mean(axis=2).sum(axis=0)
    return sums / max(len(validation), 1)


def _moments(
    windows: Windows, train: Integers, channels: tuple[int, ...], every: bool
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return X'X and X'Y of centred features and targets, and the two means; a chunk of windows at a time."""
    sums: list[Floats] = []
    for start in range(0, len(train), CHUNK):
        origins = train[start : start + CHUNK]
        x = windows.features(origins, channels[0], every).astype(np.float64)
        y = np.concatenate([windows.changes(origins, channel) for channel in channels], axis=1)  # (n, c h)
        parts = [x.T @ x, x.T @ y, x.sum(axis=0), y.sum(axis=0)]
        sums = parts if not sums else [one + two for one, two in zip(sums, parts, strict=True)]
    count = len(train)
    centre, target = sums[2] / count, sums[3] / count
    return sums[0] - count * np.outer(centre, centre), sums[1] - count * np.outer(centre, target), centre, target
