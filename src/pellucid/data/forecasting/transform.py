"""The fitted transform of a series: scales, inputs known ahead, the reference forecast.

An origin is the first step that is forecast: its window is the `window` steps before it, its targets are the `horizon`
steps from it on. Where that makes a linear forecast better, a network sees each window less its last value and in its
own deviation; else all windows are scaled alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.forecasting.clock import Clock
from pellucid.data.forecasting.cut import Cut
from pellucid.data.forecasting.grid import Grid, grid_of
from pellucid.data.forecasting.seasons import HARMONICS
from pellucid.data.transforms.inputs import Inputs
from pellucid.foundation.records import Decision, InputSpec

Floats = NDArray[np.float64]
Reference = Literal["last", "season", "linear"]
Scaling = Literal["training", "window"]
REFERENCES: Final[tuple[Reference, ...]] = ("last", "season", "linear")


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """The linear forecast of one channel, as plain data."""

    coefficients: bytes
    """(f + 1, h) of float32, row by row, the intercept last; base64 in JSON."""
    every: bool
    """Whether its features are the windows of all channels, or that of the channel alone."""

    def matrix(self, horizon: int) -> Floats:
        """Return the (f + 1, h) coefficients."""
        return np.frombuffer(self.coefficients, dtype="<f4").reshape(-1, horizon).astype(np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastTransform:
    """All that turns a series into windows; goes to JSON."""

    clock: Clock
    time: str | None
    """The column of time; None where rows are the steps."""
    channels: tuple[str, ...]
    """The columns of the window; the targets first."""
    targets: int
    """How many of the channels are forecast (t)."""
    known: tuple[str, ...]
    """Columns that are known ahead."""
    calendar: tuple[str, ...]
    """Periods whose course is known ahead: day, week, year."""
    window: int
    horizon: int
    season: float
    longest_gap: int
    """Steps that are bridged on a straight line."""
    centre: tuple[float, ...]
    """Mean of each channel, then of each known column, in the training part."""
    scale: tuple[float, ...]
    """Standard deviation of the same."""
    scaling: Scaling = "training"
    """By what a window is centred and scaled: the training part's mean and deviation, or its own last value and
    deviation."""
    reference: Reference = "last"
    """The simple forecast of which the network learns what is left over."""
    linear: tuple[Linear, ...] = ()
    """For each target, where the reference is linear."""
    decisions: tuple[Decision, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that it needs besides the time."""
        return (*self.channels, *self.known)

    @property
    def ahead(self) -> int:
        """How many inputs are known ahead (k)."""
        return len(self.known) + sum(2 * HARMONICS[name] for name in self.calendar)

    def spec(self, examples: int) -> InputSpec:
        """Return what the network is given."""
        shape, future = (len(self.channels), self.window), (self.ahead, self.horizon)
        return InputSpec(kind="series", examples=examples, shape=shape, future=future)

    def grid(self, dataset: Dataset) -> Grid:
        """Return the columns of a data set on the clock.

        Raises:
            DataError: the times do not fit.
        """
        return grid_of(dataset, self.time, self.columns, self.clock)[0]

    def cut(self, grid: Grid) -> Cut:
        """Return the windows of a grid of `columns`."""
        return Cut(self, grid)

    def apply(self, dataset: Dataset) -> Inputs:
        """Return windows that are cut when a batch of origins is asked for; row r is the origin r."""
        return Inputs(arrays=(self.cut(self.grid(dataset)),), problems=())

    def finish(self) -> None:
        """Return None: windows are what the network takes."""
