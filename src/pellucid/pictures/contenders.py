"""The network beside its baselines: one dot and one interval for each."""

from __future__ import annotations

from typing import Final

import plotly.graph_objects as go

from pellucid.drawing import theme
from pellucid.drawing.numbers import decimals_for, score
from pellucid.evaluation.records import Contender, Score, TargetReport

ROW_PX: Final = 52
FRAME_PX: Final = 74
DOT_PX: Final = 12
DIRECTIONS: Final = {True: " (further right is better)", False: " (further left is better)", None: ""}
ROOM: Final = 0.14  # of the range, left free on either side of the dots


def contenders(report: TargetReport) -> go.Figure:
    """Draw the main score of every contender with its interval; the network's interval runs through as a band.

    Args:
        report: What judging found about one target; contenders without the main score are left out.

    Raises:
        ValueError: no contender has the main score, so there is nothing to draw: ask `has_main_score` first.
    """
    rows = scored(report)
    if not rows:
        raise ValueError(f"contenders expected a contender with {report.main_score}, got none: draw nothing")
    ours = rows[0][1]
    figure = go.Figure()
    for place, (contender, found) in enumerate(rows):
        _draw_row(figure, -place, contender, found)
    low, high = _range(rows)
    axis = theme.axis(
        f"{theme.plain(ours.title)}{DIRECTIONS[ours.higher_is_better]}", grid=False, range=[low, high], nticks=6
    )
    if ours.percent:
        axis["tickformat"] = ".0%" if high - low > 0.05 else ".1%"  # noqa: PLR2004 - five per cent
    figure.update_layout(
        theme.layout(
            alt=_alt(rows),
            x=axis,
            y=theme.axis("", grid=False, showticklabels=False, range=[0.5 - len(rows), 0.85]),
            height=FRAME_PX + ROW_PX * len(rows),
            margin={"l": 4, "r": 4, "t": 4, "b": 44},
            shapes=[*_band(ours, rows[0][0]), *_rows(len(rows))],
            annotations=_names(rows, low),
        )
    )
    return figure


def scored(report: TargetReport) -> list[tuple[Contender, Score]]:
    """Return the contenders that have the main score, with it, in the report's order."""
    found = [(contender, contender.score(report.main_score)) for contender in report.contenders]
    return [(contender, score) for contender, score in found if score is not None and score.value is not None]


def _draw_row(figure: go.Figure, y: int, contender: Contender, found: Score) -> None:
    colour = theme.SUBJECT if contender.kind == "network" else theme.QUIET
    if found.low is not None and found.high is not None:
        figure.add_scatter(
            x=[found.low, found.high], y=[y, y], mode="lines", line={"color": colour, "width": 3}, hoverinfo="skip"
        )
    figure.add_scatter(
        x=[found.value],
        y=[y],
        mode="markers",
        name=theme.plain(contender.name),
        marker={"color": colour, "size": DOT_PX},
        hovertemplate=f"{theme.plain(contender.name)}<br>{theme.plain(found.title)} {_text(found)}<extra></extra>",
    )


def _band(ours: Score, contender: Contender) -> list[dict[str, object]]:
    if ours.low is None or ours.high is None or contender.kind != "network":
        return []
    frame: dict[str, object] = {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "layer": "below",
        "line": {"width": 0},
    }
    return [{**frame, "x0": ours.low, "x1": ours.high, "fillcolor": theme.rgba(theme.SUBJECT, 0.09)}]


def _rows(count: int) -> list[dict[str, object]]:
    """Return a line under each name, which leads the eye to its dot."""
    frame: dict[str, object] = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "layer": "below"}
    return [{**frame, "y0": -row, "y1": -row, "line": {"color": theme.RULE, "width": 1}} for row in range(count)]


def _names(rows: list[tuple[Contender, Score]], low: float) -> list[dict[str, object]]:
    """Write name and value above each row, at the left edge, where they have room on a telephone too."""
    return [
        theme.label(
            f"<b>{theme.plain(contender.name)}</b>  {_text(found)}",
            0,
            -place + 0.42,
            xref="paper",
            xshift=0,
            colour=theme.INK if contender.kind == "network" else theme.MUTED,
        )
        for place, (contender, found) in enumerate(rows)
    ]


def _text(found: Score, end: float | None = None) -> str:
    """Return the value of a score, or an end of its interval, with the digits that the interval makes worth it."""
    shown = found.value if end is None else end
    if shown is None:
        return "–"
    return score(shown, share=found.percent, decimals=decimals_for(found.low, found.high, shown))


def _range(rows: list[tuple[Contender, Score]]) -> tuple[float, float]:
    ends = [end for _, found in rows for end in (found.value, found.low, found.high) if end is not None]
    low, high = min(ends), max(ends)
    room = (high - low) * ROOM or abs(high) * ROOM or 1.0
    return low - room, high + room


def _alt(rows: list[tuple[Contender, Score]]) -> str:
    told = "; ".join(f"{contender.name} {_text(found)}{_interval(found)}" for contender, found in rows)
    return f"{rows[0][1].title} of each contender, with its interval: {told}."


def _interval(found: Score) -> str:
    if found.low is None or found.high is None:
        return ""
    return f" ({_text(found, found.low)} to {_text(found, found.high)})"
