"""The one place of colours and of the look of every figure. Needs no Plotly, so that style sheets can read it too.

Colours are Okabe and Ito's palette for every kind of colour vision (https://jfly.uni-koeln.de/color/, 2008), the
vermillion a little darker so that text in it is legible on white. Each colour has one meaning in all figures.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

PAPER: Final = "#ffffff"
INK: Final = "#1b1e23"
MUTED: Final = "#646a73"
RULE: Final = "#e4e2dd"
SUBJECT: Final = "#0072b2"
"""What the figure is about: the network, and what it does on rows that it does not learn from."""
OTHER: Final = "#b54a00"
"""What it is set against: the training part, what was expected, mistakes."""
THIRD: Final = "#00795a"
"""A third thing, where there is one."""
FOURTH: Final = "#a0528a"
FIFTH: Final = "#3fa0d8"
SIXTH: Final = "#a87b00"
"""Where more than three things stand side by side: also told apart by where they end, and by dashes."""
QUIET: Final = "#8a9099"
"""Baselines, and lines for orientation."""
MARK: Final = "#f0c419"
"""A point to look at."""
PALE_SUBJECT: Final = "#8cc0de"
"""The strongest colour of a cell or field: numbers in ink stay legible on it."""
PALE_OTHER: Final = "#e0a583"

DARK: Final[Mapping[str, str]] = MappingProxyType(
    {
        PAPER: "#16181c",
        INK: "#eceae5",
        MUTED: "#a3a9b2",
        RULE: "#33373e",
        SUBJECT: "#62b5ea",
        OTHER: "#f0945a",
        THIRD: "#4cc6a0",
        FOURTH: "#d795c4",
        FIFTH: "#9ad4f5",
        SIXTH: "#e0b548",
        QUIET: "#7d848e",
        MARK: "#f0d24a",
        PALE_SUBJECT: "#1f5f8a",
        PALE_OTHER: "#8a4a22",
    }
)
"""What takes each colour's place on a dark page: a page replaces one by the other in the finished figures."""

SANS: Final = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
TEXT_PX: Final = 13
SMALL_PX: Final = 12
LINE_PX: Final = 2.25
LEVEL_PX: Final = 16
"""One line of labels above a plot."""
HEIGHT_PX: Final = 320
LONGEST_NAME: Final = 32
"""Letters of a name from the data; longer ones would run out of a figure."""
SHORT_NAME: Final = 16
"""Letters of a name that shares its line with other words, or stands at an axis."""


def rgba(colour: str, opacity: float) -> str:
    """Return a colour with an opacity, in the eight-digit form that keeps the six digits for `DARK` to find.

    Example:
        >>> rgba("#0072b2", 0.2)
        '#0072b233'
    """
    return f"{colour}{round(opacity * 255):02x}"


def axis(title: str, *, grid: bool = True, **options: Any) -> dict[str, Any]:
    """Return an axis: no box, a light grid, a small quiet title."""
    return {
        "title": {"text": title, "font": {"size": SMALL_PX, "color": MUTED}, "standoff": 8},
        "showgrid": grid,
        "gridcolor": RULE,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "tickfont": {"size": SMALL_PX, "color": MUTED},
        "automargin": True,
        "fixedrange": True,
        **options,
    }


def share_axis(title: str) -> dict[str, Any]:
    """Return an axis from 0 to 100 per cent, with a little room for dots on its ends."""
    return axis(title, range=[-0.03, 1.03], tickformat=".0%", tickvals=[0, 0.2, 0.4, 0.6, 0.8, 1])


def guide(x: Any, y: Any) -> dict[str, Any]:
    """Return a quiet dotted line for orientation: what guessing gives, or where two things agree."""
    line = {"color": QUIET, "width": 1, "dash": "dot"}
    return {"type": "scatter", "x": x, "y": y, "mode": "lines", "line": line, "hoverinfo": "skip"}


def layout(
    *, alt: str, x: dict[str, Any], y: dict[str, Any], height: int = HEIGHT_PX, lift: int = 0, **options: Any
) -> dict[str, Any]:
    """Return the layout that every figure shares.

    Args:
        alt: What a reader who cannot see the figure must know; kept in the figure as `layout.meta["alt"]`.
        x: The horizontal axis, made by `axis`.
        y: The vertical axis, made by `axis`; its title stands level at its upper end, not sideways.
        height: In pixels, `lift` not counted.
        lift: Pixels to keep free between the plot and its heading.
        options: More fields of the layout.
    """
    title = y["title"]["text"]
    place = {"xref": "paper", "yref": "paper", "yanchor": "bottom", "yshift": 6 + lift}
    heading = label(title, 0, 1, colour=MUTED, **place)
    return {
        "template": "none",
        "meta": {"alt": alt},
        "height": height + lift,
        "autosize": True,
        "margin": {"l": 8, "r": 16, "t": 34 + lift, "b": 44, "pad": 4},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": SANS, "size": TEXT_PX, "color": INK},
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": PAPER, "bordercolor": RULE, "font": {"family": SANS, "size": SMALL_PX, "color": INK}},
        "xaxis": x,
        "yaxis": {name: value for name, value in y.items() if name != "title"},
        **options,
        "annotations": [*([heading] if title else []), *options.get("annotations", ())],
    }


def label(text: str, x: Any, y: Any, *, colour: str = INK, **options: Any) -> dict[str, Any]:
    """Return a direct label: text beside what it names, which a legend would ask the reader to look up."""
    return {
        "text": text,
        "x": x,
        "y": y,
        "showarrow": False,
        "font": {"size": SMALL_PX, "color": colour},
        "xanchor": "left",
        "align": "left",
        **options,
    }


def upright(x: float) -> dict[str, Any]:
    """Return an upright dotted line through the whole plot."""
    line = {"color": INK, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper", "line": line}


def level_label(text: str, x: float, level: int, side: str) -> dict[str, Any]:
    """Return a label above the plot on one of several levels (0 is the lowest); `side` of it touches `x`."""
    return label(text, x, 1, yref="paper", yanchor="bottom", yshift=LEVEL_PX * level + 2, xanchor=side)


def coloured(text: str, colour: str) -> str:
    """Return markup for bold text in the colour of what it names: a heading that needs no legend beside it.

    Example:
        >>> coloured("recall", SUBJECT)
        '<span style="color:#0072b2"><b>recall</b></span>'
    """
    return f'<span style="color:{colour}"><b>{text}</b></span>'


def plain(text: object, longest: int = LONGEST_NAME) -> str:
    """Return text of the data's so that Plotly shows its letters and reads neither markup nor templates into them.

    Example:
        >>> plain("<b>%{x}&"), plain("a" * 30, 4)
        ('&lt;b&gt;%&#123;x}&amp;', 'aaa…')
    """
    short = str(text) if len(str(text)) <= longest else str(text)[: longest - 1] + "…"
    return short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("{", "&#123;")


def lines(text: str, letters: int) -> list[str]:
    """Return text in lines of at most so many letters, all about as long, broken between words only.

    Example:
        >>> lines("one mean per example", 18), lines("", 10)
        (['one mean', 'per example'], [])
    """
    fewest = _broken(text, letters)
    widths = range(math.ceil(len(text) / max(len(fewest), 1)), letters)
    return next((even for width in widths if len(even := _broken(text, width)) <= len(fewest)), fewest)


def _broken(text: str, letters: int) -> list[str]:
    return textwrap.wrap(text, max(letters, 1), break_long_words=False, break_on_hyphens=False)


def alt_of(figure: Any) -> str:
    """Return the alternative text of a figure made here."""
    return str(figure.layout.meta["alt"])
