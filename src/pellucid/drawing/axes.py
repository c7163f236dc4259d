"""The two axes of one panel: what they span in all frames, and which numbers and names stand at them.

Widths are those of a figure that is as wide as a page; a narrower figure is drawn closer, or scrolls.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from pellucid.drawing import theme
from pellucid.drawing.panels import node_size, written
from pellucid.drawing.records import Cells, Graph, Panel, Plot

LETTER_PX: Final = 6.6
"""The width of a letter in small text, on average."""
AROUND_PX: Final = 12
"""Beside a name or a number, so that it does not touch the next one."""
BESIDE_NODE_PX: Final = 6
"""Between the outermost nodes of a graph and its edge."""
BETWEEN_PX: Final = 6
"""Between names that stand side by side."""
MOST_LINES: Final = 3
"""Of a name."""
FEW_DECADES: Final = 1.6
"""On logarithmic axes: up to here 2 and 5 are written too, beyond only powers of ten."""
ONE_FACTOR: Final = 0.7
"""Up to here, a factor of five, every leading digit is written."""
MOST_TICKS: Final = 8
PLAIN_POWERS: Final = range(-3, 5)
"""Powers of ten that are written out: 0.001 to 10000."""
SUPERSCRIPTS: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
ROOM: Final = 0.06
"""Around the points of all frames, in parts of their range."""


def axes_of(panel: Panel, along: Sequence[Panel], size: tuple[float, float]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the horizontal and the vertical axis of a panel, which do not jump from frame to frame.

    Args:
        panel: what is drawn.
        along: the same panel in every frame.
        size: its width and height in pixels.
    """
    if isinstance(panel, Plot):
        plots = [one for one in along if isinstance(one, Plot)]
        x_span, y_span = _range(plots, "x"), _range(plots, "y")
        x = {**_numbers(panel.x_title, x_span, panel.x_log), **_categories(panel, size[0])}
        return _tied(panel, x, _numbers("", y_span, panel.y_log))
    bare = {"showgrid": False, "zeroline": False, "showline": False, "ticks": "", "fixedrange": True}
    if isinstance(panel, Graph):
        room = node_size(panel.nodes) / 2 + BESIDE_NODE_PX
        across = max(room, _upright_texts(panel) * LETTER_PX / 2)
        x = {**bare, "visible": False, "range": _padded([one.x for one in panel.nodes], across / size[0])}
        return x, {**bare, "visible": False, "range": _padded([one.y for one in panel.nodes], room / size[1])}
    bare |= {"tickfont": {"size": theme.SMALL_PX, "color": theme.MUTED}, "constrain": "domain"}
    rows, columns = np.shape(panel.values)
    cell = cell_size(panel, [one for one in along if isinstance(one, Cells)], size)
    names = _names([wrapped(name, cell[0]) for name in panel.column_names])
    return (
        {**bare, "constraintoward": "left", "range": [-0.6, columns - 0.4], **names},
        {**bare, "constraintoward": "top", "range": [rows - 0.4, -0.6], **_names(map(theme.plain, panel.row_names))}
        | {"scaleratio": cell[1] / cell[0]},
    )


def cell_size(cells: Cells, along: Sequence[Cells], size: tuple[float, float]) -> tuple[float, float]:
    """Return width and height of a cell in pixels: squares, or wider where names and numbers need it.

    Example:
        >>> long, short = (Cells(values=np.eye(2), column_names=("a", name)) for name in ("negatives", "b"))
        >>> cell_size(short, [short], (300, 68)), cell_size(long, [long], (300, 68))
        ((34.0, 34.0), (71.4, 34.0))
    """
    rows, columns = np.shape(cells.values)
    high = min(size[1] / rows, size[0] / columns)
    if not cells.numbers:
        return high, high
    texts = [text for one in along for text in written(np.asarray(one.values, dtype=float), one.digits).ravel()]
    words = [word for name in cells.column_names for word in name.split()]
    longest = max(map(len, [*texts, *words]), default=0) * LETTER_PX + AROUND_PX
    return min(max(high, longest), max(size[0] / columns, high)), high


def wrapped(name: object, width: float) -> str:
    """Return a name in lines of at most so many pixels, broken between words only.

    Example:
        >>> wrapped("balanced accuracy", 80), wrapped("score", 20)
        ('balanced<br>accuracy', 'score')
    """
    letters = max(int((width - BETWEEN_PX) / LETTER_PX), 1)
    return "<br>".join(theme.plain(line) for line in theme.lines(str(name), letters)[:MOST_LINES])


def names_below(panel: Panel, along: Sequence[Panel], size: tuple[float, float]) -> list[str]:
    """Return the names that stand below a panel, each in its lines."""
    if isinstance(panel, Plot):
        names = categories(panel)
        return [wrapped(name, size[0] / len(names)) for name in names]
    if isinstance(panel, Cells):
        cell = cell_size(panel, [one for one in along if isinstance(one, Cells)], size)
        return [wrapped(name, cell[0]) for name in panel.column_names]
    return []


def categories(plot: Plot) -> list[str]:
    """Return the names along the horizontal axis, where it has names in place of numbers."""
    named = [one.x for one in plot.series if np.asarray(one.x).dtype.kind not in "fiub" and len(one.x)]
    return list(dict.fromkeys(str(name) for names in named for name in names))


def ticks(span: Sequence[float]) -> dict[str, Any]:
    """Return the ticks of a logarithmic axis, given the exponents of its ends.

    Example:
        >>> ticks([-1, 1])["ticktext"], ticks([-20, 0])["ticktext"][:2], ticks([0, 1])["ticktext"]
        (['0.1', '1', '10'], ['10⁻¹⁸', '10⁻¹⁵'], ['1', '2', '5', '10'])
    """
    decades = span[1] - span[0]
    step = max(math.ceil(decades / MOST_TICKS), 1)
    powers = range(math.floor(span[0]), math.ceil(span[1]) + 1)
    leading = range(1, 10) if decades <= ONE_FACTOR else (1, 2, 5) if decades <= FEW_DECADES else (1,)
    pairs = [(first, power) for power in powers for first in leading if power % step == 0]
    shown = [(first, power) for first, power in pairs if span[0] <= math.log10(first) + power <= span[1]]
    return {
        "tickmode": "array",
        "tickvals": [float(f"{first}e{power}") for first, power in shown],
        "ticktext": [_power(first, power) for first, power in shown],
    }


def _upright_texts(graph: Graph) -> int:
    """Return the letters of the longest text at an upright arrow, which can reach beyond the outermost nodes."""
    x = {node.name: node.x for node in graph.nodes}
    return max((len(edge.text) for edge in graph.edges if x[edge.start] == x[edge.end]), default=0)


def _power(first: int, power: int) -> str:
    if power in PLAIN_POWERS:
        return f"{float(f'{first}e{power}'):.6g}"
    exponent = f"10{str(power).translate(SUPERSCRIPTS)}"
    return exponent if first == 1 else f"{first}·{exponent}"


def _numbers(title: str, span: list[float] | None, log: bool) -> dict[str, Any]:
    made = theme.axis(theme.plain(title, 60), fixedrange=False)
    if log:
        made |= {"type": "log", **(ticks(span) if span else {"dtick": 1, "exponentformat": "power"})}
    return made | ({"range": span} if span else {})


def _categories(plot: Plot, width: float) -> dict[str, Any]:
    names = categories(plot)
    if not names:
        return {}
    texts = [wrapped(name, width / len(names)) for name in names]
    return {"type": "category", "categoryorder": "array", "categoryarray": names, "tickangle": 0} | _names(texts)


def _tied(plot: Plot, x: dict[str, Any], y: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make a unit as long on both axes of a plane: the panel becomes smaller, its ranges stay."""
    if not plot.square:
        return x, y
    constrained = {"constrain": "domain"}
    return x | constrained | {"constraintoward": "left"}, y | constrained | {"constraintoward": "top", "scaleratio": 1}


def _names(names: Any) -> dict[str, Any]:
    texts = list(names)
    if not texts:
        return {"showticklabels": False}
    return {"tickvals": list(range(len(texts))), "ticktext": texts, "automargin": True, "tickangle": 0}


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


def _spread(values: Any, room: float) -> list[float]:
    """Return a range with some room around values, in parts of what they span."""
    low, high = float(np.min(values)), float(np.max(values))
    margin = (high - low) * room or max(abs(high), 1.0) * room
    return [low - margin, high + margin]


def _padded(values: Sequence[float], room: float) -> list[float]:
    """Return a range with room on both sides, in parts of the whole range."""
    return _spread(values, room / (1 - 2 * min(room, 0.4)))
