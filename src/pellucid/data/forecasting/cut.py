"""Windows cut from a series where they are asked for: the series is kept once, however many windows there are."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.content import room
from pellucid.data.forecasting.grid import Grid, bridged
from pellucid.data.forecasting.references import CHUNK, last_value, linear_forecast, season_ago
from pellucid.data.forecasting.seasons import calendar

if TYPE_CHECKING:
    from pellucid.data.forecasting.transform import ForecastTransform, Reference

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Integers = NDArray[np.int64]

CALENDAR_STEPS: Final = 1 << 14  # of which times and waves are made at once
SMALLEST_UNIT: Final = 0.1  # standard deviations: a window that hardly moves would blow up whatever follows


class Cut:
    """A series from which windows are cut by origin; content as `data.content` has it. Numbers are standardised.

    Args:
        transform: fitted.
        grid: of the transform's columns.
        rows: origins that the examples are; None: every step of the grid.
    """

    def __init__(self, transform: ForecastTransform, grid: Grid, rows: Integers | None = None) -> None:
        self.transform, self.grid = transform, grid
        self._rows = np.arange(len(grid)) if rows is None else rows
        n, t, c = len(grid), transform.targets, len(transform.channels)
        self.observed: Floats = np.asarray(room((n, t), np.float64))
        self.filled: Floats = np.asarray(room((n, c), np.float64))
        self._series: Floats32 = np.asarray(room((n, c), np.float32))
        self._ahead: Floats32 = np.asarray(room((n + transform.horizon, transform.ahead), np.float32))
        for place, (centre, scale) in enumerate(zip(transform.centre, transform.scale, strict=True)):
            standard = (grid.values[:, place] - centre) / scale
            if place < t:
                self.observed[:, place] = standard
            if place < c:
                self.filled[:, place] = bridged(standard[:, None], transform.longest_gap)[:, 0]
                self._series[:, place] = self.filled[:, place]
            else:
                self._ahead[:n, place - c] = standard
                self._ahead[n:, place - c] = np.nan
        for start in range(0, len(self._ahead), CALENDAR_STEPS):
            places = np.arange(start, min(start + CALENDAR_STEPS, len(self._ahead)))
            waves = calendar(transform.clock, grid.first + places, transform.calendar)
            self._ahead[places, len(transform.known) :] = waves

    def __len__(self) -> int:
        return len(self._rows)

    def gather(self, rows: Integers) -> tuple[NDArray[Any], ...]:
        """Return the inputs of some examples: windows (n, c, w), and what is known ahead (n, k, h) if anything."""
        return self.inputs(self._rows[rows])

    def take(self, rows: Integers) -> Cut:
        """Return these examples, in this order."""
        return self.at(self._rows[rows])

    def at(self, origins: Integers) -> Cut:
        """Return the examples of some origins; the end of the grid, from which nothing came yet, may be one."""
        other = copy(self)
        other._rows = origins
        return other

    def like(self, transform: ForecastTransform) -> Cut:
        """Return the same series for another transform, of the same columns with the same scales and the same clock."""
        other = copy(self)
        other.transform = transform
        return other

    def chunks(self) -> Iterator[memoryview]:
        """Yield the bytes of the series, for a fingerprint."""
        yield self._series.data.cast("B")
        yield np.ascontiguousarray(self._rows).data.cast("B")

    def usable(self, *, answered: bool) -> NDArray[np.bool_]:
        """Return for every origin, from step 0 to the end of the grid, whether a forecast can be made there.

        Its window must be whole, and the inputs known ahead given. Bridging a gap looks at the value after it, which
        may be a target: so the last values before the origin must be observed, unless the series ends there.

        Args:
            answered: whether the targets must be observed too, as for learning and judging.
        """
        w, h, n = self.transform.window, self.transform.horizon, len(self.grid)
        origins = np.arange(n + 1)
        good = _whole(~np.isnan(self.filled).any(axis=1), origins - w, origins)
        good &= _whole(~np.isnan(self._ahead).any(axis=1), origins, origins + h)
        if answered:
            channels = self.grid.values[:, : len(self.transform.channels)]
            good &= np.concatenate([[False], ~np.isnan(channels).any(axis=1)])
            good &= _whole(~np.isnan(self.observed).any(axis=1), origins, origins + h)
        return good

    def inputs(self, origins: Integers) -> tuple[Floats32, ...]:
        """Return the windows (n, c, w), and the inputs known ahead (n, k, h) where there are any."""
        series = self._windows(origins)
        if self.transform.scaling == "window":
            unit = self.units(origins)[:, :, None]
            series = ((series - series[:, :, -1:]) / unit).astype(np.float32)
        return (series, self._future(origins)) if self.transform.ahead else (series,)

    def units(self, origins: Integers) -> Floats:
        """Return (n, c) the units of windows: 1, or each channel's deviation within the window."""
        if self.transform.scaling == "training":
            return np.ones((len(origins), len(self.transform.channels)))
        return np.asarray(np.maximum(self._windows(origins).std(axis=2, dtype=np.float64), SMALLEST_UNIT))

    def truth(self, origins: Integers) -> Floats:
        """Return (n, t, h) what came."""
        places = origins[:, None] + np.arange(self.transform.horizon)
        return np.asarray(np.moveaxis(self.observed[places], 2, 1))

    def references(self, origins: Integers, kind: Reference | None = None) -> Floats:
        """Return (n, t, h) reference forecasts, or simple forecasts of another kind."""
        transform, kind = self.transform, kind or self.transform.reference
        known = self.filled[:, : transform.targets]
        if kind == "season":
            return season_ago(known, origins, transform.horizon, transform.season)
        forecast = last_value(known, origins, transform.horizon)
        if kind == "linear":
            units = self.units(origins)
            for channel, linear in enumerate(transform.linear):
                matrix = linear.matrix(transform.horizon)
                change = linear_forecast(self, origins, channel, matrix, linear.every)
                forecast[:, channel] += units[:, channel, None] * change
        return forecast

    def offsets(self, origins: Integers) -> Floats:
        """Return (n, t, h + 1): the reference of each step, and last the unit, as the task `Forecast` takes them."""
        t, h = self.transform.targets, self.transform.horizon
        offsets = np.empty((len(origins), t, h + 1))
        for start in range(0, len(origins), CHUNK):
            some = slice(start, start + CHUNK)
            offsets[some, :, :h] = self.references(origins[some])
            offsets[some, :, h] = self.units(origins[some])[:, :t]
        return offsets

    def changes(self, origins: Integers, channel: int) -> Floats:
        """Return (n, h) what came of a channel, less its last value, in the unit of the window."""
        last, unit = self.filled[origins - 1, channel], self.units(origins)[:, channel]
        change: Floats = (self.truth(origins)[:, channel] - last[:, None]) / unit[:, None]
        return change

    def features(self, origins: Integers, channel: int, every: bool) -> Floats32:
        """Return what a linear forecast sees: windows less their last values, the last values, the inputs ahead."""
        series, units = self._windows(origins), self.units(origins).astype(np.float32)
        if not every:
            series, units = series[:, channel : channel + 1], units[:, channel : channel + 1]
        last = series[:, :, -1:]
        past = ((series[:, :, :-1] - last) / units[:, :, None]).reshape(len(origins), -1)
        return np.concatenate([past, last[:, :, 0] / units, self._future(origins).reshape(len(origins), -1)], axis=1)

    def _windows(self, origins: Integers) -> Floats32:
        places = origins[:, None] + np.arange(-self.transform.window, 0)
        return np.ascontiguousarray(np.moveaxis(self._series[places], 2, 1))

    def _future(self, origins: Integers) -> Floats32:
        places = origins[:, None] + np.arange(self.transform.horizon)
        return np.ascontiguousarray(np.moveaxis(self._ahead[places], 2, 1))


def _whole(good: Any, start: Integers, end: Integers) -> NDArray[np.bool_]:
    """Return whether all steps from start to below end are good; spans that leave the series are not."""
    sums = np.concatenate([[0], np.cumsum(good)])
    inside = (start >= 0) & (end <= len(good))
    start, end = np.clip(start, 0, len(good)), np.clip(end, 0, len(good))
    return np.asarray(inside & (sums[end] - sums[start] == end - start))
