"""A picture in, a Plotly figure out: a grid of panels, and where the picture has frames, a slider to step through."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pellucid.drawing import theme
from pellucid.drawing.panels import Traces, traces_of
from pellucid.drawing.records import Cells, Frame, Graph, Panel, Picture, Plot

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

PLOT_PX: Final = 280
GRAPH_PX: Final = 340
CELL_PX: Final = 34
"""Height of a cell in which a number is written."""
LEAST_CELLS_PX: Final = 150
MOST_CELLS_PX: Final = 340
HEAD_PX: Final = 34
"""Above each row of panels: their titles."""
FOOT_PX: Final = 52
"""Below each row: the ticks and the title of the horizontal axis."""
LEGEND_PX: Final = 30
SLIDER_PX: Final = 92
LINE_PX: Final = 18
"""A further line of the note above the slider."""
NOTE_LETTERS: Final = 84
"""Of one line of a note, where the figure is half a page wide."""
BREAK: Final = "<br>"
GAP: Final = 0.09
"""Between panels side by side, in parts of the figure's width."""
MILLISECONDS: Final = 450
"""One frame when it plays: time to read a number."""
LONGEST_PLAY: Final = 16_000
"""Milliseconds; many frames play faster."""
ROOM: Final = 0.06
"""Around the points of all frames, in parts of their range."""


def figure(picture: Picture) -> Figure:
    """Return the picture as a Plotly figure; see `spec`."""
    from plotly.graph_objects import Figure

    return Figure(spec(picture))


def spec(picture: Picture) -> dict[str, Any]:
    """Return what Plotly draws: `data`, `layout` and `frames`, as plain dictionaries with arrays.

    Args:
        picture: panels, or frames of panels; the figure opens on the last frame, which shows the whole.

    Returns:
        The figure, in the colours of a light page (see `theme.DARK`); its `layout.meta["alt"]` says what is seen.
    """
    steps = [frame.panels for frame in picture.frames] or [picture.panels]
    drawn = [_traces(panels, steps) for panels in steps]
    grid = _Grid(picture.still, picture.columns)
    legend = any(trace.get("showlegend") for trace in drawn[-1])
    labels = [_label(frame) for frame in picture.frames]
    below = SLIDER_PX + LINE_PX * max(label.count(BREAK) for label in labels) if labels else 0
    layout = grid.layout(picture.alt, steps, legend=legend, below=below)
    made: dict[str, Any] = {"data": drawn[-1], "layout": layout}
    if picture.frames:
        moving = [place for place in range(len(drawn[0])) if not _all_alike([step[place] for step in drawn])]
        made["frames"] = [
            {"name": str(number), "data": [step[place] for place in moving], "traces": moving}
            for number, step in enumerate(drawn)
        ]
        layout |= _controls(labels, layout["height"] - below)
    return made


def _traces(panels: Sequence[Panel], steps: Sequence[Sequence[Panel]]) -> list[dict[str, Any]]:
    """Return the traces of all panels; each name stands in the legend once."""
    seen: set[str] = set()
    made: Traces = []
    for place, panel in enumerate(panels):
        along = [step[place] for step in steps]
        for trace in traces_of(panel, along):
            suffix = "" if place == 0 else str(place + 1)
            if trace.get("showlegend"):
                trace["showlegend"] = trace["name"] not in seen
                trace["legendgroup"] = trace["name"]
                seen.add(trace["name"])
            made.append({**trace, "xaxis": f"x{suffix}", "yaxis": f"y{suffix}"})
    return made


class _Grid:
    """Where each panel lies: columns of equal width, rows as high as their highest panel."""

    def __init__(self, panels: Sequence[Panel], columns: int) -> None:
        self.panels = panels
        self.columns = max(1, min(columns, len(panels)))
        self.rows = [panels[start : start + self.columns] for start in range(0, len(panels), self.columns)]
        self.heights = [max(_height(panel) for panel in row) for row in self.rows]

    def layout(self, alt: str, steps: Sequence[Sequence[Panel]], *, legend: bool, below: int) -> dict[str, Any]:
        """Return the layout: axes in their places, titles above them."""
        top = LEGEND_PX if legend else 0
        inside = sum(self.heights) + (HEAD_PX + FOOT_PX) * len(self.rows)
        axes: dict[str, Any] = {}
        titles: list[dict[str, Any]] = []
        for place, panel in enumerate(self.panels):
            x, y = self._place(place, inside)
            along = [step[place] for step in steps]
            suffix = "" if place == 0 else str(place + 1)
            axes |= _axes(panel, along, suffix, x, y)
            titles += _titles(panel, x[0], y[1])
        return {
            "template": "none",
            "meta": {"alt": alt},
            "height": inside + top + below,
            "autosize": True,
            "margin": {"l": 44, "r": 16, "t": top, "b": below, "pad": 4},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": theme.SANS, "size": theme.TEXT_PX, "color": theme.INK},
            "hovermode": "closest",
            "showlegend": legend,
            "legend": {
                "orientation": "h",
                "x": 0,
                "y": 1,
                "yanchor": "bottom",
                "font": {"size": theme.SMALL_PX},
                "itemclick": "toggle",
            },
            "bargap": 0.1,
            "annotations": titles,
            **axes,
        }

    def _place(self, place: int, inside: int) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the left and right, and the lower and upper end of a panel, in parts of the plotting area."""
        row, column = divmod(place, self.columns)
        width = (1 - GAP * (self.columns - 1)) / self.columns
        left = column * (width + GAP)
        above = sum(self.heights[:row]) + (HEAD_PX + FOOT_PX) * row + HEAD_PX
        high = _height(self.panels[place])
        return (left, min(left + width, 1.0)), (1 - (above + high) / inside, 1 - above / inside)


def _height(panel: Panel) -> int:
    match panel:
        case Plot():
            return PLOT_PX
        case Graph():
            return GRAPH_PX
        case Cells():
            rows = np.shape(panel.values)[0]
            return MOST_CELLS_PX if not panel.numbers else min(max(rows * CELL_PX, LEAST_CELLS_PX), MOST_CELLS_PX)


def _axes(
    panel: Panel,
    along: Sequence[Panel],
    suffix: str,
    x: tuple[float, float],
    y: tuple[float, float],
) -> dict[str, Any]:
    """Return the two axes of a panel, which do not jump from frame to frame."""
    place_x = {"domain": list(x), "anchor": f"y{suffix}"}
    place_y = {"domain": list(y), "anchor": f"x{suffix}"}
    if isinstance(panel, Plot):
        plots = [one for one in along if isinstance(one, Plot)]
        tied: dict[str, Any] = {"scaleanchor": f"x{suffix}", "constrain": "domain"} if panel.square else {}
        return {
            f"xaxis{suffix}": {**_numbers(panel.x_title, _range(plots, "x"), panel.x_log), **place_x},
            f"yaxis{suffix}": {**_numbers("", _range(plots, "y"), panel.y_log), **place_y, **tied},
        }
    bare = {"showgrid": False, "zeroline": False, "showline": False, "ticks": "", "fixedrange": True}
    bare["tickfont"] = {"size": theme.SMALL_PX, "color": theme.MUTED}
    bare["constrain"] = "domain"
    if isinstance(panel, Graph):
        return {
            f"xaxis{suffix}": {**bare, **place_x, "visible": False, "range": _spread([one.x for one in panel.nodes])},
            f"yaxis{suffix}": {**bare, **place_y, "visible": False, "range": _spread([one.y for one in panel.nodes])},
        }
    rows, columns = np.shape(panel.values)
    return {
        f"xaxis{suffix}": {**bare, **place_x, "range": [-0.6, columns - 0.4], **_names(panel.column_names)},
        f"yaxis{suffix}": {
            **bare,
            **place_y,
            "range": [rows - 0.4, -0.6],
            "scaleanchor": f"x{suffix}",
            **_names(panel.row_names),
        },
    }


def _numbers(title: str, span: list[float] | None, log: bool) -> dict[str, Any]:
    made = theme.axis(theme.plain(title, 60), fixedrange=False)
    if log:
        made |= {"type": "log", "exponentformat": "power", "dtick": 1 if span and span[1] - span[0] > 1 else None}
    return made | ({"range": span} if span else {})


def _names(names: tuple[str, ...]) -> dict[str, Any]:
    if not names:
        return {"showticklabels": False}
    return {"tickvals": list(range(len(names))), "ticktext": [theme.plain(name) for name in names], "automargin": True}


def _range(plots: Sequence[Plot], axis: str) -> list[float] | None:
    """Return the range that holds the points of all frames; None where Plotly may choose."""
    last = plots[-1]
    given, log = (last.x_range, last.x_log) if axis == "x" else (last.y_range, last.y_log)
    if given is not None:
        return [math.log10(one) for one in given] if log else list(given)
    if last.field is not None:
        edge = getattr(last.field, axis)
        return [float(edge[0]), float(edge[-1])]
    if len(plots) == 1:
        return None
    values = [np.asarray(getattr(one, axis)) for plot in plots for one in plot.series]
    numbers = [one.astype(float) for one in values if one.dtype.kind in "fiub"]
    if not numbers or len(numbers) < len(values):
        return None
    together = np.concatenate(numbers)
    together = together[np.isfinite(together) & ((together > 0) | (not log))]
    if together.size == 0:
        return None
    return _spread(np.log10(together) if log else together, ROOM)


def _spread(values: Any, room: float = 0.14) -> list[float]:
    """Return a range with some room around values."""
    low, high = float(np.min(values)), float(np.max(values))
    margin = (high - low) * room or max(abs(high), 1.0) * room
    return [low - margin, high + margin]


def _titles(panel: Panel, left: float, top: float) -> list[dict[str, Any]]:
    """Return the title of a panel, and that of its vertical axis beside it, level and not sideways."""
    above = panel.y_title if isinstance(panel, Plot) else ""
    words = [f"<b>{theme.plain(panel.title, 80)}</b>"] if panel.title else []
    words += [f'<span style="color:{theme.MUTED}">{theme.plain(above, 60)}</span>'] if above else []
    if not words:
        return []
    place: dict[str, Any] = {"xref": "paper", "yref": "paper", "yanchor": "bottom", "yshift": 6}
    return [theme.label("   ".join(words), left, top, **place)]


def _label(frame: Frame) -> str:
    """Return what stands above the slider: the label of a step and its note, in lines that fit."""
    lines = textwrap.wrap(f"{frame.label}:  {frame.note}" if frame.note else frame.label, NOTE_LETTERS)
    return BREAK.join(theme.plain(line, NOTE_LETTERS) for line in lines)


def _controls(labels: Sequence[str], height: int) -> dict[str, Any]:
    """Return the slider and the buttons that play and stop, below panels that are so high."""
    pace = min(MILLISECONDS, LONGEST_PLAY // len(labels))
    at_once = {"mode": "immediate", "frame": {"duration": 0, "redraw": True}, "transition": {"duration": 0}}
    playing = {"mode": "immediate", "fromcurrent": False, "frame": {"duration": pace, "redraw": True}}
    steps = [
        {"label": label, "method": "animate", "args": [[str(number)], at_once]} for number, label in enumerate(labels)
    ]
    hidden = {"size": 1, "color": "rgba(0,0,0,0)"}
    lower = -24 / height
    slider = {
        "active": len(steps) - 1,
        "steps": steps,
        "x": 0.1,
        "len": 0.9,
        "y": lower,
        "yanchor": "top",
        "pad": {"t": 4, "b": 0},
        "font": hidden,
        "ticklen": 0,
        "bordercolor": theme.RULE,
        "bgcolor": theme.SUBJECT,
        "activebgcolor": theme.SUBJECT,
        "currentvalue": {"font": {"size": theme.TEXT_PX, "color": theme.INK}, "xanchor": "left", "offset": 10},
    }
    button = {
        "type": "buttons",
        "direction": "left",
        "showactive": False,
        "x": 0,
        "xanchor": "left",
        "y": lower,
        "yanchor": "top",
        "pad": {"t": 26, "l": -36},
        "bgcolor": theme.PAPER,
        "bordercolor": theme.RULE,
        "font": {"color": theme.INK, "size": theme.SMALL_PX},
        "buttons": [
            {"label": "▶", "method": "animate", "args": [None, playing]},
            {"label": "❚❚", "method": "animate", "args": [[None], at_once]},
        ],
    }
    return {"sliders": [slider], "updatemenus": [button]}


def _all_alike(traces: Sequence[dict[str, Any]]) -> bool:
    return all(_alike(traces[0], other) for other in traces[1:])


def _alike(first: Any, second: Any) -> bool:
    """Return whether two traces are the same, arrays compared by value."""
    if first is second:
        return True
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(_alike(first[key], second[key]) for key in first)
    if isinstance(first, np.ndarray) or isinstance(second, np.ndarray):
        if np.shape(first) != np.shape(second):
            return False
        pairs = zip(np.ravel(first).tolist(), np.ravel(second).tolist(), strict=True)
        return all(one == other or (one != one and other != other) for one, other in pairs)  # NaN is like NaN
    return bool(first == second)
