"""Where the panels of a picture lie: rows and columns, titles above them, room for names below them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from pellucid.drawing import theme
from pellucid.drawing.axes import LETTER_PX, axes_of, names_below
from pellucid.drawing.records import Cells, Graph, Panel, Plot

PAGE_PX: Final = 780
"""The width for which titles are broken into lines and cells are shaped: that of a figure on a page."""
PLOT_PX: Final = 280
FLATTER_PX: Final = ((200, 170), (300, 230))
"""Plots narrower than so many pixels are so high."""
LEAST_PLANE_PX: Final = 110
"""A plane with equal units may be as flat as this."""
LEVEL_PX: Final = 85
"""Of a graph, for each level on which nodes lie."""
LEAST_GRAPH_PX: Final = 150
MOST_GRAPH_PX: Final = 340
CELL_PX: Final = 34
"""Height of a cell in which a number is written, where there are many; few are higher."""
MOST_CELL_PX: Final = 60
LEAST_CELLS_PX: Final = 150
MOST_CELLS_PX: Final = 340
HEAD_PX: Final = 34
"""Above each row of panels: their titles."""
TITLE_PX: Final = 17
"""A further line of a title, of the legend or of the names below a panel."""
TICKS_PX: Final = 34
AXIS_TITLE_PX: Final = 18
BARE_PX: Final = 12
"""Below panels without ticks."""
LEGEND_PX: Final = 30
SYMBOL_PX: Final = 50
"""The line or dot before a name in the legend, and what parts it from the next."""
BOLD_PX: Final = 7.6
"""The width of a bold letter."""
GAP: Final = 0.09
"""Between panels side by side, in parts of the figure's width."""
NARROW_GAP: Final = 0.06
"""The same where more than three stand side by side."""
FEW_COLUMNS: Final = 3


class Grid:
    """Where each panel lies: columns of equal width, rows as high as their highest panel."""

    def __init__(self, steps: Sequence[Sequence[Panel]], columns: int) -> None:
        self.panels = steps[-1]
        self.along = [[step[place] for step in steps] for place in range(len(self.panels))]
        self.columns = max(1, min(columns, len(self.panels)))
        self.gap = GAP if self.columns <= FEW_COLUMNS else NARROW_GAP
        self.titles = [_title(panel, self.width(place) * PAGE_PX) for place, panel in enumerate(self.panels)]
        self.own = [_height(panel, self.width(place) * PAGE_PX) for place, panel in enumerate(self.panels)]
        self.heads = self._rows([HEAD_PX + TITLE_PX * (len(title) - 1 if title else 0) for title in self.titles])
        self.heights = self._rows(self.own)
        self.feet = self._rows([self._foot(place) for place in range(len(self.panels))])

    @property
    def inside(self) -> int:
        """The height of all rows."""
        return sum(self.heads) + sum(self.heights) + sum(self.feet)

    def width(self, place: int) -> float:
        """Return the width of a panel in parts of the figure's; a plot alone in the last row has all of it."""
        alone = place == len(self.panels) - 1 and place % self.columns == 0
        if alone and isinstance(self.panels[place], Plot | Graph):
            return 1.0
        return (1 - self.gap * (self.columns - 1)) / self.columns

    def layout(self, alt: str, *, legend: Sequence[str], below: int) -> dict[str, Any]:
        """Return the layout: axes in their places, titles above them, a legend of these names on top."""
        top = LEGEND_PX + TITLE_PX * (_lines(legend) - 1) if legend else 0
        axes: dict[str, Any] = {}
        titles: list[dict[str, Any]] = []
        for place, panel in enumerate(self.panels):
            left, right, low, high = self._place(place)
            size = (right - left) * PAGE_PX, (high - low) * self.inside
            suffix = "" if place == 0 else str(place + 1)
            x, y = axes_of(panel, self.along[place], size)
            tied = {"scaleanchor": f"x{suffix}"} if "scaleratio" in y else {}
            axes[f"xaxis{suffix}"] = {**x, "domain": [left, right], "anchor": f"y{suffix}"}
            axes[f"yaxis{suffix}"] = {**y, **tied, "domain": [low, high], "anchor": f"x{suffix}"}
            titles += self._heading(place, high)
        return {
            "template": "none",
            "meta": {"alt": alt},
            "height": self.inside + top + below,
            "autosize": True,
            "margin": {"l": 44, "r": 16, "t": top, "b": below, "pad": 4},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": theme.SANS, "size": theme.TEXT_PX, "color": theme.INK},
            "hovermode": "closest",
            "showlegend": bool(legend),
            "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "itemclick": "toggle"}
            | {"font": {"size": theme.SMALL_PX}},
            "bargap": 0.1,
            "annotations": titles,
            **axes,
        }

    def _place(self, place: int) -> tuple[float, float, float, float]:
        """Return left, right, lower and upper end of a panel, in parts of the plotting area."""
        row, column = divmod(place, self.columns)
        panel, width = self.panels[place], self.width(place)
        start = column * ((1 - self.gap * (self.columns - 1)) / self.columns + self.gap)
        left = start + (_beside(panel, self.gap) if column else 0.0)
        above = sum(self.heads[: row + 1]) + sum(self.heights[:row]) + sum(self.feet[:row])
        fills = isinstance(panel, Graph) or (isinstance(panel, Plot) and not panel.square)
        high = self.heights[row] if fills else self.own[place]
        return left, min(start + width, 1.0), 1 - (above + high) / self.inside, 1 - above / self.inside

    def _heading(self, place: int, top: float) -> list[dict[str, Any]]:
        """Return the title of a panel, and that of its vertical axis beside it, level and not sideways."""
        if not self.titles[place]:
            return []
        left = place % self.columns * ((1 - self.gap * (self.columns - 1)) / self.columns + self.gap)
        where: dict[str, Any] = {"xref": "paper", "yref": "paper", "yanchor": "bottom", "yshift": 6}
        return [theme.label("<br>".join(self.titles[place]), left, top, **where)]

    def _foot(self, place: int) -> int:
        """Return the room below a panel: for its ticks or names, and the title of its axis."""
        panel, size = self.panels[place], (self.width(place) * PAGE_PX, float(self.own[place]))
        names = names_below(panel, self.along[place], size)
        more = TITLE_PX * max((name.count("<br>") for name in names), default=0)
        if isinstance(panel, Plot):
            return TICKS_PX + more + (AXIS_TITLE_PX if panel.x_title else 0)
        return TICKS_PX + more if names else BARE_PX

    def _rows(self, values: Sequence[int]) -> list[int]:
        """Return the largest value of each row."""
        return [max(values[start : start + self.columns]) for start in range(0, len(values), self.columns)]


def _height(panel: Panel, width: float) -> int:
    match panel:
        case Plot():
            high = next((high for limit, high in FLATTER_PX if width < limit), PLOT_PX)
            return _plane_height(panel, width) if panel.square else high
        case Graph():
            levels = len({round(node.y, 2) for node in panel.nodes})
            return min(max(levels * LEVEL_PX, LEAST_GRAPH_PX), MOST_GRAPH_PX)
        case Cells():
            rows, columns = map(int, np.shape(panel.values))
            most = min(float(MOST_CELLS_PX), rows * width / columns)
            if not panel.numbers:
                return round(most)
            return round(min(rows * min(max(CELL_PX, LEAST_CELLS_PX / rows), MOST_CELL_PX), most))


def _plane_height(plot: Plot, width: float) -> int:
    """Return the height at which a plane with equal units fills its width, where its ranges are known."""
    edges = (plot.field.x, plot.field.y) if plot.field else (plot.x_range, plot.y_range)
    x, y = plot.x_range or edges[0], plot.y_range or edges[1]
    if x is None or y is None:
        return PLOT_PX
    return round(min(max(float((y[-1] - y[0]) / (x[-1] - x[0])) * width, LEAST_PLANE_PX), PLOT_PX))


def _beside(panel: Panel, gap: float) -> float:
    """Return what the names of rows need beyond the gap before a panel, in parts of the figure's width."""
    if not isinstance(panel, Cells):
        return 0.0
    longest = max((len(theme.plain(name)) for name in panel.row_names), default=0)
    return max(longest * LETTER_PX / PAGE_PX - gap / 2, 0.0)


def _title(panel: Panel, width: float) -> list[str]:
    """Return the title of a panel and that of its vertical axis, in lines that fit above it."""
    above = theme.plain(panel.y_title, 60) if isinstance(panel, Plot) and panel.y_title else ""
    quiet = [f'<span style="color:{theme.MUTED}">{above}</span>'] if above else []
    lines = [f"<b>{theme.plain(line, 80)}</b>" for line in theme.lines(panel.title, int(width / BOLD_PX))]
    if lines and quiet and len(panel.title) * BOLD_PX + len(above) * LETTER_PX < width:
        return [*lines[:-1], f"{lines[-1]}   {quiet[0]}"]
    return [*lines, *quiet]


def _lines(names: Sequence[str]) -> int:
    """Return in how many lines the legend stands on a page."""
    lines, used = 1, 0.0
    for name in names:
        needed = SYMBOL_PX + len(name) * LETTER_PX
        lines, used = (lines + 1, needed) if used and used + needed > PAGE_PX else (lines, used + needed)
    return lines
