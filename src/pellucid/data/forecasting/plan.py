"""How far to forecast, how far to look back, and which origins are for what: chosen from the step and the length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.forecasting.clock import Clock
from pellucid.data.forecasting.grid import Grid
from pellucid.data.forecasting.references import evenly
from pellucid.data.forecasting.seasons import FEWEST_SEASONS, Season, candidates, periods_of, season_of
from pellucid.data.settings import DataSettings
from pellucid.data.split import TEST_FRACTION, VALIDATION_FRACTION, Split
from pellucid.foundation.errors import DataError, RangeError
from pellucid.foundation.records import Decision

Integers = NDArray[np.int64]

DEFAULT_HORIZON: Final = 12  # steps, where the calendar suggests none
LONGEST_HORIZON: Final = 48  # steps that are chosen without being asked for
SEASONS_BACK: Final = 7  # a window sees a week of days, where that is short
HORIZONS_BACK: Final = 4  # a window is at least so many horizons long
SHORT_WINDOW: Final = 28  # steps: four weeks of days
LONG_SEASONS: Final = 168  # steps: of seasons a window sees at most a week of hours
LONG_WINDOW: Final = 336  # steps: ETTh1, 96 steps ahead: a linear forecast is off by 1.98 from 336 steps, 2.03 from 168
SHARE_OF_TRAINING: Final = 0.25  # of the training part that a window may cover: else few windows are left
FEWEST_TRAINING: Final = 4  # origins; with fewer nothing can be learnt
FEWEST_JUDGED: Final = 3  # origins of validation and test each: one forecast could be luck
MOST_JUDGED: Final = 5000  # origins of validation and test each, evenly spread: neighbours share nearly all steps
MOST_NUMBERS: Final = 1 << 23  # targets of all training origins: then fewer origins, evenly spread
BRIDGED_SHARE: Final = 8  # a gap of up to an eighth of the window is bridged


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a series is forecast."""

    horizon: int
    window: int
    season: float
    longest_gap: int
    train_end: int
    """The first step that is not of the training part."""
    test_start: int
    """The first step of the test part; the length of the series where there is none."""
    decisions: tuple[Decision, ...]


def plan_of(grid: Grid, targets: int, settings: DataSettings) -> Plan:
    """Return horizon, window, season and the borders of the parts.

    Args:
        grid: the series, targets first.
        targets: how many of its columns are forecast.
        settings: what the user says.

    Raises:
        DataError: the series is too short.
        RangeError: the horizon or the window leaves nothing of the series.
    """
    steps = len(grid)
    horizon, why = _horizon(grid, settings)
    train_end, test_start = _borders(steps, horizon, settings)
    season = _season(grid, targets, train_end, settings)
    window = settings.window or _window(train_end, horizon, season)
    needed = window + horizon + FEWEST_TRAINING - 1
    if train_end < needed:
        least = _least(needed, horizon, settings)
        raise DataError(
            f"fit expected at least {least} steps for a window of {window} and a horizon of {horizon}, got {steps} "
            f"from {grid.shown(0)} to {grid.shown(steps - 1)}: give a longer series, or a shorter --horizon or --window"
        )
    gap = max(window // BRIDGED_SHARE, 1)
    said = (
        _said("horizon", f"{horizon} steps of {grid.clock.title}", why, "--horizon N", given=bool(settings.horizon)),
        _said_season(grid.clock, season, train_end, settings),
        _said(
            "window",
            f"{window} steps back",
            f"a forecast looks at {_reason_of_window(window, horizon, season)}",
            "--window N",
            given=settings.window is not None,
        ),
    )
    return Plan(
        horizon=horizon,
        window=window,
        season=season.length,
        longest_gap=gap,
        train_end=train_end,
        test_start=test_start,
        decisions=tuple(one for one in said if one is not None),
    )


def parts_of(plan: Plan, usable: NDArray[np.bool_], grid: Grid, targets: int) -> Split:
    """Return the origins of each part: no target of an earlier part lies in a later one.

    Args:
        plan: has the borders.
        usable: of every origin whether it can be learnt from, as `Cut.usable` says.
        grid: the series.
        targets: how many columns are forecast.

    Raises:
        DataError: too few origins are left for training or judging.
    """
    origins = np.flatnonzero(usable)
    ends = origins + plan.horizon
    train = origins[ends <= plan.train_end]
    validation = origins[(origins >= plan.train_end) & (ends <= plan.test_start)]
    test = origins[origins >= plan.test_start]
    for name, found, fewest, wanted in (
        ("training", train, FEWEST_TRAINING, True),
        ("validation", validation, 1, plan.test_start > plan.train_end),
        ("test", test, 1, plan.test_start < len(grid)),
    ):
        if wanted and len(found) < fewest:
            raise DataError(
                f"fit expected at least {fewest} windows of {plan.window} + {plan.horizon} steps without long gaps in "
                f"the {name} part, got {len(found)}: fill the gaps of the series, or shorten --window or --horizon"
            )
    every = (len(train), len(validation), len(test))
    train = evenly(train, max(MOST_NUMBERS // (plan.horizon * targets), FEWEST_TRAINING))
    validation, test = (evenly(part, most_judged(plan.horizon, targets)) for part in (validation, test))
    return Split(
        train=train,
        validation=validation,
        test=test,
        decisions=_said_parts(plan, grid, (train, validation, test), every),
    )


def most_judged(horizon: int, targets: int) -> int:
    """Return how many origins are judged at most.

    Example:
        >>> most_judged(24, 1)
        5000
    """
    return max(min(MOST_JUDGED, MOST_NUMBERS // (2 * horizon * targets)), FEWEST_JUDGED)


def _horizon(grid: Grid, settings: DataSettings) -> tuple[int, str]:
    """Return the steps ahead, and why.

    Raises:
        RangeError: it does not fit into the series.
    """
    steps = len(grid)
    if settings.horizon is not None:
        if settings.horizon * FEWEST_JUDGED >= steps:
            raise RangeError(
                f"fit expected a horizon below a third of the series, got {settings.horizon} steps of {steps}: "
                f"choose --horizon {max(steps // 10, 1)}, or give a longer series"
            )
        return settings.horizon, ""
    fitting = [round(length) for length in periods_of(grid.clock).values() if 1 < length <= LONGEST_HORIZON]
    chosen = fitting[0] if fitting else DEFAULT_HORIZON
    most = max(steps // 12, 1)
    if chosen > most:
        return most, f"the series has {steps} steps, and a twelfth of them leaves room to learn and to judge"
    names = {round(length): name for name, length in periods_of(grid.clock).items()}
    return chosen, f"that is a {names[chosen]}" if chosen in names else "the calendar suggests nothing else"


def _borders(steps: int, horizon: int, settings: DataSettings) -> tuple[int, int]:
    """Return the first step after the training part, and the first of the test part."""
    test_fraction = TEST_FRACTION if settings.test_fraction is None else settings.test_fraction
    fraction = VALIDATION_FRACTION if settings.validation is None else settings.validation
    fewest = horizon + FEWEST_JUDGED - 1
    test = max(round(test_fraction * steps), fewest) if test_fraction > 0 else 0
    rest = steps - test
    validation = max(round(fraction * rest), fewest) if fraction > 0 else 0
    return rest - validation, rest


def _least(needed: int, horizon: int, settings: DataSettings) -> int:
    """Return how many steps the series must have so that the training part has those that it needs."""
    steps = needed
    while _borders(steps, horizon, settings)[0] < needed:
        steps += 1
    return steps


def _season(grid: Grid, targets: int, train_end: int, settings: DataSettings) -> Season:
    """Return the user's season, or the one that a target confirms most clearly in the training part."""
    if settings.season is not None:
        return Season(length=float(settings.season), correlation=0.0)
    found = [season_of(grid.values[:train_end, place], grid.clock) for place in range(targets)]
    return max(found, key=lambda one: one.correlation)


def _window(train_end: int, horizon: int, season: Season) -> int:
    """Return the steps to look back: horizons and seasons, at most a quarter of the training part, or a season."""
    short = 1 < season.length <= LONG_SEASONS
    seasons = min(SEASONS_BACK * season.length, LONG_SEASONS) if short else SHORT_WINDOW
    wanted = max(min(max(HORIZONS_BACK * horizon, round(seasons)), LONG_WINDOW), horizon)
    most = round(SHARE_OF_TRAINING * (train_end - horizon))
    fewest = round(season.length) if short and season.length <= 2 * most else 1
    return max(min(wanted, most), fewest)


def _reason_of_window(window: int, horizon: int, season: Season) -> str:
    if season.length > 1 and window >= season.length:
        return f"{window / season.length:.3g} seasons, and {window / horizon:.3g} times as far back as ahead"
    return f"{window / horizon:.3g} times as far back as ahead"


def _said(topic: str, choice: str, reason: str, overrule: str, *, given: bool) -> Decision | None:
    return None if given else Decision(topic=topic, choice=choice, reason=reason, overrule=overrule)


def _said_season(clock: Clock, season: Season, train_end: int, settings: DataSettings) -> Decision | None:
    """Say which season was found."""
    if settings.season is not None:
        return None
    if season.length > 1:
        reason = (
            f"values one season apart have a correlation of {season.correlation:.2f} in the training part, after a "
            "running mean is taken away"
        )
        return Decision(topic="season", choice=f"{season.length:g} steps", reason=reason, overrule="--season N")
    suggested = [f"{length:g}" for length in candidates(clock)]
    tried = [f"{length:g}" for length in candidates(clock) if train_end >= FEWEST_SEASONS * round(length)]
    if not suggested:
        reason = f"a step of {clock.title} suggests none"
    elif not tried:
        reason = f"the training part does not show {suggested[0]} steps twice"
    else:
        reason = f"values do not clearly repeat after {' or '.join(tried)} steps"
    return Decision(topic="season", choice="none", reason=reason, overrule="--season N")


def _said_parts(
    plan: Plan, grid: Grid, parts: tuple[Integers, Integers, Integers], every: tuple[int, int, int]
) -> tuple[Decision, ...]:
    """Say how the origins were split."""
    names = ("to train", "to validate", "to test")
    counts = ", ".join(f"{len(part):,} {name}" for part, name in zip(parts, names, strict=True))
    borders = [grid.shown(step) for step in (plan.train_end, plan.test_start) if step < len(grid)]
    said = Decision(
        topic="split",
        choice=f"by time: {counts}, each an origin with the {plan.horizon} steps after it",
        reason="a forecast is judged on what comes later, and no step that is forecast belongs to two parts"
        + (f"; the later parts begin at {' and '.join(borders)}" if borders else ""),
        overrule="--test FRACTION, --validation FRACTION",
    )
    compared = zip(parts, every, names, strict=True)
    fewer = [f"{len(part):,} of {count:,} {name}" for part, count, name in compared if len(part) < count]
    if not fewer:
        return (said,)
    return (
        said,
        Decision(
            topic="origins",
            choice=f"evenly spread: {', '.join(fewer)}",
            reason="neighbouring origins share nearly all steps, and more of them cost time and memory",
        ),
    )
