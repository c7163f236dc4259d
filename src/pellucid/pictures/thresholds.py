"""Judging probabilities over all thresholds: ROC, precision against recall, and what each threshold does."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, Final

import plotly.graph_objects as go

from pellucid.drawing import theme
from pellucid.drawing.numbers import number
from pellucid.evaluation.records import PrecisionRecallCurve, RocCurve, ThresholdChoice

DOT_PX: Final = 9
FAINT: Final = 0.55
RARE: Final = 0.25  # share of positives below which the line of guessing would run through a label at the foot
MIDDLE: Final = 0.6  # names of thresholds above it stand to the left of their line, where there is room
RULES: Final = MappingProxyType({"default": "even odds", "f1": "best F1", "youden": "Youden", "cost": "cost"})


def roc(curves: Sequence[RocCurve], choices: Sequence[ThresholdChoice] = ()) -> go.Figure:
    """Draw the ROC curve; of several classes the one with the smallest area stands out, since it needs a look.

    Args:
        curves: One for each class or label.
        choices: Thresholds to mark; only drawn on a single curve.
    """
    weakest = min(curves, key=lambda curve: curve.area)
    figure = go.Figure()
    figure.add_trace(theme.guide([0, 1], [0, 1]))
    for curve in (*(c for c in curves if c is not weakest), weakest):
        figure.add_scatter(
            x=curve.false_positive_rate,
            y=curve.true_positive_rate,
            mode="lines",
            name=theme.plain(curve.name),
            line=_line(curve is weakest, alone=len(curves) == 1),
            hovertemplate="%{fullData.name}<br>found %{y:.1%}, false alarms %{x:.1%}<extra></extra>",
        )
    if len(curves) == 1:
        _mark(figure, [(_rate(c.false_positive, c.true_negative), c.sensitivity, c) for c in choices])
    label = _weakest_label(weakest.name, f"area {number(weakest.area)}", alone=len(curves) == 1)
    figure.update_layout(
        theme.layout(
            alt=f"ROC curve; area {'; '.join(f'{c.name} {number(c.area)}' for c in curves)}. Guessing has area 0.5.",
            x=theme.share_axis("false alarms, of all negatives"),
            y=theme.share_axis("found, of all positives"),
            annotations=[
                theme.label(label, 0.97, 0.08, xanchor="right", colour=_colour(len(curves) == 1)),
                theme.label("guessing", 0.5, 0.5, colour=theme.MUTED, textangle=0, xshift=8, yshift=-8),
            ],
        )
    )
    return figure


def precision_recall(curves: Sequence[PrecisionRecallCurve], choices: Sequence[ThresholdChoice] = ()) -> go.Figure:
    """Draw precision against recall; of several classes the one with the lowest average precision stands out.

    Args:
        curves: One for each class or label.
        choices: Thresholds to mark; only drawn on a single curve.
    """
    weakest = min(curves, key=lambda curve: curve.average_precision)
    figure = go.Figure()
    figure.add_trace(theme.guide([0, 1], [weakest.share] * 2))
    for curve in (*(c for c in curves if c is not weakest), weakest):
        figure.add_scatter(
            x=curve.recall,
            y=curve.precision,
            mode="lines",
            name=theme.plain(curve.name),
            line={**_line(curve is weakest, alone=len(curves) == 1), "shape": "vh"},
            hovertemplate="%{fullData.name}<br>precision %{y:.1%}, recall %{x:.1%}<extra></extra>",
        )
    if len(curves) == 1:
        _mark(figure, [(c.sensitivity, c.precision, c) for c in choices])
    label = _weakest_label(weakest.name, f"average precision {number(weakest.average_precision)}", len(curves) == 1)
    told = "; ".join(f"{c.name} {number(c.average_precision)}" for c in curves)
    figure.update_layout(
        theme.layout(
            alt=f"Precision against recall; average precision {told}.",
            x=theme.share_axis("recall: found, of all positives"),
            y=theme.share_axis("precision: right, of all alarms"),
            annotations=[
                theme.label(
                    label,
                    0.02,
                    0.08 if weakest.share > RARE else weakest.share + 2 * RARE / 3,
                    colour=_colour(len(curves) == 1),
                ),
                theme.label("guessing", 0.02, weakest.share, colour=theme.MUTED, yshift=9),
            ],
        )
    )
    return figure


def threshold(curve: PrecisionRecallCurve, choices: Sequence[ThresholdChoice]) -> go.Figure:
    """Draw precision and recall against the threshold, with the chosen thresholds as upright lines.

    Args:
        curve: Of the class counted as positive.
        choices: The thresholds to mark.
    """
    points = sorted(zip(curve.thresholds, curve.precision, curve.recall, strict=False))
    figure = go.Figure()
    for name, colour, place in (("precision", theme.OTHER, 1), ("recall", theme.SUBJECT, 2)):
        figure.add_scatter(
            x=[point[0] for point in points],
            y=[point[place] for point in points],
            mode="lines",
            name=name,
            line={"color": colour, "width": theme.LINE_PX},
            hovertemplate=f"{name} %{{y:.1%}} at %{{x:.3f}}<extra></extra>",
        )
    lines = sorted(choices, key=lambda choice: choice.threshold)
    heading = f"{theme.coloured('precision', theme.OTHER)} and {theme.coloured('recall', theme.SUBJECT)}"
    figure.update_layout(
        theme.layout(
            alt="Precision and recall against the threshold. "
            + " ".join(f"{choice.meaning}: {number(choice.threshold)}." for choice in lines),
            x=theme.axis("threshold", range=[-0.02, 1.02], nticks=6),
            y=theme.share_axis(heading),
            lift=theme.LEVEL_PX * len(lines),
            shapes=[theme.upright(choice.threshold) for choice in lines],
            annotations=[_upright_name(choice, len(lines) - 1 - place) for place, choice in enumerate(lines)],
        )
    )
    return figure


def _colour(alone: bool) -> str:
    return theme.SUBJECT if alone else theme.OTHER


def _line(stands_out: bool, *, alone: bool) -> dict[str, Any]:
    if stands_out:
        return {"color": _colour(alone), "width": theme.LINE_PX}
    return {"color": theme.rgba(theme.SUBJECT, FAINT), "width": 1.25}


def _weakest_label(name: str, text: str, alone: bool) -> str:
    return f"<b>{text}</b>" if alone else f"weakest: <b>{theme.plain(name, theme.SHORT_NAME)}</b>, {text}"


def _rate(part: int, rest: int) -> float | None:
    return part / (part + rest) if part + rest else None


def _mark(figure: go.Figure, points: list[tuple[float | None, float | None, ThresholdChoice]]) -> None:
    """Mark the chosen thresholds on a curve; those that cannot be placed are left out."""
    for x, y, choice in points:
        if x is None or y is None:
            continue
        figure.add_scatter(
            x=[x],
            y=[y],
            mode="markers",
            cliponaxis=False,
            marker={"color": theme.PAPER, "size": DOT_PX, "line": {"color": theme.INK, "width": 1.5}},
            hovertemplate=f"{theme.plain(choice.meaning)}<br>threshold {number(choice.threshold)}<extra></extra>",
        )


def _upright_name(choice: ThresholdChoice, level: int) -> dict[str, Any]:
    """Name a line above the plot, each on a level of its own: thresholds often lie close together."""
    side = "right" if choice.threshold > MIDDLE else "left"
    return theme.level_label(f"{RULES[choice.rule]} {number(choice.threshold)}", choice.threshold, level, side)
