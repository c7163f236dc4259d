"""Where panels lie, and the ranges of their axes while the picture moves."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.drawing.figure import spec
from pellucid.drawing.records import Cells, Edge, Field, Frame, Graph, Node, Picture, Plot, Series


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


def layout_of(*panels: Plot | Cells | Graph, columns: int = 1) -> dict[str, Any]:
    return dict(spec(Picture(alt="still", panels=panels, columns=columns))["layout"])


def test_a_long_title_takes_a_second_line_and_the_room_for_it() -> None:
    short = layout_of(Plot(title="loss", y_title="nats", series=(curve(1),)))
    long = layout_of(Plot(title="a title " * 15, y_title="nats", series=(curve(1),)))
    assert "<br>" not in short["annotations"][0]["text"]
    assert long["annotations"][0]["text"].count("<br>") == 2  # two lines of the title, one of the axis
    assert long["height"] - short["height"] == 2 * 17  # TITLE_PX


def test_a_legend_of_many_names_takes_more_lines() -> None:
    few, many = (
        layout_of(Plot(series=tuple(curve(1, name=f"a long name {n}") for n in range(count)))) for count in (3, 12)
    )
    assert many["margin"]["t"] > few["margin"]["t"]


def test_cells_are_as_wide_as_their_column_names_need() -> None:
    square = layout_of(Cells(values=np.ones((4, 4))))["yaxis"]
    wide = layout_of(Cells(values=np.ones((4, 4)), column_names=("negatives", "b", "c", "d")))["yaxis"]
    assert square["scaleratio"] == 1
    assert wide["scaleratio"] < 0.6  # a unit upwards is shorter than one across


def test_row_names_keep_clear_of_the_panel_before() -> None:
    named = Cells(values=np.ones((2, 2)), row_names=("a long name of a row", "b"))
    plain = Cells(values=np.ones((2, 2)))
    assert layout_of(plain, named, columns=2)["xaxis2"]["domain"][0] > 0.56
    assert layout_of(plain, plain, columns=2)["xaxis2"]["domain"][0] < 0.55


def test_pictures_in_grey_and_flat_matrices_are_no_higher_than_their_width_allows() -> None:
    flat = Cells(values=np.ones((2, 40)), numbers=False)
    assert layout_of(flat)["height"] < 100
    assert layout_of(Cells(values=np.ones((28, 28)), numbers=False))["height"] > 340


def test_a_plane_with_equal_units_is_as_flat_as_its_ranges() -> None:
    x, y = np.linspace(-5, 5, 5), np.linspace(-1, 1, 5)
    field = Field(x=x, y=y, values=np.outer(y, x))
    flat, unknown = Plot(field=field, square=True), Plot(series=(curve(1, name=""),), square=True)
    assert layout_of(flat)["height"] < layout_of(unknown)["height"]
    ranged = Plot(series=(curve(1, name=""),), square=True, x_range=(0.0, 10.0), y_range=(0.0, 2.0))
    assert layout_of(ranged)["height"] == layout_of(flat)["height"]


def test_graphs_are_as_high_as_they_have_levels() -> None:
    def graph(levels: int) -> Graph:
        nodes = tuple(Node(name=str(n), x=0, y=n, text="1") for n in range(levels))
        return Graph(nodes=nodes, edges=(Edge(start="0", end="1", text="a text beside an upright arrow"),))

    assert layout_of(graph(2))["height"] < layout_of(graph(3))["height"] < layout_of(graph(9))["height"]
    low, high = layout_of(graph(2))["xaxis"]["range"]
    assert high - low > 0.2  # room for the text, though all nodes lie on one line


def test_categories_stand_level_and_in_lines() -> None:
    names = np.array([f"balanced accuracy {n}" for n in range(9)])
    axis = layout_of(Plot(series=(Series(name="", x=names, y=np.ones(9), kind="bars"),)))["xaxis"]
    assert axis["tickangle"] == 0
    assert axis["categoryarray"] == names.tolist()
    assert axis["ticktext"][0] == "balanced<br>accuracy 0"


def test_short_logarithmic_axes_say_enough_numbers() -> None:
    axis = layout_of(Plot(series=(curve(1, y=np.array([0.4, 0.9])),), y_log=True))["yaxis"]
    assert len(axis["tickvals"]) >= 4
    empty = Series(name="a", x=np.array([]), y=np.array([]))
    assert "tickvals" not in layout_of(Plot(series=(empty,), y_log=True))["yaxis"]
