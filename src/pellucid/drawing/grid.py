"""Where the panels of a picture lie, and what their axes are: they do not jump while the picture moves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from pellucid.drawing import theme
from pellucid.drawing.records import Cells, Graph, Panel, Plot

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
GAP: Final = 0.09
"""Between panels side by side, in parts of the figure's width."""
FEW_DECADES: Final = 1.6
"""On logarithmic axes: up to here 2 and 5 are written too, beyond only powers of ten."""
MOST_TICKS: Final = 8
ROOM: Final = 0.06
"""Around the points of all frames, in parts of their range."""


class Grid:
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
        decades = span[1] - span[0] if span else 1.0
        made |= {
            "type": "log",
            "exponentformat": "power",
            "dtick": math.ceil(decades / MOST_TICKS) if decades > FEW_DECADES else "D2",
        }
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
    if len(plots) == 1 and not log:
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
