"""Observed and expected counts, on numbers written by hand."""

from __future__ import annotations

from typing import Any

from pellucid.drawing import theme
from pellucid.evaluation.records import Frequencies
from pellucid.pictures.frequencies import frequencies


def record(**options: Any) -> Frequencies:
    fields: dict[str, Any] = {"values": (0, 1, 2), "observed": (5.0, 3.0, 2.0), "expected": (4.5, 3.5, 2.0)}
    return Frequencies(**{"distribution": "poisson", "open_ended": False, **fields, **options})


def test_bars_are_observed_and_dots_expected() -> None:
    bars, dots = frequencies(record(), "visits").data
    assert (list(bars.x), list(bars.y)) == (["0", "1", "2"], [5, 3, 2])
    assert list(dots.y) == [4.5, 3.5, 2]


def test_the_open_end_and_wide_bars_say_what_they_cover() -> None:
    assert list(frequencies(record(open_ended=True), "visits").data[0].x) == ["0", "1", "2+"]
    wide = record(values=(0, 10, 20), width=10, open_ended=True)
    assert list(frequencies(wide, "visits").data[0].x) == ["0–9", "10–19", "20+"]


def test_the_alternative_text_tells_the_numbers() -> None:
    assert theme.alt_of(frequencies(record(), "visits")).startswith(
        "How many examples have each visits: 0: 5 observed, 4.5 expected; 1:"
    )
