"""What a picture holds, as plain records: whoever has something to show says what, never how it is drawn.

A concept and an experiment return a `Picture`. `drawing.figure` makes a Plotly figure of it, `drawing.terminal` a plot
of letters; a picture with frames is stepped through. Colours are named by role (see `drawing.theme`), so that the
first series of every picture looks the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.foundation.errors import RangeError, ShapeError

Array = NDArray[Any]

Role = Literal["subject", "other", "third", "fourth", "fifth", "sixth", "quiet", "mark"]
"""The colour: of what the picture is about, of what it is set against, of further things; lines for orientation; a
point to look at."""
ROLES: Final[tuple[Role, ...]] = ("subject", "other", "third", "fourth", "fifth", "sixth")
"""Those for series that stand side by side, in this order."""

MOST_FRAMES: Final = 120
"""A picture with more would make a page that takes seconds to open."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # arrays have no single truth value
class Series:
    """Points (x, y) with a name: joined by a line, as dots, as bars, or as steps."""

    name: str
    """For the legend; empty: not in it."""
    x: Array
    """(n,) numbers, or names of categories for bars."""
    y: Array
    """(n,); NaN interrupts a line."""
    kind: Literal["line", "dots", "line and dots", "bars", "steps", "area"] = "line"
    role: Role = "subject"
    dashed: bool = False
    texts: tuple[str, ...] = ()
    """One short label for each point, written beside it."""

    def __post_init__(self) -> None:
        """Check the lengths."""
        if np.shape(self.x) != np.shape(self.y) or np.ndim(self.x) != 1:
            raise ShapeError(
                f"Series expected x and y of one shape (n,), got {np.shape(self.x)} and {np.shape(self.y)} "
                f"in {self.name!r}: pass one y for each x"
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # arrays have no single truth value
class Field:
    """Heights over a plane, behind the series of a plot: contour lines, smooth colours, or two regions."""

    x: Array
    """(w,), rising."""
    y: Array
    """(h,), rising."""
    values: Array
    """(h, w); for regions, below 0 is one side and above 0 the other."""
    kind: Literal["contours", "heat", "regions"] = "contours"
    levels: int = 24
    """How many contour lines."""
    log: bool = False
    """Whether contour lines and colours follow the logarithm of the values (positive ones only)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Series on two axes, with a field behind them where there is one."""

    title: str = ""
    x_title: str = ""
    y_title: str = ""
    series: tuple[Series, ...] = ()
    field: Field | None = None
    x_log: bool = False
    y_log: bool = False
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    square: bool = False
    """Whether a unit is as long on both axes: for planes."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # arrays have no single truth value
class Cells:
    """A matrix as coloured cells: with its numbers written in them, or as a picture in grey."""

    values: Array
    """(h, w); NaN is an empty cell."""
    title: str = ""
    numbers: bool = True
    """Whether each cell says its number."""
    digits: int = 2
    """Decimals of those numbers; whole numbers are written without."""
    marked: tuple[tuple[int, int], ...] = ()
    """Cells (row, column) to frame: where the kernel lies, which is the maximum."""
    mark_role: Role = "other"
    row_names: tuple[str, ...] = ()
    column_names: tuple[str, ...] = ()
    low: float | None = None
    """Value of the palest colour; None: the least value of all frames."""
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node of a graph, at a place, with a text in it."""

    name: str
    x: float
    y: float
    text: str
    role: Role = "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """An arrow from one node to another, with a text at its middle."""

    start: str
    end: str
    text: str = ""
    role: Role = "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Nodes and arrows: a network with its numbers, a computational graph, a recurrent net unrolled."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    title: str = ""

    def __post_init__(self) -> None:
        """Check that every edge joins two nodes that exist."""
        names = {node.name for node in self.nodes}
        for edge in self.edges:
            if not {edge.start, edge.end} <= names:
                raise RangeError(
                    f"Graph expected edges between its nodes, got {edge.start!r} to {edge.end!r}: add the node"
                )


Panel = Plot | Cells | Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One step of a picture that moves: its panels, and what happens in it."""

    label: str
    """Short, for the slider: `step 3`."""
    panels: tuple[Panel, ...]
    note: str = ""
    """One line that says what is computed here, with its numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One or several panels side by side; with frames, the panels change from step to step."""

    alt: str
    """What a reader who cannot see the picture must know: one or two sentences with the numbers that matter."""
    panels: tuple[Panel, ...] = ()
    frames: tuple[Frame, ...] = ()
    """Instead of panels. Every frame has the same panels with the same series in the same order."""
    columns: int = 2
    """How many panels stand side by side before the next row begins."""

    def __post_init__(self) -> None:
        """Check that there is something to draw, and that all frames are built alike."""
        if bool(self.panels) == bool(self.frames):
            raise RangeError("Picture expected either panels or frames, got both or neither: pass one of them")
        if len(self.frames) > MOST_FRAMES:
            raise RangeError(
                f"Picture expected at most {MOST_FRAMES} frames, got {len(self.frames)}: keep every k-th step"
            )
        for first, second in pairwise(self.frames):
            if _structure(first.panels) != _structure(second.panels):
                raise RangeError(
                    f"Picture expected every frame to have the same panels and series, got {second.label!r} built "
                    f"otherwise than {first.label!r}: keep a series with no points where there is nothing to show"
                )

    @property
    def still(self) -> tuple[Panel, ...]:
        """The panels where nothing can move: those of the last frame, which shows the whole."""
        return self.frames[-1].panels if self.frames else self.panels


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of texts and numbers under named columns, shown as a table on a page and in the terminal."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | float | int | bool, ...], ...]


def thin(steps: int, most: int = 40) -> tuple[int, ...]:
    """Return which of `steps` steps (0 … steps - 1) to show as frames: early ones densely, the first and last always.

    Example:
        >>> thin(5), thin(1000, 6)
        ((0, 1, 2, 3, 4), (0, 3, 15, 62, 250, 999))
    """
    if steps <= most:
        return tuple(range(steps))
    places = np.geomspace(1, steps, most).round().astype(int) - 1
    return tuple(sorted(set(places.tolist())))


def _structure(panels: tuple[Panel, ...]) -> tuple[Any, ...]:
    return tuple(_shape_of(panel) for panel in panels)


def _shape_of(panel: Panel) -> tuple[Any, ...]:
    match panel:
        case Plot():
            return ("plot", panel.field is None, tuple((one.name, one.kind) for one in panel.series))
        case Cells():
            return ("cells", np.shape(panel.values))
        case Graph():
            return ("graph", tuple(node.name for node in panel.nodes), len(panel.edges))
