"""A plot in, lines of letters out: curves of Braille dots, points as discs, bars as blocks.

Each Braille letter holds two by four dots, so a plot of 60 by 12 letters has 120 by 48 points.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.drawing.numbers import number
from pellucid.drawing.records import Array, Field, Plot, Role, Series

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

WIDTH: Final = 60
HEIGHT: Final = 12
"""Letters of a plot, without its numbers."""
EMPTY: Final = 0x2800
"""The Braille letter without dots; the others follow it, one bit for each dot."""
DOTS: Final = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""The bit of a dot, by column and row."""
ACROSS, DOWN = 2, 4
FEW_POINTS: Final = 80
"""So many points, or fewer, are discs; more are single dots."""
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

Span = tuple[float, float]


class Canvas:
    """A sheet of letters on which dots and discs are set, each in the colour of its role."""

    def __init__(self) -> None:
        self.bits = np.zeros((HEIGHT, WIDTH), dtype=int)
        self.discs: dict[tuple[int, int], str] = {}
        self.roles: dict[tuple[int, int], Role] = {}

    def set(self, column: int, row: int, role: Role, disc: str = "") -> None:
        """Set one dot (from the left and the top), or a disc in place of its whole letter; outside nothing is set."""
        if not (0 <= column < WIDTH * ACROSS and 0 <= row < HEIGHT * DOWN):
            return
        place = row // DOWN, column // ACROSS
        self.bits[place] |= DOTS[column % ACROSS][row % DOWN]
        self.roles[place] = role
        if disc:
            self.discs[place] = disc

    def rows(self) -> list[Text]:
        """Return the letters, row by row."""
        from rich.text import Text

        made = []
        for row in range(HEIGHT):
            text = Text()
            for column, bit in enumerate(self.bits[row].tolist()):
                role = self.roles.get((row, column))
                letter = self.discs.get((row, column)) or (chr(EMPTY + bit) if bit else " ")
                text.append(letter, style=STYLES[role] if role else "")
            text.rstrip()
            made.append(text)
        return made


def plot(record: Plot) -> list[RenderableType]:
    """Return a plot as lines of text, with its titles and the names of its series above it."""
    from rich.text import Text

    numeric = [one for one in record.series if np.asarray(one.x).dtype.kind in "fiub" and len(one.x)]
    bars = [one for one in record.series if one not in numeric and len(one.x)]
    named = [one for one in record.series if one.name and not (one in bars and len(bars) > 1)]
    title = Text(record.title, style="bold")
    if record.y_title:
        title.append(f"{'   ' if record.title else ''}{record.y_title}", style="not bold dim")
    legend = Text("   ").join(Text(f"■ {one.name}", style=STYLES[one.role]) for one in named)
    lines = _braille(record, numeric) if numeric or record.field is not None else []
    return [*(one for one in (title, legend) if one.plain), *lines, *_bars(bars)]


def tick(value: float, span: float) -> str:
    """Return the number at the end of an axis, rounded to what can be seen on one that is so long.

    Example:
        >>> tick(-7.3e-05, 2.0), tick(0.123456, 0.5), tick(12345.6, 1e4)
        ('0', '0.123', '12,346')
    """
    decimals = max(2 - math.floor(math.log10(span)), 0)
    return number(round(value, decimals), 6)


def _braille(record: Plot, series: list[Series]) -> list[RenderableType]:
    """Return the rows of a plot, with the range of both axes beside and below it."""
    from rich.text import Text

    points = [_points(one, record) for one in series]
    x_span = _span(record.x_range, record.field.x if record.field else None, [x for x, _ in points], record.x_log)
    y_span = _span(record.y_range, record.field.y if record.field else None, [y for _, y in points], record.y_log)
    canvas = Canvas()
    if record.field is not None and record.field.kind == "regions":
        _boundary(canvas, record.field, x_span, y_span)
    for one, (x, y) in zip(series, points, strict=True):
        disc = "◆" if one.role == "mark" else "●" if one.kind == "dots" and len(x) <= FEW_POINTS else ""
        joined = one.kind != "dots"
        with np.errstate(over="ignore", invalid="ignore"):  # numbers near the largest one are not drawn
            across, up = (x - x_span[0]) / (x_span[1] - x_span[0]), (y - y_span[0]) / (y_span[1] - y_span[0])
        for column, row in _dots(across, up, joined):
            canvas.set(column, row, one.role, "" if joined else disc)
    ends = [_end(one, y_span, record.y_log) for one in y_span]
    ticks = [ends[1], *[""] * (HEIGHT - 2), ends[0]]
    margin = max(map(len, ticks))
    rows = [
        Text(f"{end:>{margin}} ", style="dim").append_text(row) for end, row in zip(ticks, canvas.rows(), strict=True)
    ]
    for line in rows:
        line.rstrip()
    left, right = (_end(one, x_span, record.x_log) for one in x_span)
    middle = record.x_title.center(max(WIDTH - len(left) - len(right), 0))
    return [*rows, Text(f"{'':>{margin}} {left}{middle}{right}", style="dim")]


def _boundary(canvas: Canvas, field: Field, x_span: Span, y_span: Span) -> None:
    """Draw the line between two regions: where the sign changes from one dot to the next."""
    x = np.linspace(*x_span, WIDTH * ACROSS)
    y = np.linspace(y_span[1], y_span[0], HEIGHT * DOWN)
    columns = np.abs(np.asarray(field.x)[None, :] - x[:, None]).argmin(axis=1)
    rows = np.abs(np.asarray(field.y)[None, :] - y[:, None]).argmin(axis=1)
    positive = np.asarray(field.values)[np.ix_(rows, columns)] > 0
    changes = np.zeros_like(positive)
    changes[:, :-1] |= positive[:, :-1] != positive[:, 1:]
    changes[:-1] |= positive[:-1] != positive[1:]
    for row, column in np.argwhere(changes).tolist():
        canvas.set(column, row, "quiet")


def _points(one: Series, record: Plot) -> tuple[Array, Array]:
    """Return the points that can be drawn; positions on logarithmic axes as their logarithms, gaps as NaN."""
    x, y = np.asarray(one.x, dtype=float), np.asarray(one.y, dtype=float)
    if one.kind == "bars":  # each an upright line from 0
        gaps = np.full_like(y, np.nan)
        x, y = np.column_stack([x, x, gaps]).ravel(), np.column_stack([np.zeros_like(y), y, gaps]).ravel()
    if record.x_log:
        x = np.log10(np.where(x > 0, x, np.nan))
    if record.y_log:
        y = np.log10(np.where(y > 0, y, np.nan))
    return x, y


def _span(given: Span | None, field: Array | None, values: list[Array], log: bool) -> Span:
    if given is not None:
        return (math.log10(given[0]), math.log10(given[1])) if log else given
    if field is not None:
        return float(field[0]), float(field[-1])
    together = np.concatenate(values)
    together = together[np.isfinite(together)]
    if together.size == 0:
        return 0.0, 1.0
    low, high = float(together.min()), float(together.max())
    room = 0.5 + 1e-9 * abs(low)  # so that immense numbers have some, too
    return (low, high) if high > low else (low - room, high + room)


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
        parts = np.arange(steps + 1) / steps
        with np.errstate(over="ignore", invalid="ignore"):  # points may lie far outside
            columns, rows = np.rint(start[0] + (across - start[0]) * parts), np.rint(start[1] + (up - start[1]) * parts)
        inside = (columns >= 0) & (columns < WIDTH * ACROSS) & (rows >= 0) & (rows < HEIGHT * DOWN)
        places += zip(columns[inside].astype(int).tolist(), rows[inside].astype(int).tolist(), strict=True)
        before = across, up
    return places


def _end(value: float, span: Span, log: bool) -> str:
    return number(10**value) if log else tick(value, span[1] - span[0])


def _bars(bars: list[Series]) -> list[RenderableType]:
    """Return one line for each category; several series one below the other, each under its name."""
    from rich.text import Text

    heights = [np.asarray(one.y, dtype=float) for one in bars]
    most = max((float(np.nanmax(np.abs(one), initial=0.0)) for one in heights), default=0.0) or 1.0
    longest = max((len(str(name)) for one in bars for name in one.x), default=0)
    lines: list[RenderableType] = []
    for one, values in zip(bars, heights, strict=True):
        if len(bars) > 1 and one.name:
            lines.append(Text(f"■ {one.name}", style=STYLES[one.role]))
        for name, height in zip(one.x, values.tolist(), strict=True):
            block = "" if math.isnan(height) else "█" * round(abs(height) / most * WIDTH / 2)
            said = " none" if math.isnan(height) else f" {height:.4g}"
            lines.append(Text(f"{name!s:>{longest}} ").append(block, style=STYLES[one.role]).append(said, style="dim"))
    return lines
