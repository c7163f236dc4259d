"""What `words.json` holds: how much each word of the texts that are shown speaks for what the network answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Piece = tuple[str, float | None]
"""A stretch of a text and its weight; None of what stands between words, and of words that are not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedText:
    """One text in pieces, which joined give what is shown of it."""

    row: int
    """In the source."""
    truth: str | float
    predicted: str | float
    confidence: float | None
    right: bool
    """Whether the answer is right; the others are among the worst mistakes."""
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetWords:
    """The texts that are shown for one target."""

    target: str
    unit: Literal["log-odds", "value"]
    """What a weight is: by how much the log-odds of the predicted class, or the predicted value, is lower without."""
    texts: tuple[WeighedText, ...]
