"""Telling texts for people from tables: a file with the ending .txt may hold either."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from pellucid.data.settings import DataSettings
from pellucid.data.text.decoding import decode_texts
from pellucid.data.text.dialect import BLANK, Dialect, parse_rows, sniff
from pellucid.data.text.scripts import count_words
from pellucid.data.text.values import looks_like_number
from pellucid.foundation.errors import DataError

SAMPLE_BYTES: Final = 1 << 16
LINES, LINE_CHARACTERS = 200, 400  # that are looked at
SURE_LINES: Final = 3  # of equally many fields: fewer may be so by chance
CELL_WORDS: Final = 2.0  # mean words between marks: above, the marks are punctuation
LINE_WORDS: Final = 3.0  # mean words of a line: below, the lines are cells of one column
PUNCTUATION: Final = 0.8  # share of commas with a blank behind them: above, they are not written by a program
NUMBERS: Final = 0.5  # share of numbers among the words: above, they are cells


def is_prose(path: Path, *, alone: bool = True) -> bool:
    """Say whether a file holds text for people, rather than a table or bytes.

    Args:
        path: of the file.
        alone: whether it is all there is: then lines of a single word are cells of a column. Of a folder of files no
            table is made, and such lines are short texts: names, emoji.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        raw = file.read(SAMPLE_BYTES)
    whole = raw[: raw.rfind(b"\n") + 1] if len(raw) == SAMPLE_BYTES and b"\n" in raw else raw
    try:
        text = decode_texts([whole], DataSettings(), path).texts[0]
    except DataError:
        return False
    head = "\n".join(line[:LINE_CHARACTERS] for line in text.splitlines()[:LINES])
    return bool(text) and not _is_table(head, alone)


def _is_table(text: str, alone: bool) -> bool:
    """Say whether lines are rows of cells."""
    lines = [line for line in text.splitlines() if line.strip()]
    dialect = sniff(text.encode(), DataSettings())
    words = text.split()
    if sum(map(looks_like_number, words)) > NUMBERS * len(words):
        return True
    if dialect.fields == 1:
        return alone and _mean_words(lines) < LINE_WORDS
    phrases = _mean_words(_cells(text, dialect)) > CELL_WORDS
    punctuation = phrases and dialect.separator == "," and text.count(", ") > PUNCTUATION * text.count(",")
    if len(lines) >= SURE_LINES and not punctuation:
        return _steady(text, dialect)
    return dialect.separator != BLANK and not phrases


def _steady(text: str, dialect: Dialect) -> bool:
    """Say whether most rows have equally many fields."""
    rows = parse_rows(text.encode(), dialect.separator, dialect.quote)
    return sum(len(row) == dialect.fields for row in rows) > len(rows) // 2


def _cells(text: str, dialect: Dialect) -> list[str]:
    """Return all cells."""
    return [cell for row in parse_rows(text.encode(), dialect.separator, dialect.quote) for cell in row]


def _mean_words(texts: list[str]) -> float:
    """Return how many words a text has, in the mean."""
    return float(count_words(pl.Series(texts, dtype=pl.String)).mean() or 0.0)  # type: ignore[arg-type]  # a number
