"""The traces of one panel: colours that mean the same in all frames, numbers and texts as a person reads them."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.drawing.figure import spec
from pellucid.drawing.panels import LEAST_NODE_PX, MOST_NODE_PX, traces_of
from pellucid.drawing.records import Cells, Frame, Graph, Node, Picture, Plot, Series


def curve(upto: float, **options: Any) -> Series:
    return Series(**{"name": "a", "x": np.array([0.0, 1.0]), "y": np.array([0.0, upto]), **options})


def moving(*panels: Plot | Cells) -> Picture:
    return Picture(alt="it moves", frames=tuple(Frame(label="step", panels=(panel,)) for panel in panels))


def heat_of(picture: Picture) -> dict[str, Any]:
    return next(trace for trace in spec(picture)["data"] if trace["type"] == "heatmap")


def test_cells_mean_the_same_colour_in_all_frames() -> None:
    picture = moving(Cells(values=np.array([[1.0]])), Cells(values=np.array([[9.0]])))
    heat = heat_of(picture)
    assert (heat["zmin"], heat["zmax"]) == (0.0, 9.0)


def test_numbers_of_cells_are_written_as_a_person_would() -> None:
    values = np.array([[-1.5, np.nan, 0.004]])
    assert heat_of(Picture(alt="x", panels=(Cells(values=values),)))["text"].tolist() == [["−1.50", "", "0.00"]]
    assert heat_of(Picture(alt="x", panels=(Cells(values=np.eye(1)),)))["text"].tolist() == [["1"]]


def test_text_of_a_person_cannot_become_markup() -> None:
    made = spec(Picture(alt="x", panels=(Plot(title="<b>x</b>", series=(curve(1, name="<i>f"),)),)))
    assert made["data"][0]["name"] == "&lt;i&gt;f"
    assert "&lt;b&gt;" in made["layout"]["annotations"][0]["text"]


def test_nodes_are_large_enough_for_their_texts() -> None:
    def size(text: str) -> float:
        graph = Graph(nodes=(Node(name="x", x=0, y=0, text=text),), edges=())
        return float(traces_of(graph, (graph,))[-1]["marker"]["size"])

    assert size("1") == LEAST_NODE_PX
    assert LEAST_NODE_PX < size("h = 0.5\nlonger") < size("h = 0.501") < MOST_NODE_PX
    assert size("far more than fits") == MOST_NODE_PX
