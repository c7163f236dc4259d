"""Where panels lie, and the ranges of their axes while the picture moves."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.drawing.figure import spec
from pellucid.drawing.records import Cells, Frame, Picture, Plot, Series


def curve(upto: float, **options: Any) -> Series:
    return Series(**{"name": "a", "x": np.array([0.0, 1.0]), "y": np.array([0.0, upto]), **options})


def moving(*panels: Plot | Cells) -> Picture:
    return Picture(alt="it moves", frames=tuple(Frame(label="step", panels=(panel,)) for panel in panels))


def test_logarithmic_axes_hold_positive_numbers_only() -> None:
    made = spec(moving(*(Plot(series=(curve(float(n)),), y_log=True) for n in (1, 100))))
    low, high = made["layout"]["yaxis"]["range"]  # of the exponents: 0 has none
    assert -1 < low < 0
    assert 2 < high < 3


def test_frames_without_any_point_leave_the_range_to_plotly() -> None:
    empty = Series(name="a", x=np.array([]), y=np.array([]))
    made = spec(moving(Plot(series=(empty,)), Plot(series=(empty,))))
    assert "range" not in made["layout"]["yaxis"]


def test_panels_lie_side_by_side_and_in_rows() -> None:
    made = spec(Picture(alt="three", panels=tuple(Plot(series=(curve(1),)) for _ in range(3)), columns=2))
    layout = made["layout"]
    assert layout["xaxis"]["domain"][1] < layout["xaxis2"]["domain"][0]
    assert layout["xaxis3"]["domain"] == [0.0, 1.0]  # alone in its row, it has all of it
    assert layout["yaxis3"]["domain"][1] < layout["yaxis"]["domain"][0]
