"""Pictures and pages as lines of text."""

from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console, RenderableType

from pellucid.drawing.letters import HEIGHT, WIDTH
from pellucid.drawing.page import Page, Section, Verdict
from pellucid.drawing.records import Cells, Edge, Field, Frame, Graph, Node, Panel, Picture, Plot, Series, Table
from pellucid.drawing.terminal import drawn, told


def text_of(parts: list[RenderableType]) -> str:
    console = Console(file=io.StringIO(), width=100)
    for part in parts:
        console.print(part)
    return console.file.getvalue()  # type: ignore[attr-defined]


def plotted(*series: Series, **options: object) -> str:
    return text_of(drawn(Picture(alt="x", panels=(Plot(series=series, **options),))))  # type: ignore[arg-type]


def test_a_rising_line_goes_from_corner_to_corner() -> None:
    lines = plotted(Series(name="", x=np.array([0.0, 1.0]), y=np.array([0.0, 5.0]))).splitlines()
    assert len(lines) == HEIGHT + 1
    assert lines[0].startswith("5 ")
    assert lines[0].rstrip("⠀ ")[-1] not in "⠀ "
    assert len(lines[0].rstrip("⠀ ")) == WIDTH + 2  # the last column is reached
    assert lines[HEIGHT - 1][2] != "⠀"
    assert lines[HEIGHT].split() == ["0", "1"]


def test_dots_are_not_joined() -> None:
    dots = plotted(Series(name="", x=np.array([0.0, 1.0]), y=np.array([0.0, 1.0]), kind="dots"))
    assert dots.count("●") == 2
    assert not any("⠀" <= letter <= "⣿" for letter in dots)


def test_many_points_are_small_and_marks_are_seen_among_them() -> None:
    many = Series(name="", x=np.linspace(0, 1, 100), y=np.linspace(0, 1, 100), kind="dots")
    mark = Series(name="", x=np.array([0.5]), y=np.array([0.9]), kind="dots", role="mark")
    drawing = plotted(many, mark)
    assert drawing.count("●") == 0
    assert drawing.count("◆") == 1


def test_the_line_between_two_regions_is_drawn_over_the_whole_field() -> None:
    x = np.linspace(0.0, 4.0, 41)
    field = Field(x=x, y=x, values=np.tile(x - 2.0, (41, 1)), kind="regions")
    lines = plotted(field=field, y_title="x2").splitlines()
    assert lines[0] == "x2"
    assert lines[1].startswith("4 ")
    assert all(abs(len(line) - WIDTH / 2 - 2) <= 1 for line in lines[1:-1])  # upright, at half of the width


def test_a_histogram_is_columns_from_zero() -> None:
    lines = plotted(Series(name="", x=np.array([0.0, 1.0]), y=np.array([2.0, 1.0]), kind="bars")).splitlines()
    assert lines[HEIGHT - 1].startswith("0 ")
    assert len(lines[0]) == 3  # only the first column is as high as the plot
    assert {len(line) for line in lines[HEIGHT // 2 + 1 : HEIGHT]} == {WIDTH + 2}


def test_several_series_of_bars_are_listed_under_their_names_on_one_scale() -> None:
    names = np.array(["cat", "dog"])
    first = Series(name="a", x=names, y=np.array([0.0, 2.0]), kind="bars")
    second = Series(name="b", x=names, y=np.array([4.0, 0.0]), kind="bars", role="other")
    lines = plotted(first, second).splitlines()
    assert [lines[0], lines[3]] == ["■ a", "■ b"]
    assert lines[4].count("█") == 2 * lines[2].count("█") > 0


def test_panels_are_parted_by_an_empty_line() -> None:
    panels = (Cells(values=np.eye(2)), Cells(values=np.eye(2)))
    assert text_of(drawn(Picture(alt="two", panels=panels))).splitlines()[2] == ""


def test_gaps_interrupt_a_line() -> None:
    y = np.array([0.0, np.nan, 1.0])
    gap = plotted(Series(name="", x=np.arange(3.0), y=y))
    assert sum(letter > "⠀" for letter in gap if "⠀" <= letter <= "⣿") == 2


def test_logarithmic_axes_say_their_own_numbers() -> None:
    drawing = plotted(Series(name="s", x=np.array([1, 1000.0]), y=np.array([0.01, 1.0])), x_log=True, y_log=True)
    assert "■ s" in drawing
    assert "0.01 " in drawing
    assert "1,000" in drawing


def test_points_outside_the_range_are_left_out() -> None:
    inside = plotted(Series(name="", x=np.array([0, 50.0]), y=np.array([0, 0.5])), x_range=(0, 1), y_range=(0.1, 1))
    assert all(letter == "⠀" for letter in inside if "⠀" <= letter <= "⣿")


@pytest.mark.parametrize("y", [np.array([np.nan]), np.array([3.0])])
def test_a_single_point_or_none_still_has_axes(y: np.ndarray) -> None:  # type: ignore[type-arg]
    assert len(plotted(Series(name="", x=np.zeros(1), y=y)).splitlines()) == HEIGHT + 1


def test_bars_are_as_long_as_they_are_high() -> None:
    drawing = plotted(Series(name="", x=np.array(["cat", "dog"]), y=np.array([1.0, 2.0]), kind="bars"))
    cat, dog = drawing.splitlines()
    assert dog.count("█") == 2 * cat.count("█")
    assert plotted(Series(name="", x=np.array(["cat"]), y=np.array([np.nan]), kind="bars")).split() == ["cat", "none"]


def cells(**options: object) -> str:
    return text_of(drawn(Picture(alt="x", panels=(Cells(**options),))))  # type: ignore[arg-type]


def test_cells_are_numbers_under_their_names() -> None:
    drawing = cells(
        values=np.array([[1.0, np.nan], [0.25, 4.0]]), row_names=("a", "b"), column_names=("u", "v"), title="t"
    )
    assert drawing.split() == ["t", "u", "v", "a", "1.00", "b", "0.25", "4.00"]


def test_whole_numbers_have_no_decimals_and_large_matrices_are_described() -> None:
    assert cells(values=np.eye(2), marked=((0, 0),)).split() == ["1", "0", "0", "1"]
    assert "a picture of 30 by 30 values" in cells(values=np.eye(30))


def test_graphs_are_their_arrows() -> None:
    nodes = (Node(name="x", x=0, y=0, text="x = 1"), Node(name="y", x=1, y=0, text="y = 2"))
    panel: Panel = Graph(nodes=nodes, edges=(Edge(start="x", end="y", text="w = 2"),) * 42)
    drawing = text_of(drawn(Picture(alt="x", frames=(Frame(label="1", panels=(panel,)),))))
    assert drawing.startswith("y = 2 ← x = 1 (w = 2), x = 1 (w = 2)")
    assert "… and 2 more arrows" in drawing
    short = Graph(nodes=nodes, edges=(Edge(start="x", end="y"),))
    assert text_of(drawn(Picture(alt="x", panels=(short,)))) == "y = 2 ← x = 1\n"


def test_a_page_tells_everything_but_its_folded_parts() -> None:
    page = Page(
        kind="experiment",
        group="optimization",
        name="walk",
        title="a walk",
        summary="Where does it go?",
        formula="x <- x - g",
        latex="x",
        picture=Picture(alt="x", panels=(Plot(),)),
        sections=(
            Section(title="Words", paragraphs=("one",), items=("two",), pairs=(("rate = 1", "how fast"),)),
            Section(
                title="Out",
                verdicts=(
                    Verdict(sentence="it falls", holds=True, measured="10 to 1"),
                    Verdict(sentence="it ends", holds=False, measured="never, after 9"),
                ),
            ),
            Section(title="Numbers", table=Table(title="Numbers", columns=("step", "x"), rows=((1, 0.5), (2, True)))),
            Section(title="Example", code=">>> 1 + 1\n2"),
            Section(title="Code", code="secret = 1", folded=True),
        ),
        source="A. Author, 1847",
    )
    said = text_of(told(page))
    for words in (
        "a walk",
        "✓ holds  it falls",
        "✗ does not hold  it ends",
        "· two",
        "0.5",
        "yes",
        ">>> 1 + 1",
        "1847",
    ):
        assert words in said
    assert "secret" not in said
    assert said.count("Numbers") == 1
