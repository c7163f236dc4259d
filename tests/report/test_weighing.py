"""Texts with coloured words."""

from __future__ import annotations

import math

import pytest

from pellucid.report.weighing import coloured
from pellucid.runs.weighing import Piece, TargetWords, WeighedText


def text(*pieces: Piece, row: int = 0, right: bool = False) -> WeighedText:
    return WeighedText(row=row, truth="neg", predicted="pos", confidence=0.9, right=right, pieces=pieces)


def test_colours_are_on_one_scale_for_all_texts() -> None:
    """By hand: the full colour stands for the largest weight, 2; 0.1 is a twentieth of it and stays plain."""
    one = text(("good", 2.0), (" ", None), ("bad", -1.0), (" ", None), ("the", 0.1))
    two = text(("fine", 1.0), row=7, right=True)
    texts = coloured(TargetWords(target="label", unit="log-odds", texts=(one, two)))
    assert list(texts.mistakes) == [0]
    found = [(s.text, s.side, s.share) for s in texts.mistakes[0].stretches]
    assert found == [("good", "for", 1.0), (" ", "", 0.0), ("bad", "against", 0.5), (" ", "", 0.0), ("the", "", 0.0)]
    assert [(said.row, said.stretches[0].share) for said in texts.right] == [(7, 0.5)]


def test_what_a_colour_means_is_said_in_odds_or_in_units() -> None:
    odds = coloured(
        TargetWords(target="a", unit="log-odds", texts=(text(("x", -math.log(3)), ("y", 6.0), ("z", 0.01)),))
    )
    assert [s.title for s in odds.mistakes[0].stretches] == ["odds ÷ 3", "odds × 403", "odds × 1"]
    assert odds.full == "odds × 403"
    assert odds.sides == ("speaks for the answer", "speaks against it")
    assert "without it the network is less sure of it. The colour is full from odds × 403 on" in odds.explained
    value = coloured(TargetWords(target="a", unit="value", texts=(text(("x", -1.5), ("y", 0.25)),)))
    assert [s.title for s in value.mistakes[0].stretches] == ["−1.5", "+0.25"]
    assert value.full == "+1.5"
    assert value.sides == ("makes the prediction higher", "makes it lower")
    assert "without it the prediction is lower. The colour is full from +1.5 on" in value.explained


@pytest.mark.parametrize("pieces", [(), (("x", None),), (("x", 0.0),)])
def test_texts_without_weights_are_plain(pieces: tuple[Piece, ...]) -> None:
    texts = coloured(TargetWords(target="a", unit="value", texts=(text(*pieces),)))
    assert all(not stretch.side for stretch in texts.mistakes[0].stretches)
