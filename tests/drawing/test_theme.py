"""The look of all figures. Contrast is computed as WCAG 2.2 defines it."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.drawing import theme

LEGIBLE = 4.5  # WCAG 2.2, contrast of text, level AA
VISIBLE = 3.0  # WCAG 2.2, contrast of graphics
HEX_DIGITS = set("0123456789abcdef")


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)  # by definition


@pytest.mark.parametrize("colour", [theme.INK, theme.MUTED, theme.SUBJECT, theme.OTHER, theme.THIRD])
def test_colours_of_text_are_legible_on_light_and_on_dark_paper(colour: str) -> None:
    assert contrast(colour, theme.PAPER) >= LEGIBLE
    assert contrast(theme.DARK[colour], theme.DARK[theme.PAPER]) >= LEGIBLE


@pytest.mark.parametrize("colour", [theme.PALE_SUBJECT, theme.PALE_OTHER])
def test_numbers_are_legible_on_the_strongest_cells_in_light_and_dark(colour: str) -> None:
    assert contrast(theme.INK, colour) >= LEGIBLE
    assert contrast(theme.DARK[theme.INK], theme.DARK[colour]) >= LEGIBLE


def test_quiet_dots_are_visible_on_dark_and_on_light_paper() -> None:
    assert contrast(theme.DARK[theme.QUIET], theme.DARK[theme.PAPER]) >= VISIBLE
    assert contrast(theme.QUIET, theme.PAPER) >= VISIBLE


def test_no_dark_colour_is_a_light_one_so_that_replacing_once_is_enough() -> None:
    assert not set(theme.DARK) & set(theme.DARK.values())
    for colour in (*theme.DARK, *theme.DARK.values()):
        assert colour[0] == "#"
        assert len(colour) == 7
        assert set(colour[1:]) <= HEX_DIGITS


def test_plotly_takes_colours_with_opacity() -> None:
    colour = theme.rgba(theme.SUBJECT, 0.5)
    assert colour.startswith(theme.SUBJECT)
    assert go.Figure(go.Bar(x=[1], y=[1], marker={"color": colour})).data[0].marker.color == colour


@given(st.text(), st.integers(2, 40))
def test_plain_text_holds_no_markup_and_is_never_too_long(text: str, longest: int) -> None:
    plain = theme.plain(text, longest)
    assert not set("<>{") & set(plain)
    shown = plain.replace("&lt;", "<").replace("&gt;", ">").replace("&#123;", "{").replace("&amp;", "&")
    assert len(shown) <= longest
    assert shown == text if len(text) <= longest else shown[:-1] == text[: longest - 1]


def test_layout_holds_the_alternative_text_and_lifts_the_heading() -> None:
    laid = theme.layout(alt="what it shows", x=theme.axis("x"), y=theme.axis("height"), lift=16)
    figure = go.Figure(layout=laid)
    assert theme.alt_of(figure) == "what it shows"
    assert figure.layout.height == theme.HEIGHT_PX + 16
    assert figure.layout.annotations[0].text == "height"
