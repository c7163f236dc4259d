"""What is drawn of forecasts: some of them beside what came, errors by step ahead, and how often intervals hold."""

from __future__ import annotations

from dataclasses import dataclass

Floats = tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastExample:
    """One forecast beside what came."""

    row: int
    """Row number in the source of the first step that is forecast."""
    label: str
    """When that is."""
    history: Floats
    """What came before, up to the step before the forecast."""
    truth: Floats
    """(h,) what came."""
    quantiles: tuple[Floats, ...]
    """For each level the (h,) forecast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepErrors:
    """The mean absolute error of one contender at each step ahead."""

    name: str
    errors: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastCurves:
    """All that is drawn of the forecasts of one target."""

    levels: Floats
    """(q,) of the quantiles, rising."""
    below: Floats
    """(q,) share of what came that lies below each quantile: should be the level."""
    coverage: Floats
    """(h,) share of what came that lies in the widest interval, at each step ahead."""
    by_step: tuple[StepErrors, ...]
    """The network first."""
    examples: tuple[ForecastExample, ...]
    """One of the best, one in the middle, one of the worst, and the worst, by their errors."""

    @property
    def promised(self) -> float:
        """The share that the widest interval should hold."""
        return self.levels[-1] - self.levels[0]
