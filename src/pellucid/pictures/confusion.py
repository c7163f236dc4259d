"""The confusion matrix: how often each true class was taken for each class."""

from __future__ import annotations

from typing import Final

import plotly.graph_objects as go

from pellucid.drawing import theme
from pellucid.drawing.numbers import percent, whole
from pellucid.evaluation.records import Confusion

MOST_NUMBERED: Final = 12  # classes; with more the numbers no longer fit into the cells
MOST_NAMED: Final = 30
STRONG: Final = 0.5  # share of the row from which a cell's colour is too strong for dark letters
CELL_PX: Final = 54
FRAME_PX: Final = 96
TALLEST_PX: Final = 520
SCALE: Final = ((0.0, theme.OTHER), (0.5, theme.PAPER), (1.0, theme.SUBJECT))
"""Mistakes to one side, what is right to the other; the middle is the paper."""


def confusion(record: Confusion) -> go.Figure:
    """Draw the matrix: rows are true classes, columns predicted ones, colour is the share of the row.

    Args:
        record: Counts by true and predicted class.
    """
    size = len(record.classes)
    names = [theme.plain(name, theme.SHORT_NAME) for name in record.classes]
    shares = [[count / (sum(row) or 1) for count in row] for row in record.counts]
    signed = [[share if i == j else -share for j, share in enumerate(row)] for i, row in enumerate(shares)]
    figure = go.Figure(
        go.Heatmap(
            z=signed,
            zmin=-1,
            zmax=1,
            colorscale=[list(stop) for stop in SCALE],
            showscale=False,
            xgap=2,
            ygap=2,
            customdata=_hover(record, shares),
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    places = list(range(size))
    numbers = _numbers(record, shares) if size <= MOST_NUMBERED else []
    ticks = {"tickmode": "array", "tickvals": places, "ticktext": names} if size <= MOST_NAMED else {}
    figure.update_layout(
        theme.layout(
            alt=_alt(record),
            x=theme.axis("predicted", grid=False, constrain="domain", **ticks),
            y=theme.axis("true", grid=False, autorange="reversed", **ticks),
            annotations=numbers,
            height=min(FRAME_PX + CELL_PX * max(size, 3), TALLEST_PX),
        )
    )
    return figure


def _numbers(record: Confusion, shares: list[list[float]]) -> list[dict[str, object]]:
    """Return the counts as labels, light on strong colours and dark on faint ones; zeros are left out."""
    return [
        theme.label(whole(count), j, i, colour=theme.PAPER if shares[i][j] > STRONG else theme.INK, xanchor="center")
        for i, row in enumerate(record.counts)
        for j, count in enumerate(row)
        if count
    ]


def _hover(record: Confusion, shares: list[list[float]]) -> list[list[str]]:
    return [
        [
            f"true {theme.plain(truth)}<br>predicted {theme.plain(guess)}<br>"
            f"{whole(record.counts[i][j])} examples, {percent(shares[i][j])} of this class"
            for j, guess in enumerate(record.classes)
        ]
        for i, truth in enumerate(record.classes)
    ]


def worst_confusion(record: Confusion) -> tuple[str, str, int] | None:
    """Return the true class, the class it is most often taken for wrongly, and how often; None without mistakes."""
    wrong = [
        (count, truth, guess)
        for i, (truth, row) in enumerate(zip(record.classes, record.counts, strict=True))
        for j, (guess, count) in enumerate(zip(record.classes, row, strict=True))
        if i != j and count
    ]
    if not wrong:
        return None
    count, truth, guess = max(wrong, key=lambda cell: cell[0])
    return truth, guess, count


def _alt(record: Confusion) -> str:
    total = sum(map(sum, record.counts))
    right = sum(row[i] for i, row in enumerate(record.counts))
    worst = worst_confusion(record)
    most = f" Most often {worst[0]} was taken for {worst[1]}: {whole(worst[2])} times." if worst else ""
    return f"Confusion matrix of {record.name}: {whole(right)} of {whole(total)} examples on the diagonal.{most}"
