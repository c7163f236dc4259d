"""One panel in, the Plotly traces that draw it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from pellucid.drawing import theme
from pellucid.drawing.records import Array, Cells, Edge, Field, Graph, Node, Panel, Plot, Role, Series

Traces = list[dict[str, Any]]

COLOURS: Final[dict[Role, str]] = {
    "subject": theme.SUBJECT,
    "other": theme.OTHER,
    "third": theme.THIRD,
    "fourth": theme.FOURTH,
    "fifth": theme.FIFTH,
    "sixth": theme.SIXTH,
    "quiet": theme.QUIET,
    "mark": theme.MARK,
}
DOT_PX: Final = 7
MARK_PX: Final = 11
LEAST_NODE_PX: Final = 34
MOST_NODE_PX: Final = 68
LETTER_PX: Final = 6.4
"""The width of a letter of a node's text."""
LONGEST_NAME: Final = 60
EDGE_TEXT_PX: Final = 14
"""The height of the text of an edge."""
LINE_OF_MARKER: Final = 1.4
"""How much longer Plotly draws the marker `line-ew` than its size."""
NODE_LINE_PX: Final = 13
"""One line of a node's text."""


def traces_of(panel: Panel, along: Sequence[Panel]) -> Traces:
    """Return the traces of a panel.

    Args:
        panel: what to draw.
        along: the same panel in every frame: colours must mean the same value in all of them.
    """
    match panel:
        case Plot():
            field = [] if panel.field is None else _field(panel.field)
            return [*field, *(_series(one) for one in panel.series)]
        case Cells():
            return _cells(panel, [one for one in along if isinstance(one, Cells)])
        case Graph():
            return _graph(panel)


def written(values: Array, digits: int) -> Array:
    """Return each number as text: whole ones without decimals, none for empty cells.

    Example:
        >>> written(np.array([[1.5, np.nan, -0.001]]), 2).tolist(), written(np.array([[-3.0, 4.0]]), 2).tolist()
        ([['1.50', '', '0.00']], [['−3', '4']])
    """
    known = values[np.isfinite(values)]
    decimals = 0 if (known == np.round(known)).all() else digits

    def write(value: float) -> str:
        text = "" if np.isnan(value) else f"{value:.{decimals}f}"
        return text.replace("-", "−") if text.strip("-0.") else text.lstrip("-")

    return np.array([[write(value) for value in row] for row in values.tolist()], dtype=object).reshape(values.shape)


def node_size(nodes: Sequence[Node]) -> float:
    r"""Return how large the nodes are drawn, all alike: so that the longest line of their texts fits.

    Example:
        >>> node_size([Node(name="x", x=0, y=0, text="0.5")]), node_size([Node(name="h", x=0, y=0, text="1\n2\n3")])
        (34, 53)
    """
    lines = [node.text.split("\n") for node in nodes]
    longest = max((len(line) for text in lines for line in text), default=0)
    most = max(map(len, lines), default=0)
    return min(max(longest * LETTER_PX + 8, most * NODE_LINE_PX + 14, LEAST_NODE_PX), MOST_NODE_PX)


def _series(one: Series) -> dict[str, Any]:
    colour = COLOURS[one.role]
    drawn: dict[str, Any] = {
        "name": theme.plain(one.name, LONGEST_NAME),
        "x": one.x,
        "y": one.y,
        "showlegend": bool(one.name),
    }
    if one.kind == "bars":
        return drawn | {"type": "bar", "marker": {"color": colour, "line": {"width": 0}}}
    modes = {"line": "lines", "dots": "markers", "line and dots": "lines+markers", "steps": "lines", "area": "lines"}
    mode = modes[one.kind]
    quiet = one.role == "quiet"
    line = {"color": colour, "width": 1.25 if quiet else theme.LINE_PX, "dash": "dash" if one.dashed else "solid"}
    if one.kind == "steps":
        line["shape"] = "hv"
    size = MARK_PX if one.role == "mark" else DOT_PX
    edge = {"color": theme.INK if one.role == "mark" else theme.PAPER, "width": 1}
    drawn |= {"type": "scatter", "line": line, "marker": {"color": colour, "size": size, "line": edge}}
    if one.kind == "area":
        drawn |= {"fill": "tozeroy", "fillcolor": theme.rgba(colour, 0.18)}
    if one.texts:
        mode += "+text"
        drawn |= {"text": [theme.plain(text) for text in one.texts], "textposition": "top center"}
        drawn |= {"textfont": {"size": theme.SMALL_PX, "color": theme.INK}, "cliponaxis": False}
    return drawn | {"mode": mode}


def _field(field: Field) -> Traces:
    values = np.asarray(field.values, dtype=float)
    if field.log:
        values = np.log10(np.where(values > 0, values, np.nan))
    shared = {"x": field.x, "y": field.y, "showscale": False, "hoverinfo": "skip", "showlegend": False}
    if field.kind == "regions":
        tints = [[0, theme.rgba(theme.OTHER, 0.16)], [0.5, theme.rgba(theme.OTHER, 0.16)]]
        tints += [[0.5, theme.rgba(theme.SUBJECT, 0.16)], [1, theme.rgba(theme.SUBJECT, 0.16)]]
        return [{**shared, "type": "heatmap", "z": np.sign(values), "zmin": -1, "zmax": 1, "colorscale": tints}]
    if field.kind == "heat":
        signed = np.nanmin(values) < 0 < np.nanmax(values)
        scale = _diverging() if signed else _rising(theme.PAPER)
        limit = float(np.nanmax(np.abs(values)))
        ends = {"zmin": -limit, "zmax": limit} if signed else {}
        return [{**shared, **ends, "type": "heatmap", "z": values, "zsmooth": "best", "colorscale": scale}]
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    contours = {"coloring": "lines", "start": low, "end": high, "size": (high - low) / field.levels or 1.0}
    return [
        {
            **shared,
            "type": "contour",
            "z": values,
            "contours": contours,
            "line": {"width": 1},
            "colorscale": [[0, theme.QUIET], [1, theme.RULE]],
        }
    ]


def _rising(pale: str) -> list[list[Any]]:
    return [[0, pale], [1, theme.PALE_SUBJECT]]


def _diverging() -> list[list[Any]]:
    return [[0, theme.PALE_OTHER], [0.5, theme.PAPER], [1, theme.PALE_SUBJECT]]


def _cells(cells: Cells, along: Sequence[Cells]) -> Traces:
    values = np.asarray(cells.values, dtype=float)
    every = np.concatenate([np.asarray(one.values, dtype=float).ravel() for one in along])
    known = every[np.isfinite(every)]
    low = cells.low if cells.low is not None else float(known.min(initial=0.0))
    high = cells.high if cells.high is not None else float(known.max(initial=0.0))
    drawn: dict[str, Any] = {"type": "heatmap", "z": values, "showscale": False, "showlegend": False}
    drawn |= {"xgap": 1, "ygap": 1}
    if not cells.numbers:
        drawn |= {"zmin": low, "zmax": high, "colorscale": "Greys", "reversescale": True, "xgap": 0, "ygap": 0}
    elif low < 0 < high:
        limit = max(-low, high)
        drawn |= {"zmin": -limit, "zmax": limit, "colorscale": _diverging()}
    else:
        ends = (low, high) if low >= 0 else (high, low)
        scale = _rising(theme.PAPER) if low >= 0 else [[0, theme.PALE_OTHER], [1, theme.PAPER]]
        drawn |= {"zmin": min(ends), "zmax": max(ends), "colorscale": scale}
    if cells.numbers:
        drawn |= {"text": written(values, cells.digits), "texttemplate": "%{text}", "hoverinfo": "text"}
        drawn["textfont"] = {"size": theme.SMALL_PX, "color": theme.INK}
    return [_grid(values.shape), drawn, _frames_around(cells.marked, COLOURS[cells.mark_role])]


def _grid(shape: tuple[int, ...]) -> dict[str, Any]:
    """Return the outline of all cells, so that empty ones are seen as places."""
    rows, columns = shape
    return _outline([(0, 0, rows, columns)], theme.QUIET, 1)


def _frames_around(marked: Sequence[tuple[int, int]], colour: str) -> dict[str, Any]:
    return _outline([(row, column, 1, 1) for row, column in marked], colour, 3)


def _outline(boxes: Sequence[tuple[int, int, int, int]], colour: str, width: float) -> dict[str, Any]:
    """Return one line around each box (row, column, rows, columns)."""
    x: list[float | None] = []
    y: list[float | None] = []
    for row, column, rows, columns in boxes:
        left, right, top, bottom = column - 0.5, column + columns - 0.5, row - 0.5, row + rows - 0.5
        x += [left, right, right, left, left, None]
        y += [top, top, bottom, bottom, top, None]
    line = {"color": colour, "width": width}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip", "showlegend": False}


def _graph(graph: Graph) -> Traces:
    places = {node.name: node for node in graph.nodes}
    size = node_size(graph.nodes)
    arrows = [_arrow(edge, places, size) for edge in graph.edges]
    return [*arrows, _edge_texts(graph.edges, places), _nodes(graph.nodes, size)]


def _arrow(edge: Edge, places: dict[str, Node], size: float) -> dict[str, Any]:
    start, end = places[edge.start], places[edge.end]
    marker = {
        "symbol": ["circle", "arrow"],
        "size": [0, 11],
        "angleref": "previous",
        "standoff": [0, size / 2 + 1],
        "color": COLOURS[edge.role],
    }
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [start.x, end.x],
        "y": [start.y, end.y],
        "line": {"color": COLOURS[edge.role], "width": 1.25 if edge.role == "quiet" else theme.LINE_PX},
        "marker": marker,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _edge_texts(edges: Sequence[Edge], places: dict[str, Node]) -> dict[str, Any]:
    """Return the texts of the edges: a third along, where the arrows that meet in a node are still apart.

    Each stands on a thick short line in the colour of the paper, which no arrow runs through.
    """
    part = 1 / 3
    shown = [edge for edge in edges if edge.text]
    texts = [theme.plain(one.text, LONGEST_NAME) for one in shown]
    widths = [(len(one.text) * LETTER_PX + 4) / LINE_OF_MARKER for one in shown]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [places[one.start].x * (1 - part) + places[one.end].x * part for one in shown],
        "y": [places[one.start].y * (1 - part) + places[one.end].y * part for one in shown],
        "text": texts,
        "textposition": "middle center",
        "textfont": {"size": 11, "color": [COLOURS[one.role] if one.role != "quiet" else theme.MUTED for one in shown]},
        "marker": {"symbol": "line-ew", "size": widths, "line": {"width": EDGE_TEXT_PX, "color": theme.PAPER}},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _nodes(nodes: Sequence[Node], size: float) -> dict[str, Any]:
    rims = [COLOURS[node.role] for node in nodes]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [node.x for node in nodes],
        "y": [node.y for node in nodes],
        "text": [theme.plain(node.text, LONGEST_NAME).replace("\n", "<br>") for node in nodes],
        "textposition": "middle center",
        "textfont": {"size": 11, "color": theme.INK},
        "marker": {"size": size, "color": theme.PAPER, "line": {"color": rims, "width": 2}},
        "hovertext": [theme.plain(node.name) for node in nodes],
        "hoverinfo": "text",
        "showlegend": False,
    }
