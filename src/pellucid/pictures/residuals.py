"""Judging predicted numbers: truth against prediction, and the histogram of what is left over."""

from __future__ import annotations

from typing import Final

import plotly.graph_objects as go

from pellucid.drawing import theme
from pellucid.drawing.numbers import number
from pellucid.evaluation.records import Residuals

DOT_PX: Final = 6
FEW: Final = 150  # dots; more of them are drawn fainter
ROOM: Final = 0.04


def truth_against_prediction(record: Residuals, target: str) -> go.Figure:
    """Draw each row as a dot: truth upwards, prediction to the right; on the diagonal the two agree.

    Args:
        record: A sample of rows.
        target: Name of the target, for the axes.
    """
    values = (*record.truth, *record.predicted)
    low, high = min(values), max(values)
    room = (high - low) * ROOM or 1.0
    ends = [low - room, high + room]
    figure = go.Figure()
    figure.add_trace(theme.guide(ends, ends))
    figure.add_scatter(
        x=record.predicted,
        y=record.truth,
        mode="markers",
        marker={
            "color": theme.SUBJECT,
            "size": DOT_PX,
            "opacity": 0.75 if len(record.truth) <= FEW else 0.35,
            "line": {"width": 0},
        },
        hovertemplate="predicted %{x:.4~g}<br>true %{y:.4~g}<extra></extra>",
    )
    figure.update_layout(
        theme.layout(
            alt=f"True {target} against predicted {target}, {len(record.truth)} examples, from {number(min(values))}"
            f" to {number(max(values))}.",
            x=theme.axis(f"predicted {theme.plain(target)}", range=ends, nticks=6),
            y=theme.axis(f"true {theme.plain(target)}", range=ends, nticks=6),
        )
    )
    return figure


def residual_histogram(record: Residuals, target: str) -> go.Figure:
    """Draw how many rows are off by how much; truth above the prediction lies to the right.

    Args:
        record: Edges and counts of the histogram.
        target: Name of the target, for the axis.
    """
    centres = [(low + high) / 2 for low, high in zip(record.edges[:-1], record.edges[1:], strict=True)]
    figure = go.Figure(
        go.Bar(
            x=centres,
            y=record.counts,
            width=[high - low for low, high in zip(record.edges[:-1], record.edges[1:], strict=True)],
            marker={"color": theme.SUBJECT, "line": {"color": theme.PAPER, "width": 1}},
            hovertemplate="off by about %{x:.3~g}: %{y:,} examples<extra></extra>",
        )
    )
    zero = {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper"}
    figure.update_layout(
        theme.layout(
            alt=f"Histogram of residuals of {target}: mean {number(record.mean)}, spread {number(record.spread)}.",
            x=theme.axis(f"residual: true minus predicted {theme.plain(target)}", nticks=7),
            y=theme.axis("examples", rangemode="tozero", nticks=5),
            shapes=[{**zero, "line": {"color": theme.INK, "width": 1}}],
            lift=theme.LEVEL_PX,
            annotations=[
                theme.level_label("predicted too high ", 0, 0, "right"),
                theme.level_label(" too low", 0, 0, "left"),
            ],
        )
    )
    return figure
