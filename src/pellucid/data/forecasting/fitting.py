"""Fitting the transform of a series on its training part: how windows are scaled, and what is the reference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.forecasting.cut import Cut
from pellucid.data.forecasting.grid import Grid
from pellucid.data.forecasting.plan import Plan, parts_of
from pellucid.data.forecasting.references import HELPS_FROM, evenly, linear_fits
from pellucid.data.forecasting.seasons import calendar_names
from pellucid.data.forecasting.transform import REFERENCES, ForecastTransform, Linear, Reference, Scaling
from pellucid.data.split import Split
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision

Floats = NDArray[np.float64]

LEVELS: Final = np.array([0.1, 0.5, 0.9])  # of the quantiles by which scalings are compared
MOST_COMPARED: Final = 5000  # training origins whose residuals give those quantiles
MOST_FEATURES: Final = 1500  # of a linear forecast from the windows of all channels: solving it takes a second
SIMPLER_BY: Final = 0.01  # share by which scaling each window must be better, and a reference than a simpler one


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A fitted transform, with the parts and the windows that it was fitted with."""

    transform: ForecastTransform
    cut: Cut
    parts: Split


def fit_forecast(
    grid: Grid, plan: Plan, *, targets: int, known: tuple[str, ...], time: str | None, keep: tuple[str, ...] = ()
) -> Fit:
    """Return the transform, fitted on the training part alone; the validation part only chooses between its forms.

    Args:
        grid: the channels, targets first, then the columns known ahead.
        plan: horizon, window, season and borders.
        targets: how many channels are forecast.
        known: columns that are known ahead, the last ones of the grid.
        time: the column of time.
        keep: channels that are looked back at even if they do not help a linear forecast.

    Raises:
        DataError: a target is constant in the training part, or too few windows are left.
    """
    train = grid.values[: plan.train_end]
    centre, scale = _standard(grid, train, targets)
    transform = ForecastTransform(
        clock=grid.clock,
        time=time,
        channels=grid.names[: len(grid.names) - len(known)],
        targets=targets,
        known=known,
        calendar=calendar_names(grid.clock, plan.train_end),
        window=plan.window,
        horizon=plan.horizon,
        season=plan.season,
        longest_gap=plan.longest_gap,
        centre=tuple(centre.tolist()),
        scale=tuple(scale.tolist()),
    )
    cut = transform.cut(grid)
    parts = parts_of(plan, cut.usable(answered=True), grid, targets)
    choices: tuple[Scaling, ...] = ("training", "window")
    fits = {scaling: _with_linear(cut.like(replace(transform, scaling=scaling)), parts) for scaling in choices}
    losses = {scaling: _losses(cut, parts) for scaling, cut in fits.items()}
    best = min(choices, key=lambda one: losses[one]["linear"] * (1 + SIMPLER_BY * (one == "window")))
    reference = _reference(losses[best], plan)
    chosen, narrow, said_narrow = _narrowed(replace(fits[best].transform, reference=reference), grid, keep, parts)
    said = (*said_narrow, *_said(losses, best, reference, chosen, judged=len(parts.validation) > 0))
    cut = cut.like(chosen) if narrow is grid else chosen.cut(narrow)
    return Fit(transform=replace(chosen, decisions=said), cut=cut, parts=parts)


def naive_errors(grid: Grid, plan: Plan, targets: int) -> tuple[float, ...]:
    """Return for each target the mean absolute difference of values a season apart in the training part.

    Source: R. Hyndman, A. Koehler, Another look at measures of forecast accuracy, 2006: the scale of MASE.
    """
    lag, values = round(plan.season), grid.values[: plan.train_end, :targets]
    if len(values) <= lag:
        lag = 1
    return tuple(np.nanmean(np.abs(values[lag:] - values[:-lag]), axis=0).tolist())


def _standard(grid: Grid, train: Floats, targets: int) -> tuple[Floats, Floats]:
    """Return means and deviations of the training part; 1 for a column that is constant there.

    Raises:
        DataError: a target is constant, or has no value.
    """
    held = (~np.isnan(train)).sum(axis=0)
    for place, name in enumerate(grid.names):
        if held[place] == 0:
            raise DataError(
                f"fit expected values of {name} in the training part, got none before {grid.shown(len(train))}: "
                f"leave the column out with --drop {name}, or give a longer series"
            )
    centre, scale = np.nanmean(train, axis=0), np.nanstd(train, axis=0)
    constant = np.nanmax(train, axis=0) == np.nanmin(train, axis=0)
    for name, value, count in zip(grid.names, centre, held * constant[: len(held)], strict=True):
        if count and name in grid.names[:targets]:
            raise DataError(
                f"fit expected {name} to vary in the training part, got {value:g} at all {count:,} steps: "
                "name another target, or give more steps"
            )
    return centre, np.where(constant, 1.0, scale)


def _with_linear(cut: Cut, parts: Split) -> Cut:
    """Return the windows with linear forecasts of all targets."""
    transform = cut.transform
    fitted = linear_fits(cut, parts.train, parts.validation, transform.targets, wide=_wide(transform))
    linear = tuple(Linear(coefficients=one.coefficients.astype("<f4").tobytes(), every=one.every) for one in fitted)
    return cut.like(replace(transform, linear=linear))


def _narrowed(
    transform: ForecastTransform, grid: Grid, keep: tuple[str, ...], parts: Split
) -> tuple[ForecastTransform, Grid, tuple[Decision, ...]]:
    """Leave out the channels that were tried beside the targets and helped no linear forecast of any."""
    others = transform.channels[transform.targets :]
    out = [name for name in others if name not in keep]
    if not out or not _wide(transform) or not len(parts.validation) or any(one.every for one in transform.linear):
        return transform, grid, ()
    places = [place for place, name in enumerate(grid.names) if name not in out]
    centre, scale = (tuple(values[place] for place in places) for values in (transform.centre, transform.scale))
    channels = tuple(name for name in transform.channels if name not in out)
    narrow = replace(
        grid, names=tuple(grid.names[place] for place in places), values=np.ascontiguousarray(grid.values[:, places])
    )
    said = Decision(
        topic="columns",
        choice=f"not looked back at: {', '.join(out)}",
        reason=f"with them a linear forecast has not even {HELPS_FROM:.0%} less squared error on the validation part",
        overrule="--keep NAME",
    )
    return replace(transform, channels=channels, centre=centre, scale=scale), narrow, (said,)


def _wide(transform: ForecastTransform) -> bool:
    """Say whether linear forecasts from the windows of all channels are tried."""
    return 1 < len(transform.channels) <= MOST_FEATURES // transform.window


def _losses(cut: Cut, parts: Split) -> dict[Reference, float]:
    """Return the mean quantile loss of each simple forecast on the validation part, in standard deviations.

    Its quantiles are those of what it left over in the training part, in the unit of each window: so a scaling that
    follows the series gets narrower ones where the series is quiet. Without a validation part the training part counts.
    """
    train = evenly(parts.train, MOST_COMPARED)
    judged = parts.validation if len(parts.validation) else train
    losses: dict[Reference, float] = {}
    for kind in REFERENCES:
        left, later = (_left_over(cut, origins, kind) for origins in (train, judged))
        quantiles = np.quantile(left, LEVELS, axis=0)  # (q, t, h)
        unit = cut.units(judged)[:, : cut.transform.targets, None]
        error = later[None] - quantiles[:, None]  # (q, n, t, h)
        level = LEVELS[:, None, None, None]
        losses[kind] = float(np.mean(unit * np.maximum(level * error, (level - 1) * error)))
    return losses


def _left_over(cut: Cut, origins: NDArray[np.int64], kind: Reference) -> Floats:
    """Return (n, t, h) what a simple forecast leaves over, in the unit of the window."""
    unit = cut.units(origins)[:, : cut.transform.targets, None]
    return (cut.truth(origins) - cut.references(origins, kind)) / unit


def _reference(losses: dict[Reference, float], plan: Plan) -> Reference:
    """Return the best simple forecast; a simpler one where it is about as good."""
    best: Reference = "last"
    for kind in REFERENCES[1:]:
        if losses[kind] < losses[best] * (1 - SIMPLER_BY) and not (kind == "season" and plan.season <= 1):
            best = kind
    return best


def _said(
    losses: dict[Scaling, dict[Reference, float]],
    best: Scaling,
    reference: Reference,
    transform: ForecastTransform,
    *,
    judged: bool,
) -> tuple[Decision, ...]:
    """Say how windows are scaled, what the network starts from, and what is known ahead."""
    where = "validation part" if judged else "training part"
    other: Scaling = "training" if best == "window" else "window"
    first, second = losses[best]["linear"], losses[other]["linear"]
    ways = {
        "training": "by mean and deviation of the training part",
        "window": "less its last value, by its own deviation",
    }
    beside = {"last": "the last value", "season": "the value a season ago", "linear": "a linear forecast"}
    kinds = [kind for kind in REFERENCES if kind != "season" or transform.season > 1]
    compared = ", ".join(f"{beside[kind]} {losses[best][kind]:.3g}" for kind in kinds)
    return (
        Decision(
            topic="scaling",
            choice=f"each window {ways[best]}",
            reason=f"a linear forecast then has a quantile loss of {first:.4g} on the {where}, and {second:.4g} with "
            f"windows scaled {ways[other]}",
        ),
        Decision(
            topic="reference",
            choice=f"the network learns what {beside[reference]} leaves over",
            reason=f"it is the best of the simple forecasts, or the simplest within {SIMPLER_BY:.0%} of it (quantile "
            f"loss on the {where}: {compared})",
        ),
        *_said_ahead(transform),
    )


def _said_ahead(transform: ForecastTransform) -> tuple[Decision, ...]:
    """Say what is known ahead, if anything."""
    ahead = [*transform.known, *(f"the course of the {name}" for name in transform.calendar)]
    if not ahead:
        return ()
    seen = ", and at least two such periods are in the training part" if transform.calendar else ""
    reason = f"they are known for the steps that are forecast{seen}"
    return (Decision(topic="known ahead", choice=", ".join(ahead), reason=reason, overrule="--known NAME"),)
