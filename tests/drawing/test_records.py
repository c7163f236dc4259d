"""Pictures refuse what could not be drawn."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.drawing.records import Cells, Edge, Frame, Graph, Node, Picture, Plot, Series, thin
from pellucid.foundation.errors import RangeError, ShapeError


def line(points: int = 3, name: str = "a") -> Series:
    return Series(name=name, x=np.arange(points), y=np.arange(points))


def frame(label: str, *panels: Plot | Cells | Graph) -> Frame:
    return Frame(label=label, panels=panels)


def test_a_series_wants_one_y_for_each_x() -> None:
    with pytest.raises(ShapeError, match=r"Series expected x and y of one shape \(n,\), got \(3,\) and \(2,\) in 'a'"):
        Series(name="a", x=np.zeros(3), y=np.zeros(2))


def test_an_edge_joins_nodes_that_exist() -> None:
    node = Node(name="x", x=0, y=0, text="1")
    with pytest.raises(RangeError, match="got 'x' to 'y': add the node"):
        Graph(nodes=(node,), edges=(Edge(start="x", end="y"),))


def test_a_picture_has_panels_or_frames() -> None:
    panel = Plot(series=(line(),))
    with pytest.raises(RangeError, match="got both or neither"):
        Picture(alt="nothing")
    with pytest.raises(RangeError, match="got both or neither"):
        Picture(alt="both", panels=(panel,), frames=(frame("1", panel),))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Plot(series=(line(),)), Plot(series=(line(), line()))),
        (Plot(series=(line(name="a"),)), Plot(series=(line(name="b"),))),
        (Cells(values=np.zeros((2, 2))), Cells(values=np.zeros((2, 3)))),
        (Plot(), Cells(values=np.zeros((1, 1)))),
        (
            Graph(nodes=(Node(name="x", x=0, y=0, text=""),), edges=()),
            Graph(nodes=(Node(name="y", x=0, y=0, text=""),), edges=()),
        ),
    ],
)
def test_frames_are_built_alike(first: Plot | Cells | Graph, second: Plot | Cells | Graph) -> None:
    with pytest.raises(RangeError, match="got 'two' built otherwise than 'one'"):
        Picture(alt="x", frames=(frame("one", first), frame("two", second)))


def test_too_many_frames_are_refused() -> None:
    frames = tuple(frame(str(number), Plot()) for number in range(121))
    with pytest.raises(RangeError, match="at most 120 frames, got 121"):
        Picture(alt="x", frames=frames)


def test_where_nothing_moves_the_last_frame_is_shown() -> None:
    picture = Picture(alt="x", frames=(frame("1", Plot(title="first")), frame("2", Plot(title="last"))))
    assert [panel.title for panel in picture.still] == ["last"]


@pytest.mark.parametrize("steps", [1, 2, 39, 40, 41, 1000, 20_001])
def test_thinning_keeps_the_first_and_the_last_step(steps: int) -> None:
    kept = thin(steps)
    assert kept[0] == 0
    assert kept[-1] == steps - 1
    assert len(kept) <= 40
    assert list(kept) == sorted(set(kept))
