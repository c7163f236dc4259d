"""Cells of the table of scores, on records written by hand."""

from __future__ import annotations

from typing import Any

import pytest

from pellucid.evaluation.records import Contender, Curves, Difference, Score, TargetReport
from pellucid.report import scores


def score(value: float | None, low: float | None = None, high: float | None = None, **options: Any) -> Score:
    fields = {"name": "s", "title": "s", "higher_is_better": True, "percent": False, "meaning": "", **options}
    return Score(value=value, low=low, high=high, **fields)


def report(*found: Score) -> TargetReport:
    rows = tuple(
        Contender(name=f"c{place}", kind="baseline" if place else "network", scores=(one,))
        for place, one in enumerate(found)
    )
    return TargetReport(target="y", task="", title="", main_score="s", rows=1, contenders=rows, curves=Curves())


def test_a_row_has_the_decimals_of_the_network() -> None:
    ours = score(0.8134, 0.78, 0.84)
    assert scores.cell(ours, ours) == {"value": "0.813", "interval": "0.780 to 0.840"}
    assert scores.cell(score(0.693147, 0.693147, 0.693147), ours) == {"value": "0.693", "interval": ""}
    assert scores.cell(None, ours) == scores.cell(score(None), ours) == {"value": "–", "interval": ""}
    assert scores.cell(score(12.3), score(None))["value"] == "12.3"


def test_the_best_are_named() -> None:
    assert scores.best(report(score(1.0), score(2.0), score(2.0)), score(1.0)) == ("c1", "c2")
    assert scores.best(report(score(1.0), score(2.0)), score(1.0, higher_is_better=False)) == ("c0",)
    assert scores.best(report(score(1.0), score(2.0)), score(1.0, higher_is_better=None)) == ()
    assert scores.best(report(score(1.0), score(None)), score(1.0)) == ()
    assert scores.best(report(score(None), score(None)), score(None)) == ()


@pytest.mark.parametrize(
    ("difference", "percent", "said", "value", "interval"),
    [
        (("better", 0.02, 0.01, 0.03), True, "better", "+2.0 points", "+1.0 to +3.0"),
        (("worse", -0.2, -0.3, -0.1), False, "worse", "−0.20", "−0.30 to −0.10"),
        (("noise", 0.02, -0.01, 0.05), False, "no clear difference", "+0.020", "−0.010 to +0.050"),
        (("noise", 0.02, None, None), False, "no interval to tell by", "+0.0200", ""),
    ],
)
def test_the_network_against_a_baseline(
    difference: tuple[Any, ...], percent: bool, said: str, value: str, interval: str
) -> None:
    verdict, gained, low, high = difference
    held = Difference(score="s", value=gained, low=low, high=high, verdict=verdict)
    baseline = Contender(name="b", kind="baseline", scores=(), difference=held)
    found = scores.versus(baseline, report(score(0.8, percent=percent)))
    assert found == {"said": said, "verdict": verdict, "value": value, "interval": interval}


def test_the_network_is_not_set_against_itself() -> None:
    assert not any(scores.versus(report(score(0.8)).network, report(score(0.8))).values())
