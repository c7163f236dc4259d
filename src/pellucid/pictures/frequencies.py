"""Counts, observed against expected: a hanging rootogram in plain clothes."""

from __future__ import annotations

import plotly.graph_objects as go

from pellucid.drawing import theme
from pellucid.drawing.numbers import number, whole
from pellucid.evaluation.records import Frequencies


def frequencies(record: Frequencies, target: str) -> go.Figure:
    """Draw how many rows hold each count (bars) and how many the predicted distributions expect (dots).

    Args:
        record: Observed and expected rows for each count.
        target: Name of the target, for the axis.
    """
    names = _names(record)
    figure = go.Figure(
        go.Bar(
            x=names,
            y=record.observed,
            marker={"color": theme.rgba(theme.QUIET, 0.55), "line": {"width": 0}},
            hovertemplate="%{x}: observed in %{y:,} examples<extra></extra>",
        )
    )
    figure.add_scatter(
        x=names,
        y=record.expected,
        mode="lines+markers",
        line={"color": theme.SUBJECT, "width": 1.5},
        marker={"color": theme.SUBJECT, "size": 8},
        hovertemplate="%{x}: expected in %{y:,.1f} examples<extra></extra>",
    )
    heading = f"examples {theme.coloured('observed', theme.MUTED)} and {theme.coloured('expected', theme.SUBJECT)}"
    figure.update_layout(
        theme.layout(
            alt=f"How many examples have each {target}: " + _told(record, names),
            x=theme.axis(theme.plain(target), grid=False, type="category", nticks=13),
            y=theme.axis(heading, rangemode="tozero", nticks=5),
            bargap=0.25,
        )
    )
    return figure


def _names(record: Frequencies) -> list[str]:
    """Return what each bar covers: `3`, `30–39`, and `70+` for an open end."""
    last = record.width - 1
    names = [f"{value}–{value + last}" if last else str(value) for value in record.values]
    if record.open_ended and names:
        names[-1] = f"{record.values[-1]}+"
    return names


def _told(record: Frequencies, names: list[str]) -> str:
    rows = zip(names, record.observed, record.expected, strict=True)
    return "; ".join(f"{name}: {whole(seen)} observed, {number(wanted)} expected" for name, seen, wanted in rows) + "."
