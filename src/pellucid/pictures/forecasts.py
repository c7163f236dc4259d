"""Forecasts: some beside what came, the error at each step ahead, and how often the intervals hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import plotly.graph_objects as go

from pellucid.drawing import theme
from pellucid.drawing.numbers import number, percent
from pellucid.evaluation.forecast_records import ForecastCurves, ForecastExample, StepErrors

BAND: Final = 0.18  # opacity of an interval
LINES: Final = (theme.SUBJECT, theme.OTHER, theme.QUIET, theme.MUTED)
"""Colours of the contenders: the network, the best of the others, the rest."""


def forecast(example: ForecastExample, levels: Sequence[float], median: int, target: str) -> go.Figure:
    """Draw what came before, what came, and the forecast with its widest interval.

    Args:
        example: One forecast.
        levels: Of its quantiles.
        median: The place of the median among them.
        target: Name of the target, for the axis.
    """
    steps = list(range(1, len(example.truth) + 1))
    past = list(range(1 - len(example.history), 1))
    figure = go.Figure()
    figure.add_trace(_band(steps, example.quantiles[0], example.quantiles[-1]))
    figure.add_scatter(
        x=[*past, *steps],
        y=[*example.history, *example.truth],
        mode="lines",
        line={"color": theme.INK, "width": 1.25},
        hovertemplate="step %{x}: %{y:.4~g}<extra></extra>",
    )
    figure.add_scatter(
        x=steps,
        y=example.quantiles[median],
        mode="lines",
        line={"color": theme.SUBJECT, "width": theme.LINE_PX},
        hovertemplate="step %{x}: forecast %{y:.4~g}<extra></extra>",
    )
    share = percent(levels[-1] - levels[0], 0)
    off = sum(abs(t - z) for t, z in zip(example.truth, example.quantiles[median], strict=True)) / len(steps)
    heading = theme.coloured(f"forecast and {share} interval", theme.SUBJECT)
    figure.update_layout(
        theme.layout(
            alt=f"{target} before and after {example.label}, with the forecast of {len(steps)} steps and its {share} "
            f"interval; off by {number(off)} on average.",
            x=theme.axis(
                "steps from the last one that was known", nticks=8, range=[past[0] if past else 0, len(steps)]
            ),
            y=theme.axis(theme.plain(target), nticks=6),
            shapes=[theme.upright(0.5)],
            lift=theme.LEVEL_PX,
            annotations=[theme.level_label(heading, len(steps), 0, "right")],
        )
    )
    return figure


def _band(steps: list[int], low: Sequence[float], high: Sequence[float]) -> go.Scatter:
    """Return the space between two lines, filled."""
    return go.Scatter(
        x=[*steps, *reversed(steps)],
        y=[*low, *reversed(high)],
        fill="toself",
        fillcolor=theme.rgba(theme.SUBJECT, BAND),
        line={"width": 0},
        hoverinfo="skip",
        mode="lines",
    )


def error_by_step(contenders: Sequence[StepErrors], target: str) -> go.Figure:
    """Draw the mean absolute error of each contender at each step ahead.

    Args:
        contenders: The network first.
        target: Name of the target, for the axis.
    """
    figure = go.Figure()
    others = sorted(contenders[1:], key=lambda one: sum(one.errors))
    notes = []
    for place, one in enumerate((contenders[0], *others)):
        colour = LINES[min(place, len(LINES) - 1)]
        figure.add_scatter(
            x=list(range(1, len(one.errors) + 1)),
            y=one.errors,
            mode="lines+markers" if len(one.errors) == 1 else "lines",
            name=theme.plain(one.name),
            line={"color": colour, "width": theme.LINE_PX if place == 0 else 1.25},
            marker={"color": colour},
            hovertemplate="%{fullData.name}<br>step %{x}: off by %{y:.4~g}<extra></extra>",
        )
        notes.append(theme.label(theme.plain(one.name), 1.0, one.errors[-1], colour=colour, xref="paper", yshift=0))
    figure.update_layout(
        theme.layout(
            alt="Mean absolute error by step ahead: "
            + "; ".join(f"{one.name} {number(one.errors[0])} to {number(one.errors[-1])}" for one in contenders)
            + ".",
            x=theme.axis("steps ahead", nticks=8),
            y=theme.axis(f"mean absolute error of {theme.plain(target)}", rangemode="tozero", nticks=6),
            margin={"l": 8, "r": 150, "t": 34, "b": 44, "pad": 4},
            annotations=_apart(notes),
        )
    )
    return figure


def coverage(curves: ForecastCurves) -> go.Figure:
    """Draw how much of what came lies in the widest interval, at each step ahead.

    Args:
        curves: Of one target.
    """
    steps = list(range(1, len(curves.coverage) + 1))
    figure = go.Figure()
    figure.add_trace(theme.guide([steps[0], steps[-1]], [curves.promised] * 2))
    figure.add_scatter(
        x=steps,
        y=curves.coverage,
        mode="lines+markers" if len(steps) == 1 else "lines",
        line={"color": theme.SUBJECT, "width": theme.LINE_PX},
        marker={"color": theme.SUBJECT},
        hovertemplate="step %{x}: %{y:.1%} within<extra></extra>",
    )
    whole = sum(curves.coverage) / len(steps)
    figure.update_layout(
        theme.layout(
            alt=f"Share of what came within the interval that promises {percent(curves.promised, 0)}: {percent(whole)} "
            f"over all steps, from {percent(min(curves.coverage))} to {percent(max(curves.coverage))}.",
            x=theme.axis("steps ahead", nticks=8),
            y=theme.share_axis("within the interval"),
            annotations=[
                theme.label(
                    f"promised {percent(curves.promised, 0)}, held <b>{percent(whole)}</b>",
                    0.98,
                    0.05,
                    xref="paper",
                    yref="paper",
                    xanchor="right",
                    colour=theme.SUBJECT,
                )
            ],
        )
    )
    return figure


def _apart(notes: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return labels at the ends of lines, moved so far apart that they can be read."""
    ordered = sorted(notes, key=lambda note: float(str(note["y"])))
    values = [float(str(note["y"])) for note in ordered]
    high = max(values) or 1.0
    pixels = [theme.HEIGHT_PX * value / high for value in values]
    placed: list[float] = []
    for pixel in pixels:
        placed.append(max(pixel, placed[-1] + theme.LEVEL_PX) if placed else pixel)
    return [
        {**note, "yshift": round(place - pixel), "xshift": 6}
        for note, place, pixel in zip(ordered, placed, pixels, strict=True)
    ]
