"""Calibration: whether what is called 80 per cent likely happens in 80 per cent of the cases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import plotly.graph_objects as go

from pellucid.drawing import theme
from pellucid.drawing.numbers import percent
from pellucid.evaluation.records import CalibrationCurve

LARGEST_DOT_PX: Final = 20
SMALLEST_DOT_PX: Final = 5
FAINT: Final = 0.5


def calibration(curves: Sequence[CalibrationCurve]) -> go.Figure:
    """Draw the observed frequency against the predicted probability; a dot's area is the number of its rows.

    Args:
        curves: One, or one for each label; of several the one with the largest error stands out.
    """
    worst = max(curves, key=lambda curve: curve.error)
    alone = len(curves) == 1
    figure = go.Figure()
    figure.add_trace(theme.guide([0, 1], [0, 1]))
    for curve in (*(c for c in curves if c is not worst), worst):
        stands_out = curve is worst
        colour = (theme.SUBJECT if alone else theme.OTHER) if stands_out else theme.rgba(theme.SUBJECT, FAINT)
        figure.add_scatter(
            x=curve.predicted,
            y=curve.observed,
            customdata=curve.counts,
            cliponaxis=False,
            mode="lines+markers" if stands_out else "lines",
            name=theme.plain(curve.name),
            line={"color": colour, "width": 1.5 if stands_out else 1.25},
            marker={"color": colour, "size": _sizes(curve.counts), "opacity": 1, "line": {"width": 0}},
            hovertemplate="%{fullData.name}<br>predicted %{{x:.1%}}, observed %{{y:.1%}}"
            "<br>%{customdata:,} examples<extra></extra>",
        )
    name = "" if alone else f"furthest off: <b>{theme.plain(worst.name, theme.SHORT_NAME)}</b>, "
    figure.update_layout(
        theme.layout(
            alt="Observed frequency against predicted probability; mean distance from the diagonal "
            + "; ".join(f"{curve.name} {percent(curve.error)}" for curve in curves)
            + ".",
            x=theme.share_axis("predicted probability"),
            y=theme.share_axis("observed frequency"),
            annotations=[
                theme.label(
                    f"{name}mean distance <b>{percent(worst.error)}</b>",
                    0.98,
                    0.05,
                    xanchor="right",
                    colour=theme.SUBJECT if alone else theme.OTHER,
                )
            ],
        )
    )
    return figure


def _sizes(counts: Sequence[int]) -> list[float]:
    largest = max(counts, default=1) or 1
    return [max(LARGEST_DOT_PX * math.sqrt(count / largest), SMALLEST_DOT_PX) for count in counts]
