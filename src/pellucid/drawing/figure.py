"""A picture in, a Plotly figure out: a grid of panels, and where the picture has frames, a slider to step through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pellucid.drawing import theme
from pellucid.drawing.axes import categories
from pellucid.drawing.grid import Grid
from pellucid.drawing.panels import Traces, traces_of
from pellucid.drawing.records import Cells, Frame, Graph, Panel, Picture, Plot

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

LEAST_PX: Final = 320
LEAST_WIDE_PX: Final = 760
"""Of a figure with several columns, with a slider and its note, with a graph, or with many names in a row."""
FEW_CELLS: Final = 6
"""So many cells fit side by side on a phone."""
MOST_LETTERS: Final = 36
"""Of all names below a plot, there."""
SLIDER_PX: Final = 92
LINE_PX: Final = 18
"""A further line of the note above the slider."""
NOTE_LETTERS: Final = 84
"""Of one line of a note, where the figure is half a page wide."""
BREAK: Final = "<br>"
TIED_EQUALS: Final = "\u00a0=\u00a0"
"""With spaces at which no line ends."""
MILLISECONDS: Final = 450
"""One frame when it plays: time to read a number."""
LONGEST_PLAY: Final = 16_000
"""Milliseconds; many frames play faster."""
AT_ONCE: Final = {"mode": "immediate", "frame": {"duration": 0, "redraw": True}, "transition": {"duration": 0}}


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
    grid = Grid(steps, picture.columns)
    legend = [trace["name"] for trace in drawn[-1] if trace.get("showlegend")]
    labels = [_label(frame) for frame in picture.frames]
    below = SLIDER_PX + LINE_PX * max(label.count(BREAK) for label in labels) if labels else 0
    layout = grid.layout(picture.alt, legend=legend, below=below)
    made: dict[str, Any] = {"data": drawn[-1], "layout": layout}
    if picture.frames:
        moving = [place for place in range(len(drawn[0])) if not _all_alike([step[place] for step in drawn])]
        made["frames"] = [
            {"name": str(number), "data": [step[place] for place in moving], "traces": moving}
            for number, step in enumerate(drawn)
        ]
        layout |= _controls(labels, layout["height"] - below)
    return made


def least_width(picture: Picture) -> int:
    """Return the width in pixels below which the figure should scroll sideways and not be squeezed further.

    Example:
        >>> [least_width(Picture(alt="", panels=(panel,))) for panel in (Plot(), Graph(nodes=(), edges=()))]
        [320, 760]
    """
    wide = bool(picture.frames) or min(picture.columns, len(picture.still)) > 1 or any(map(_is_wide, picture.still))
    return LEAST_WIDE_PX if wide else LEAST_PX


def _is_wide(panel: Panel) -> bool:
    match panel:
        case Graph():
            return True
        case Cells():
            return int(np.shape(panel.values)[1]) > FEW_CELLS
        case Plot():
            return len("".join(categories(panel))) > MOST_LETTERS


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


def _label(frame: Frame) -> str:
    """Return what stands above the slider: the label of a step and its note, in lines that fit."""
    said = f"{frame.label}:  {frame.note}" if frame.note else frame.label
    lines = theme.lines(said.replace(" = ", TIED_EQUALS), NOTE_LETTERS)
    return BREAK.join(theme.plain(line.replace(TIED_EQUALS, " = "), NOTE_LETTERS) for line in lines)


def _controls(labels: Sequence[str], height: int) -> dict[str, Any]:
    """Return the slider and the buttons that play and stop, below panels that are so high."""
    lower = -24 / height
    return {"sliders": [_slider(labels, lower)], "updatemenus": [_buttons(len(labels), lower)]}


def _slider(labels: Sequence[str], lower: float) -> dict[str, Any]:
    """Return the slider; only the label of the present step is written, above it."""
    steps = [
        {"label": label, "method": "animate", "args": [[str(number)], AT_ONCE]} for number, label in enumerate(labels)
    ]
    return {
        "active": len(steps) - 1,
        "steps": steps,
        "x": 0.1,
        "len": 0.9,
        "y": lower,
        "yanchor": "top",
        "pad": {"t": 4, "b": 0},
        "font": {"size": 1, "color": "rgba(0,0,0,0)"},
        "ticklen": 0,
        "bordercolor": theme.RULE,
        "bgcolor": theme.SUBJECT,
        "activebgcolor": theme.SUBJECT,
        "currentvalue": {"font": {"size": theme.TEXT_PX, "color": theme.INK}, "xanchor": "left", "offset": 10},
    }


def _buttons(frames: int, lower: float) -> dict[str, Any]:
    """Return the buttons beside the slider."""
    pace = min(MILLISECONDS, LONGEST_PLAY // frames)
    playing = {"mode": "immediate", "fromcurrent": False, "frame": {"duration": pace, "redraw": True}}
    return {
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
            {"label": "❚❚", "method": "animate", "args": [[None], AT_ONCE]},
        ],
    }


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
