"""Telling sequences of symbols, such as DNA and proteins, from words and from codes."""

from __future__ import annotations

from typing import Final

import polars as pl

SYMBOLS: Final = r"^(?:[A-Z*.-]+|[a-z*.-]+)$"  # one letter case, marks of gaps and ends; no digit, so that no hash fits
FEWEST_SYMBOLS: Final = 20.0  # in a cell, on the mean: names and codes are shorter
SURE_SHARE: Final = 0.95  # of the cells that look so
SAMPLE_CELLS: Final = 1000


def are_symbols(texts: pl.Series) -> bool:
    """Say whether texts are sequences of symbols: long strings of letters in one case, without blanks and digits.

    Example:
        >>> are_symbols(pl.Series(["ACGTTGCAAGGTCCATTGACGT", "TTGACCAGTACGGTACCATGCA"]))
        True
        >>> are_symbols(pl.Series(["d41d8cd98f00b204e9800998ecf8427e", "antidisestablishmentarianism"]))
        False
    """
    present = texts.drop_nulls().head(SAMPLE_CELLS)
    if not len(present) or present.dtype != pl.String:
        return False
    fits = present.str.contains(SYMBOLS)
    return float(fits.mean() or 0.0) >= SURE_SHARE and float(present.str.len_chars().mean() or 0.0) >= FEWEST_SYMBOLS  # type: ignore[arg-type]  # numbers
