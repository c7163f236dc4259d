"""Figures: Plotly accepts them, nothing jumps while they move, and what stands in the records is in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pellucid.drawing import theme
from pellucid.drawing.figure import figure, least_width, spec
from pellucid.drawing.records import Cells, Edge, Field, Frame, Graph, Node, Picture, Plot, Series


def curve(upto: float, **options: Any) -> Series:
    return Series(**{"name": "a", "x": np.array([0.0, 1.0]), "y": np.array([0.0, upto]), **options})


def moving(*panels: Plot | Cells | Graph) -> Picture:
    frames = tuple(Frame(label=f"step {n}", note=f"n = {n}", panels=(panel,)) for n, panel in enumerate(panels))
    return Picture(alt="it moves", frames=frames)


PANELS = [
    Plot(title="lines", y_title="loss", series=(curve(1), curve(2, name="b", role="other", dashed=True))),
    Plot(series=(curve(1, kind="area"), curve(2, kind="steps", name="b"), curve(3, kind="dots", texts=("p", "q")))),
    Plot(series=(Series(name="bars", x=np.array(["a", "b"]), y=np.array([1.0, 2.0]), kind="bars"),)),
    Plot(series=(curve(10, x=np.array([1.0, 10.0])),), x_log=True, y_log=True, y_range=(0.1, 100.0)),
    *(
        Plot(
            series=(curve(1),),
            field=Field(x=np.arange(3), y=np.arange(2), values=np.arange(6.0).reshape(2, 3) - shift, kind=kind),
            square=True,
        )
        for kind in ("contours", "heat", "regions")
        for shift in (0.0, 2.0)
    ),
    Plot(field=Field(x=np.arange(2), y=np.arange(2), values=np.eye(2), log=True)),
    Cells(values=np.arange(6.0).reshape(2, 3), marked=((0, 1),), row_names=("a", "b"), title="cells"),
    Cells(values=np.array([[-1.5, np.nan], [0.0, 2.0]])),
    Cells(values=np.array([[-1.5, -0.5]]), column_names=("x", "y")),
    Cells(values=np.eye(8), numbers=False),
    Graph(
        nodes=(Node(name="x", x=0, y=0, text="1\n2"), Node(name="y", x=1, y=0, text="2", role="subject")),
        edges=(Edge(start="x", end="y", text="w = 3", role="other"), Edge(start="y", end="x")),
        title="graph",
    ),
]


@pytest.mark.parametrize("panel", PANELS, ids=range(len(PANELS)))
def test_plotly_takes_every_panel_alone_and_moving(panel: Plot | Cells | Graph) -> None:
    still = figure(Picture(alt="still", panels=(panel,)))
    assert theme.alt_of(still) == "still"
    animated = figure(moving(panel, panel))
    assert len(animated.frames) == 2
    assert animated.frames[0].data == ()  # nothing changes, so nothing is sent again


def test_only_what_changes_is_in_the_frames() -> None:
    background = curve(5, name="quiet", role="quiet")
    made = spec(moving(*(Plot(series=(background, curve(float(n)))) for n in range(3))))
    assert [frame["traces"] for frame in made["frames"]] == [[1], [1], [1]]
    assert [frame["data"][0]["y"][-1] for frame in made["frames"]] == [0.0, 1.0, 2.0]


def test_a_moving_picture_opens_on_its_last_frame_and_its_axes_hold_all() -> None:
    made = spec(moving(*(Plot(series=(curve(float(n)),)) for n in (1, 8, 4))))
    assert made["data"][0]["y"][-1] == 4.0
    assert made["layout"]["sliders"][0]["active"] == 2
    low, high = made["layout"]["yaxis"]["range"]
    assert low < 0
    assert high > 8
    assert "step 1:  n = 1" in made["layout"]["sliders"][0]["steps"][1]["label"]


def test_a_long_note_is_broken_into_even_lines_but_not_beside_an_equals_sign() -> None:
    note = "squared error: z = 0.083, p = 0.5207, cross-entropy: z = 0.184, p = 0.5458 at the end"
    frames = (Frame(label="step 1507", note=note, panels=(Plot(series=(curve(1),)),)),) * 2
    label = spec(Picture(alt="long", frames=frames))["layout"]["sliders"][0]["steps"][0]["label"]
    lines = label.split("<br>")
    assert len(lines) == 2
    assert min(map(len, lines)) > 35
    assert not any(line.endswith("=") or line.startswith("=") for line in lines)


def test_a_gap_that_stays_is_no_change() -> None:
    with_gap = Plot(series=(curve(1, y=np.array([np.nan, 1.0])),))
    copied = Plot(series=(curve(1, y=np.array([np.nan, 1.0])),))
    assert [frame["traces"] for frame in spec(moving(with_gap, copied))["frames"]] == [[], []]


def test_a_series_that_grows_is_a_change() -> None:
    short, long = (Plot(series=(curve(1, x=np.arange(n), y=np.arange(n)),)) for n in (1, 2))
    assert [frame["traces"] for frame in spec(moving(short, long))["frames"]] == [[0], [0]]


def test_each_name_stands_in_the_legend_once() -> None:
    made = spec(Picture(alt="two", panels=(Plot(series=(curve(1),)), Plot(series=(curve(2),)))))
    assert [trace["showlegend"] for trace in made["data"]] == [True, False]


@pytest.mark.parametrize(
    ("panel", "wide"),
    [
        (Plot(series=(curve(1),)), False),
        (Cells(values=np.ones((2, 6))), False),
        (Cells(values=np.ones((2, 7))), True),
        (Plot(series=(Series(name="", x=np.array(["a", "b"]), y=np.ones(2), kind="bars"),)), False),
        (Plot(series=(Series(name="", x=np.array(["a" * 20, "b" * 20]), y=np.ones(2), kind="bars"),)), True),
    ],
    ids=range(5),
)
def test_what_does_not_fit_on_a_phone_scrolls(panel: Plot | Cells, wide: bool) -> None:
    assert least_width(Picture(alt="one", panels=(panel,))) == (760 if wide else 320)
    assert least_width(moving(panel)) == least_width(Picture(alt="two", panels=(panel, panel))) == 760
