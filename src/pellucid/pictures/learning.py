"""How training went, epoch by epoch: the loss on both parts, a score, the learning rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import plotly.graph_objects as go

from pellucid.drawing import theme
from pellucid.drawing.numbers import number

if TYPE_CHECKING:
    from pellucid.training.records import EpochRecord

FEW: Final = 25  # epochs; with more of them dots only clutter the line
WIDE_RATIO: Final = 30.0  # largest over smallest loss from which a logarithmic axis shows more
DOT_PX: Final = 5


def loss(history: Sequence[EpochRecord], best_epoch: int | None = None) -> go.Figure:
    """Draw training and validation loss.

    Args:
        history: The epochs, in order.
        best_epoch: The epoch whose weights were kept; marked.
    """
    lines = {
        "training": (theme.OTHER, {epoch.epoch: epoch.train_loss for epoch in history}),
        "validation": (theme.SUBJECT, _known({epoch.epoch: epoch.validation_loss for epoch in history})),
    }
    lines = {name: line for name, line in lines.items() if line[1]}
    heading = "loss: " + " and ".join(theme.coloured(name, colour) for name, (colour, _) in lines.items())
    values = [value for _, line in lines.values() for value in line.values()]
    wide = min(values, default=0) > 0 and max(values) / min(values) > WIDE_RATIO
    figure = _curves(lines, heading, best_epoch, {"type": "log", "dtick": 1} if wide else {})
    kept = lines["validation"][1].get(best_epoch or 0) if "validation" in lines else None
    at_best = f", on the validation part {number(kept)} at epoch {best_epoch}" if kept is not None else ""
    first, last = history[0], history[-1]
    told = f"from {number(first.train_loss)} to {number(last.train_loss)} on the training part"
    figure.layout.meta = {"alt": f"Loss over {len(history)} epochs, {told}{at_best}."}
    return figure


def score(history: Sequence[EpochRecord], name: str, title: str, best_epoch: int | None = None) -> go.Figure:
    """Draw a score on the validation part.

    Args:
        history: The epochs, in order.
        name: Of the score, as the history has it.
        title: Of the score, as shown to people.
        best_epoch: The epoch whose weights were kept; marked.
    """
    line = _known({epoch.epoch: epoch.scores.get(name) for epoch in history})
    heading = f"{theme.plain(title)} on {theme.coloured('validation', theme.SUBJECT)} rows"
    figure = _curves({name: (theme.SUBJECT, line)}, heading, best_epoch, {})
    values = list(line.values())
    told = f" from {number(values[0])} to {number(values[-1])}" if values else ""
    figure.layout.meta = {"alt": f"{title} on the validation part over {len(history)} epochs{told}."}
    return figure


def learning_rate(history: Sequence[EpochRecord]) -> go.Figure:
    """Draw the learning rate at the end of each epoch."""
    line = {epoch.epoch: epoch.rate for epoch in history}
    figure = _curves(
        {"learning rate": (theme.THIRD, line)},
        "learning rate",
        None,
        {"rangemode": "tozero", "exponentformat": "power"},
    )
    values = list(line.values())
    told = f"from {number(values[0])} to {number(values[-1])}, at most {number(max(values))}"
    figure.layout.meta = {"alt": f"Learning rate over {len(history)} epochs: {told}."}
    return figure


def _known(line: Mapping[int, float | None]) -> dict[int, float]:
    return {epoch: value for epoch, value in line.items() if value is not None}


def _curves(
    lines: Mapping[str, tuple[str, Mapping[int, float]]],
    heading: str,
    best_epoch: int | None,
    options: Mapping[str, Any],
) -> go.Figure:
    """Draw lines over epochs, with the best epoch marked."""
    figure = go.Figure()
    epochs = sorted({epoch for _, line in lines.values() for epoch in line})
    for name, (colour, line) in lines.items():
        figure.add_scatter(
            x=list(line),
            y=list(line.values()),
            mode="lines+markers" if len(epochs) <= FEW else "lines",
            name=theme.plain(name),
            line={"color": colour, "width": theme.LINE_PX},
            marker={"color": colour, "size": DOT_PX},
            hovertemplate="epoch %{x}: %{y:.4~g} %{fullData.name}<extra></extra>",
        )
    room = max(len(epochs) * 0.03, 0.5)
    x = theme.axis("epoch", grid=False, range=[epochs[0] - room, epochs[-1] + room], nticks=7, tickformat=",d")
    if len(epochs) <= FEW:
        x["dtick"] = max(1, len(epochs) // 6)
    marked = [best_epoch] if best_epoch is not None and len(epochs) > 1 else []
    figure.update_layout(
        theme.layout(
            alt=heading,
            x=x,
            y=theme.axis(heading, nticks=6, **options),
            lift=theme.LEVEL_PX if marked else 0,
            shapes=[theme.upright(epoch) for epoch in marked],
            annotations=[_best(epoch, epochs) for epoch in marked],
        )
    )
    return figure


def _best(best_epoch: int, epochs: Sequence[int]) -> dict[str, Any]:
    """Name the best epoch above its line, on the side where there is room."""
    side = "right" if best_epoch - epochs[0] > (epochs[-1] - epochs[0]) / 2 else "left"
    return theme.level_label(f"kept: epoch {best_epoch}", best_epoch, 0, side)
