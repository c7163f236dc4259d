"""Judging probabilities over all thresholds: ROC, precision against recall, and what each threshold does."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, Final

import plotly.graph_objects as go

from pellucid.evaluation.records import PrecisionRecallCurve, RocCurve, ThresholdChoice
from pellucid.pictures import theme
from pellucid.pictures.numbers import number

SHARE: Final = {"range": [-0.02, 1.03], "tickformat": ".0%", "nticks": 6}
DOT_PX: Final = 9
FAINT: Final = 0.55
LEVEL_PX: Final = 16
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
    figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", line=_guide(), hoverinfo="skip")
    for curve in (*(c for c in curves if c is not weakest), weakest):
        figure.add_scatter(
            x=curve.false_positive_rate,
            y=curve.true_positive_rate,
            mode="lines",
            name=theme.plain(curve.name),
            line=_line(curve is weakest, alone=len(curves) == 1),
            hovertemplate=f"{theme.plain(curve.name)}<br>found %{{y:.1%}}, false alarms %{{x:.1%}}<extra></extra>",
        )
    if len(curves) == 1:
        _mark(figure, [(_rate(c.false_positive, c.true_negative), c.sensitivity, c) for c in choices])
    label = _weakest_label(weakest.name, f"area {number(weakest.area)}", alone=len(curves) == 1)
    figure.update_layout(
        theme.layout(
            alt=f"ROC curve; area {'; '.join(f'{c.name} {number(c.area)}' for c in curves)}. Guessing has area 0.5.",
            x=theme.axis("false alarms, of all negatives", **SHARE),
            y=theme.axis("found, of all positives", **SHARE),
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
    figure.add_scatter(x=[0, 1], y=[weakest.share] * 2, mode="lines", line=_guide(), hoverinfo="skip")
    for curve in (*(c for c in curves if c is not weakest), weakest):
        figure.add_scatter(
            x=curve.recall,
            y=curve.precision,
            mode="lines",
            name=theme.plain(curve.name),
            line={**_line(curve is weakest, alone=len(curves) == 1), "shape": "vh"},
            hovertemplate=f"{theme.plain(curve.name)}<br>precision %{{y:.1%}}, recall %{{x:.1%}}<extra></extra>",
        )
    if len(curves) == 1:
        _mark(figure, [(c.sensitivity, c.precision, c) for c in choices])
    label = _weakest_label(weakest.name, f"average precision {number(weakest.average_precision)}", len(curves) == 1)
    told = "; ".join(f"{c.name} {number(c.average_precision)}" for c in curves)
    figure.update_layout(
        theme.layout(
            alt=f"Precision against recall; average precision {told}.",
            x=theme.axis("recall: found, of all positives", **SHARE),
            y=theme.axis("precision: right, of all alarms", **SHARE),
            annotations=[
                theme.label(label, 0.02, 0.08, colour=_colour(len(curves) == 1)),
                theme.label("guessing", 0.98, weakest.share, colour=theme.MUTED, xanchor="right", yshift=9),
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
            y=theme.axis(heading, **SHARE),
            lift=LEVEL_PX * len(lines),
            shapes=[_upright(choice) for choice in lines],
            annotations=[_upright_name(choice, len(lines) - 1 - place) for place, choice in enumerate(lines)],
        )
    )
    return figure


def _guide() -> dict[str, Any]:
    return {"color": theme.QUIET, "width": 1, "dash": "dot"}


def _colour(alone: bool) -> str:
    return theme.SUBJECT if alone else theme.OTHER


def _line(stands_out: bool, *, alone: bool) -> dict[str, Any]:
    if stands_out:
        return {"color": _colour(alone), "width": theme.LINE_PX}
    return {"color": theme.rgba(theme.SUBJECT, FAINT), "width": 1.25}


def _weakest_label(name: str, text: str, alone: bool) -> str:
    return f"<b>{text}</b>" if alone else f"weakest: <b>{theme.plain(name)}</b>, {text}"


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
            marker={"color": theme.PAPER, "size": DOT_PX, "line": {"color": theme.INK, "width": 1.5}},
            hovertemplate=f"{theme.plain(choice.meaning)}<br>threshold {number(choice.threshold)}<extra></extra>",
        )


def _upright(choice: ThresholdChoice) -> dict[str, Any]:
    x, line = choice.threshold, {"color": theme.INK, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper", "line": line}


def _upright_name(choice: ThresholdChoice, level: int) -> dict[str, Any]:
    """Name a line above the plot, each on a level of its own: thresholds often lie close together."""
    side = "right" if choice.threshold > MIDDLE else "left"
    text = f"{RULES[choice.rule]} {number(choice.threshold)}"
    place = {"yref": "paper", "yanchor": "bottom", "yshift": LEVEL_PX * level + 2, "xanchor": side}
    return theme.label(text, choice.threshold, 1, **place)
