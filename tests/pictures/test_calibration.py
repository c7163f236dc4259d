"""Calibration curves, on bins written by hand."""

from __future__ import annotations

import pytest

from pellucid.drawing import theme
from pellucid.evaluation.records import CalibrationCurve
from pellucid.pictures.calibration import LARGEST_DOT_PX, SMALLEST_DOT_PX, calibration


def curve(name: str, error: float) -> CalibrationCurve:
    return CalibrationCurve(name=name, predicted=(0.1, 0.9), observed=(0.2, 0.8), counts=(400, 100), error=error)


def test_the_dots_are_the_bins_and_their_areas_the_rows() -> None:
    _, drawn = calibration([curve("yes", 0.1)]).data
    assert (list(drawn.x), list(drawn.y)) == ([0.1, 0.9], [0.2, 0.8])
    assert list(drawn.marker.size) == pytest.approx([LARGEST_DOT_PX, LARGEST_DOT_PX / 2])  # a quarter of the area


def test_the_label_that_is_furthest_off_stands_out() -> None:
    figure = calibration([curve("a", 0.2), curve("b", 0.1)])
    assert figure.data[-1].name == "a"
    assert figure.data[-1].line.color == theme.OTHER
    assert theme.alt_of(figure).endswith("a 20.0\u202f%; b 10.0\u202f%.")


def test_an_empty_bin_is_still_a_dot() -> None:
    empty = CalibrationCurve(name="yes", predicted=(0.5,), observed=(0.5,), counts=(0,), error=0.0)
    assert list(calibration([empty]).data[1].marker.size) == [SMALLEST_DOT_PX]
