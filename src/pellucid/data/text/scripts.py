"""Scripts that put no blanks between words: Chinese, Japanese, Thai, Lao, Khmer, Burmese."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

UNSPACED: Final = r"\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
"""Inside the brackets of a regular expression, of Rust's and of Oniguruma's kind."""
CHARACTERS_OF_A_WORD: Final = 2  # of a Chinese word about 1.6, of a Thai one about 4


def unspaced_share(texts: Iterable[str]) -> float:
    """Return the share of the letters and digits that are of scripts without blanks.

    Example:
        >>> unspaced_share(["好吃 ok"])
        0.5
    """
    column = pl.Series("text", list(texts), dtype=pl.String)
    patterns = (f"[{UNSPACED}]", r"[\p{L}\p{N}]")
    unspaced, letters = (int(column.str.count_matches(pattern).to_numpy().sum()) for pattern in patterns)
    return unspaced / max(letters, 1)


def count_words(column: pl.Series) -> pl.Series:
    """Return how many words each text has, about, whether there are blanks between them or not.

    Example:
        >>> count_words(pl.Series(["two words", "很快很好"])).to_list()
        [2.0, 2.0]
    """
    spaced = column.str.count_matches(rf"[^\s{UNSPACED}]+")
    return spaced + column.str.count_matches(f"[{UNSPACED}]") / CHARACTERS_OF_A_WORD
