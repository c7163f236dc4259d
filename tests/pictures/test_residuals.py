"""Residuals, on rows written by hand."""

from __future__ import annotations

from pellucid.drawing import theme
from pellucid.evaluation.records import Residuals
from pellucid.pictures.residuals import residual_histogram, truth_against_prediction

RECORD = Residuals(
    truth=(1.0, 2.0, 4.0), predicted=(1.5, 2.0, 3.0), edges=(-1.0, 0.0, 2.0), counts=(1, 2), mean=0.17, spread=0.62
)


def test_each_row_is_a_dot_and_the_diagonal_spans_both_axes() -> None:
    diagonal, dots = truth_against_prediction(RECORD, "y").data
    assert (list(dots.x), list(dots.y)) == ([1.5, 2.0, 3.0], [1.0, 2.0, 4.0])
    assert list(diagonal.x) == list(diagonal.y)
    assert diagonal.x[0] < 1.0 < 4.0 < diagonal.x[1]


def test_equal_values_still_have_an_axis() -> None:
    same = Residuals(truth=(3.0,), predicted=(3.0,), edges=(0.0, 1.0), counts=(1,), mean=0.0, spread=0.0)
    low, high = truth_against_prediction(same, "y").layout.xaxis.range
    assert low < 3 < high


def test_bars_stand_over_their_bins() -> None:
    (bars,) = residual_histogram(RECORD, "<y>").data
    assert list(bars.x) == [-0.5, 1.0]
    assert list(bars.width) == [1.0, 2.0]
    assert list(bars.y) == [1, 2]


def test_names_are_shown_and_not_read_as_markup() -> None:
    figure = residual_histogram(RECORD, "<y>")
    assert figure.layout.xaxis.title.text == "residual: true minus predicted &lt;y&gt;"
    assert theme.alt_of(figure) == "Histogram of residuals of <y>: mean 0.17, spread 0.62."
