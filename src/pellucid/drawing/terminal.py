"""A picture in, lines of text out: plots of letters, matrices as numbers, graphs as who feeds whom.

Moving pictures show their last frame, which shows the whole.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.drawing.letters import STYLES, plot
from pellucid.drawing.page import Page, Section
from pellucid.drawing.records import Cells, Edge, Graph, Panel, Picture, Plot, Table

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table as RichTable
    from rich.text import Text

LARGEST_MATRIX: Final = 24
"""Rows or columns; larger ones are only described."""
MOST_EDGES: Final = 40


def drawn(picture: Picture) -> list[RenderableType]:
    """Return what Rich prints for a picture: its panels one below the other."""
    from rich.text import Text

    parts = [part for panel in picture.still for part in (Text(""), *_panel(panel))]
    return parts[1:]  # the empty line parts panels


def told(page: Page) -> list[RenderableType]:
    """Return what Rich prints for a page: its words and its picture; the sources are printed on demand."""
    from rich.padding import Padding
    from rich.text import Text

    made: list[RenderableType] = [
        Text(page.title, style="bold") + Text(f"   {page.group}.{page.name}", style="dim"),
        Text(page.summary),
        Text(""),
        Padding(Text(page.formula, style="cyan"), (0, 0, 0, 4), expand=False),
        Text(""),
        *drawn(page.picture),
    ]
    for section in page.sections:
        if not section.folded:
            made += [
                Text(""),
                Text(section.title, style="bold"),
                *(Padding(one, (0, 0, 0, 2), expand=False) for one in _section(section)),
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
            return plot(panel)
        case Cells():
            return [*title, _cells(panel)]
        case Graph():
            return [*title, *_graph(panel)]


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
    """Return one line for each node that arrows reach: the nodes they come from, and what stands at the arrows."""
    from rich.text import Text

    texts = {node.name: " ".join(node.text.split()) for node in graph.nodes}
    into: dict[str, list[Edge]] = {}
    for edge in graph.edges[:MOST_EDGES]:
        into.setdefault(edge.end, []).append(edge)
    lines: list[RenderableType] = [
        Text(f"{texts[name]} ← ").append_text(Text(", ").join(_start(edge, texts) for edge in edges))
        for name, edges in into.items()
    ]
    if len(graph.edges) > MOST_EDGES:
        lines.append(Text(f"… and {len(graph.edges) - MOST_EDGES} more arrows: see them with --open", style="dim"))
    return lines


def _start(edge: Edge, texts: dict[str, str]) -> Text:
    from rich.text import Text

    words = f" ({edge.text})" if edge.text else ""
    return Text(texts[edge.start], style=STYLES[edge.role]).append(words, style="dim")
