"""Figures of forecasts, on numbers written by hand."""

from __future__ import annotations

from pellucid.drawing import theme
from pellucid.drawing.numbers import NARROW_SPACE
from pellucid.evaluation.forecast_records import ForecastCurves, ForecastExample, StepErrors
from pellucid.pictures.forecasts import coverage, error_by_step, forecast

EXAMPLE = ForecastExample(
    row=7, label="2020-01", history=(1.0, 2.0), truth=(3.0, 4.0), quantiles=((2.0, 2.5), (3.0, 3.5), (4.0, 4.5))
)
STEPS = (
    StepErrors(name="this network", errors=(1.0, 2.0)),
    StepErrors(name="the last value", errors=(2.0, 3.0)),
    StepErrors(name="linear model", errors=(1.0, 2.01)),
)
CURVES = ForecastCurves(
    levels=(0.1, 0.5, 0.9), below=(0.1, 0.5, 0.9), coverage=(0.7, 0.9), by_step=STEPS, examples=(EXAMPLE,)
)


def plain(text: str) -> str:
    return text.replace(NARROW_SPACE, " ")


def test_a_forecast_continues_what_was() -> None:
    figure = forecast(EXAMPLE, CURVES.levels, 1, "<y>")
    band, truth, median = figure.data
    assert (list(truth.x), list(truth.y)) == ([-1, 0, 1, 2], [1.0, 2.0, 3.0, 4.0])
    assert (list(median.x), list(median.y)) == ([1, 2], [3.0, 3.5])
    assert (list(band.x), list(band.y)) == ([1, 2, 2, 1], [2.0, 2.5, 4.5, 4.0])
    assert "&lt;y&gt;" in figure.layout.annotations[0].text
    assert plain(theme.alt_of(figure)) == (
        "<y> before and after 2020-01, with the forecast of 2 steps and its 80 % interval; off by 0.25 on average."
    )


def test_errors_are_lines_by_step_and_their_names_do_not_collide() -> None:
    figure = error_by_step(STEPS, "y")
    assert [line.name for line in figure.data] == ["this network", "linear model", "the last value"]
    assert list(figure.data[0].y) == [1.0, 2.0]
    shifts = {note.text: note.yshift for note in figure.layout.annotations if note.text in figure.data[0].name}
    assert shifts == {"this network": 0}
    moved = {note.text: note.yshift for note in figure.layout.annotations}
    assert moved["linear model"] > 10  # its line ends where the network's does
    single = error_by_step((StepErrors(name="a", errors=(0.0,)),), "y")
    assert single.data[0].mode == "lines+markers"


def test_coverage_is_drawn_beside_what_was_promised() -> None:
    figure = coverage(CURVES)
    promised, held = figure.data
    assert list(promised.y) == [0.8, 0.8]
    assert list(held.y) == [0.7, 0.9]
    assert "promises 80 %: 80.0 % over all steps, from 70.0 % to 90.0 %" in plain(theme.alt_of(figure))
