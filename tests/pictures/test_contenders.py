"""Network beside baselines, on records written by hand."""

from __future__ import annotations

import pytest

from pellucid.drawing import theme
from pellucid.evaluation.records import Contender, Curves, Score, TargetReport
from pellucid.pictures.contenders import contenders, scored


def contender(
    name: str, value: float | None, half: float | None, kind: str = "baseline", better: bool = True
) -> Contender:
    ends = (None, None) if half is None or value is None else (value - half, value + half)
    found = Score(
        name="accuracy",
        title="accuracy",
        value=value,
        low=ends[0],
        high=ends[1],
        higher_is_better=better,
        percent=better,
        meaning="Share of rows that are right.",
    )
    return Contender(name=name, kind=kind, scores=(found,))  # type: ignore[arg-type]  # a literal


def report(*rows: Contender) -> TargetReport:
    return TargetReport(
        target="y", task="binary", title="", main_score="accuracy", rows=9, contenders=rows, curves=Curves()
    )


def test_dots_and_intervals_are_where_the_scores_are() -> None:
    figure = contenders(report(contender("net", 0.8, 0.05, "network"), contender("trees", 0.7, 0.1)))
    lines, dots = figure.data[::2], figure.data[1::2]
    assert [dot.x[0] for dot in dots] == [0.8, 0.7]
    assert [list(line.x) for line in lines] == [pytest.approx([0.75, 0.85]), pytest.approx([0.6, 0.8])]
    assert [dot.marker.color for dot in dots] == [theme.SUBJECT, theme.QUIET]
    low, high = figure.layout.xaxis.range
    assert low < 0.6 < 0.85 < high


def test_the_alternative_text_holds_every_score() -> None:
    figure = contenders(report(contender("net", 0.8, 0.05, "network"), contender("trees", 0.7, 0.1)))
    alt = theme.alt_of(figure).replace("\u202f", " ")
    assert "net 80.0 % (75.0 % to 85.0 %)" in alt
    assert "trees 70 % (60 % to 80 %)" in alt


def test_the_axis_says_which_way_is_better() -> None:
    rows = [contender("net", 3.0, 0.2, "network", better=False), contender("mean", 4.0, 0.2, better=False)]
    assert contenders(report(*rows)).layout.xaxis.title.text == "accuracy (further left is better)"


def test_contenders_without_the_score_are_left_out() -> None:
    failed = Contender(name="linear", kind="baseline", scores=(), note="failed")
    rows = (contender("net", 0.8, None, "network"), failed, contender("constant", None, None))
    assert [one.name for one, _ in scored(report(*rows))] == ["net"]
    assert len(contenders(report(*rows)).data) == 1  # a dot, no interval


def test_nothing_to_draw_is_an_error() -> None:
    with pytest.raises(ValueError, match="contenders expected a contender with accuracy, got none"):
        contenders(report())


def test_equal_scores_still_have_an_axis() -> None:
    low, high = contenders(report(contender("net", 0.0, None, "network"))).layout.xaxis.range
    assert low < 0 < high
