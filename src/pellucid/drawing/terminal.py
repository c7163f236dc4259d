"""A picture in, lines of text out: curves of Braille dots, matrices as numbers, graphs as their edges.

Each Braille letter holds two by four dots, so a plot of 60 by 12 letters has 120 by 48 points. Moving pictures show
their last frame, which shows the whole.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.drawing.page import Page, Section
from pellucid.drawing.records import Array, Cells, Graph, Panel, Picture, Plot, Role, Series, Table

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table as RichTable
    from rich.text import Text

WIDTH: Final = 60
HEIGHT: Final = 12
"""Letters of a plot, without its numbers."""
EMPTY: Final = 0x2800
"""The Braille letter without dots; the others follow it, one bit for each dot."""
DOTS: Final = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""The bit of a dot, by column and row."""
ACROSS, DOWN = 2, 4
LARGEST_MATRIX: Final = 24
"""Rows or columns; larger ones are only described."""
MOST_EDGES: Final = 40
STYLES: Final[dict[Role, str]] = {
    "subject": "blue",
    "other": "red",
    "third": "green",
    "fourth": "magenta",
    "fifth": "cyan",
    "sixth": "yellow",
    "quiet": "bright_black",
    "mark": "bold yellow",
}


def drawn(picture: Picture) -> list[RenderableType]:
    """Return what Rich prints for a picture: its panels one below the other."""
    return [part for panel in picture.still for part in _panel(panel)]


def told(page: Page) -> list[RenderableType]:
    """Return what Rich prints for a page: its words and its picture; the sources are printed on demand."""
    from rich.padding import Padding
    from rich.text import Text

    made: list[RenderableType] = [
        Text(page.title, style="bold") + Text(f"   {page.group}.{page.name}", style="dim"),
        Text(page.summary),
        Padding(Text(page.formula, style="cyan"), (1, 0, 1, 4), expand=False),
        *drawn(page.picture),
    ]
    for section in page.sections:
        if not section.folded:
            made += [
                Text(""),
                Text(section.title, style="bold"),
                *(Padding(one, (0, 2), expand=False) for one in _section(section)),
            ]
    return [*made, Text(""), Text("Source: ", style="dim") + Text(page.source)]


def _section(section: Section) -> list[RenderableType]:
    from rich.syntax import Syntax
    from rich.text import Text

    bullet = Text("· ", style="dim")
    made: list[RenderableType] = [Text(paragraph) for paragraph in section.paragraphs]
    made += [bullet + Text(item) for item in section.items]
    made += [Text(term, style="cyan") + Text(f"  {meaning}") for term, meaning in section.pairs]
    made += [
        Text("✓ holds  " if one.holds else "✗ does not hold  ", style="green" if one.holds else "red")
        + Text(one.sentence)
        + Text(f"  {one.measured}", style="dim")
        for one in section.verdicts
    ]
    if section.table:
        made.append(table(section.table))
    if section.code:
        made.append(Syntax(section.code, "pycon" if section.code.startswith(">>>") else "python", theme="ansi_dark"))
    return made


def table(record: Table) -> RichTable:
    """Return a table as Rich prints it."""
    from rich.table import Table as RichTable

    made = RichTable(box=None, pad_edge=False)
    numeric = [all(isinstance(row[place], int | float) for row in record.rows) for place in range(len(record.columns))]
    for column, is_number in zip(record.columns, numeric, strict=True):
        made.add_column(column, justify="right" if is_number else "left", header_style="dim")
    for row in record.rows:
        made.add_row(*(written(cell) for cell in row))
    return made


def written(cell: str | float | int | bool) -> str:
    """Return a cell as text: six significant digits, yes and no.

    Example:
        >>> written(0.123456789), written(True), written("x")
        ('0.123457', 'yes', 'x')
    """
    if isinstance(cell, bool | np.bool_):
        return "yes" if cell else "no"
    return f"{cell:.6g}" if isinstance(cell, int | float) else cell


def _panel(panel: Panel) -> list[RenderableType]:
    from rich.text import Text

    title = [Text(panel.title, style="bold")] if panel.title else []
    match panel:
        case Plot():
            return [*title, *_plot(panel)]
        case Cells():
            return [*title, _cells(panel)]
        case Graph():
            return [*title, *_graph(panel)]


def _plot(plot: Plot) -> list[RenderableType]:
    from rich.text import Text

    numeric = [one for one in plot.series if np.asarray(one.x).dtype.kind in "fiub" and len(one.x)]
    bars = [one for one in plot.series if one not in numeric and len(one.x)]
    named = Text("   ").join(Text(f"■ {one.name}", style=STYLES[one.role]) for one in plot.series if one.name)
    lines = _braille(plot, numeric) if numeric else []
    return [*([named] if named.plain else []), *lines, *(line for one in bars for line in _bars(one))]


def _braille(plot: Plot, series: list[Series]) -> list[RenderableType]:
    """Return the rows of a plot, with the range of both axes beside and below it."""
    from rich.text import Text

    points = [_points(one, plot) for one in series]
    x_low, x_high = _span(plot.x_range, [x for x, _ in points], plot.x_log)
    y_low, y_high = _span(plot.y_range, [y for _, y in points], plot.y_log)
    bits = np.zeros((HEIGHT, WIDTH), dtype=int)
    owner: dict[tuple[int, int], Role] = {}
    for one, (x, y) in zip(series, points, strict=True):
        joined = one.kind not in {"dots", "bars"}
        for column, row in _dots((x - x_low) / (x_high - x_low), (y - y_low) / (y_high - y_low), joined):
            letter = row // DOWN, column // ACROSS
            bits[letter] |= DOTS[column % ACROSS][row % DOWN]
            owner[letter] = one.role
    ticks = [_tick(y_high, plot.y_log), *[""] * (HEIGHT - 2), _tick(y_low, plot.y_log)]
    margin = max(map(len, ticks))
    rows: list[RenderableType] = [
        Text(f"{tick:>{margin}} ", style="dim") + _row(bits[number], number, owner) for number, tick in enumerate(ticks)
    ]
    left, right = _tick(x_low, plot.x_log), _tick(x_high, plot.x_log)
    middle = plot.x_title.center(max(WIDTH - len(left) - len(right), 0))
    return [*rows, Text(f"{'':>{margin}} {left}{middle}{right}", style="dim")]


def _row(bits: Array, number: int, owner: dict[tuple[int, int], Role]) -> Text:
    from rich.text import Text

    made = Text()
    for column, bit in enumerate(bits.tolist()):
        style = STYLES[owner[number, column]] if (number, column) in owner else ""
        made.append(chr(EMPTY + bit), style=style)
    return made


def _points(one: Series, plot: Plot) -> tuple[Array, Array]:
    """Return the points that can be drawn; positions on logarithmic axes as their logarithms, gaps as NaN."""
    x, y = np.asarray(one.x, dtype=float), np.asarray(one.y, dtype=float)
    if plot.x_log:
        x = np.log10(np.where(x > 0, x, np.nan))
    if plot.y_log:
        y = np.log10(np.where(y > 0, y, np.nan))
    return x, y


def _span(given: tuple[float, float] | None, values: list[Array], log: bool) -> tuple[float, float]:
    if given is not None:
        return (math.log10(given[0]), math.log10(given[1])) if log else given
    together = np.concatenate(values)
    together = together[np.isfinite(together)]
    if together.size == 0:
        return 0.0, 1.0
    low, high = float(together.min()), float(together.max())
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _dots(x: Array, y: Array, joined: bool) -> list[tuple[int, int]]:
    """Return the dots (column, row from the top) of points between 0 and 1, joined by straight lines or not."""
    places: list[tuple[int, int]] = []
    before: tuple[float, float] | None = None
    for across, up in zip(x * (WIDTH * ACROSS - 1), (1 - y) * (HEIGHT * DOWN - 1), strict=True):
        if not (math.isfinite(across) and math.isfinite(up)):
            before = None
            continue
        start = before if joined and before is not None else (across, up)
        steps = min(int(max(abs(across - start[0]), abs(up - start[1]))) + 1, WIDTH * ACROSS * HEIGHT)
        for step in range(steps + 1):
            part = step / steps
            column, row = start[0] + (across - start[0]) * part, start[1] + (up - start[1]) * part
            place = round(column), round(row)
            if 0 <= place[0] < WIDTH * ACROSS and 0 <= place[1] < HEIGHT * DOWN:
                places.append(place)
        before = across, up
    return places


def _tick(value: float, log: bool) -> str:
    return f"{10**value:.3g}" if log else f"{value:.4g}"


def _bars(one: Series) -> list[RenderableType]:
    """Return one line for each category."""
    from rich.text import Text

    heights = np.asarray(one.y, dtype=float)
    longest = max(len(str(name)) for name in one.x)
    most = float(np.nanmax(np.abs(heights), initial=0.0)) or 1.0
    return [
        Text(f"{name!s:>{longest}} ")
        + Text("" if math.isnan(height) else "█" * round(abs(height) / most * WIDTH / 2), style=STYLES[one.role])
        + Text(" none" if math.isnan(height) else f" {height:.4g}", style="dim")
        for name, height in zip(one.x, heights.tolist(), strict=True)
    ]


def _cells(cells: Cells) -> RenderableType:
    from rich.table import Table as RichTable
    from rich.text import Text

    values = np.asarray(cells.values, dtype=float)
    if not cells.numbers or max(values.shape) > LARGEST_MATRIX:
        return Text(f"a picture of {values.shape[0]} by {values.shape[1]} values: see it with --open", style="dim")
    known = values[np.isfinite(values)]
    digits = 0 if (known == np.round(known)).all() else cells.digits
    made = RichTable(box=None, show_header=bool(cells.column_names), pad_edge=False, header_style="dim")
    names = cells.row_names or ("",) * values.shape[0]
    if cells.row_names:
        made.add_column("", style="dim")
    for column in range(values.shape[1]):
        made.add_column(cells.column_names[column] if cells.column_names else "", justify="right")
    for row, (name, numbers) in enumerate(zip(names, values.tolist(), strict=True)):
        shown = [
            Text("" if math.isnan(value) else f"{value:.{digits}f}", style=_cell_style(cells, row, column))
            for column, value in enumerate(numbers)
        ]
        made.add_row(*([Text(name)] if cells.row_names else []), *shown)
    return made


def _cell_style(cells: Cells, row: int, column: int) -> str:
    return f"bold {STYLES[cells.mark_role]}" if (row, column) in cells.marked else ""


def _graph(graph: Graph) -> list[RenderableType]:
    from rich.text import Text

    texts = {node.name: node.text.replace("\n", " ") for node in graph.nodes}
    lines: list[RenderableType] = [
        Text(f"{texts[edge.start]} → {texts[edge.end]}", style=STYLES[edge.role]) + Text(f"   {edge.text}", style="dim")
        for edge in graph.edges[:MOST_EDGES]
    ]
    if len(graph.edges) > MOST_EDGES:
        lines.append(Text(f"… and {len(graph.edges) - MOST_EDGES} more arrows: see them with --open", style="dim"))
    return lines
