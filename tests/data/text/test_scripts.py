"""Scripts without blanks between words."""

from __future__ import annotations

import polars as pl
import pytest

from pellucid.data.text.scripts import count_words, unspaced_share


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("plain words", 0.0),
        ("很快", 1.0),
        ("ひらがなカタカナー漢字", 1.0),
        ("ไทย", 1.0),
        ("", 0.0),
        ("한국어 글", 0.0),
        ("!?", 0.0),
    ],
)
def test_share_of_letters_without_blanks(text: str, share: float) -> None:
    """Korean puts blanks between words."""
    assert unspaced_share([text]) == pytest.approx(share)


def test_words_are_counted_with_and_without_blanks() -> None:
    """By hand: two words; two pairs of characters; one word and one pair."""
    assert count_words(pl.Series(["two words", "味道很好", "ok 很好", "", None])).to_list() == [2, 2, 2, 0, None]
