"""Texts with coloured words: how much each speaks for the answer of the network, or against it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pellucid.drawing.numbers import number, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pellucid.runs.weighing import TargetWords, WeighedText

FULL_QUANTILE: Final = 0.98  # of the sizes of the weights: the few larger ones get the full colour too
PALEST: Final = 0.06  # of the full colour: fainter ones could not be told from the paper
FACTOR_FROM: Final = 100  # from here on an odds factor is shown without decimals


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of a text and how it is coloured."""

    text: str
    side: str = ""
    """`for` the answer, `against` it, or nothing."""
    share: float = 0.0
    """Of the full colour, up to 1."""
    title: str = ""
    """What the colour means, in numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColouredText:
    """One text as the page shows it."""

    row: int
    truth: str | float
    predicted: str | float
    confidence: float | None
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColouredTexts:
    """The texts of one target, and what the full colour means."""

    mistakes: Mapping[int, ColouredText]
    """By row."""
    right: tuple[ColouredText, ...]
    full: str
    unit: str
    """`log-odds` of the predicted class, or `value`."""

    @property
    def sides(self) -> tuple[str, str]:
        """What the two colours stand for."""
        if self.unit == "value":
            return "makes the prediction higher", "makes it lower"
        return "speaks for the answer", "speaks against it"

    @property
    def explained(self) -> str:
        """How the weights were found and how the colours are to be read."""
        if self.unit == "value":
            meaning = "a word makes the prediction higher when without it the prediction is lower"
        else:
            meaning = "a word speaks for the answer when without it the network is less sure of it"
        return (
            f"Each word was left out, wherever it stands in the text, and the network was asked again: {meaning}. "
            f"The colour is full from {self.full} on, the same in all texts; words without colour change little, "
            "are not in the vocabulary, or stand in a text that was too long to ask for each word. "
            "Of words that say the same, each alone may look unimportant."
        )


def coloured(words: TargetWords) -> ColouredTexts:
    """Return the texts with the colours of their words, on one scale for all.

    Args:
        words: what the run folder holds of one target.
    """
    sizes = sorted(abs(weight) for text in words.texts for _, weight in text.pieces if weight)
    full = sizes[min(int(FULL_QUANTILE * len(sizes)), len(sizes) - 1)] if sizes else 1.0
    texts = [(text, _coloured(text, full, words.unit)) for text in words.texts]
    return ColouredTexts(
        mistakes={text.row: shown for text, shown in texts if not text.right},
        right=tuple(shown for text, shown in texts if text.right),
        full=_meaning(full, words.unit),
        unit=words.unit,
    )


def _coloured(text: WeighedText, full: float, unit: str) -> ColouredText:
    """Return one text with the colours of its words."""
    return ColouredText(
        row=text.row,
        truth=text.truth,
        predicted=text.predicted,
        confidence=text.confidence,
        stretches=tuple(_stretch(piece, weight, full, unit) for piece, weight in text.pieces),
    )


def _stretch(piece: str, weight: float | None, full: float, unit: str) -> Stretch:
    """Return one word with its colour."""
    if weight is None:
        return Stretch(text=piece)
    share = min(abs(weight) / full, 1.0)
    if share < PALEST:
        return Stretch(text=piece, title=_meaning(weight, unit))
    return Stretch(text=piece, side="for" if weight > 0 else "against", share=share, title=_meaning(weight, unit))


def _meaning(weight: float, unit: str) -> str:
    """Return in words what a weight is.

    Example:
        >>> _meaning(math.log(2), "log-odds"), _meaning(-1.5, "value")
        ('odds × 2', '−1.5')
    """
    if unit == "value":
        return f"{'+' if weight > 0 else '−'}{number(abs(weight))}"
    factor = math.exp(min(abs(weight), 50.0))
    shown = whole(factor) if factor >= FACTOR_FROM else number(factor, 2)
    return f"odds {'×' if weight > 0 else '÷'} {shown}"
