"""Texts for networks: a vocabulary of the training texts, and tokens of them all, as compact as their number allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.content import Ragged
from pellucid.data.dataset import Dataset
from pellucid.data.settings import FEWEST_TOKENS, DataSettings
from pellucid.data.text.scripts import unspaced_share
from pellucid.data.text.symbols import are_symbols
from pellucid.data.text.tokenizer import UNKNOWN_TOKEN, size_of, tokens_of, train_tokenizer
from pellucid.data.transforms.inputs import Inputs, RowProblem
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision, InputSpec

if TYPE_CHECKING:
    from pellucid.data.finishing.text import TextFinish

MOST_WORDS: Final = 20_000  # entries of a vocabulary: rarer words of 2,000 film reviews occur three times at most
FEWEST_PIECES, MOST_PIECES = 2_000, 8_000  # of a script without blanks: characters, and the commonest words
CHARACTERS_OF_A_PIECE: Final = (
    64  # in training: more pieces were worse on waimai_10k (89 % with 8,000, 90 % with 3,000)
)
MOST_SYMBOLS: Final = 64  # of sequences of symbols: letters, and the commonest pairs
FEWEST_TIMES: Final = 2  # a word that occurs once in training says nothing of other texts
UNSPACED_SHARE: Final = 0.3  # of the characters: above it the texts are read as one without blanks
SHORT: Final = 256  # tokens up to which nearly all texts are read in full
SHORT_QUANTILE, LONG_QUANTILE = 0.99, 0.95  # of the lengths of the training texts
SOMETHING: Final = r"\S"  # beside blanks
TEXTS_AT_ONCE: Final = 1 << 12
SAMPLE_TEXTS: Final = 10_000  # tell the script
ALIKE: Final = "letter case and the digits of long numbers do not count"
MANY_UNKNOWN: Final = 0.15  # of the tokens of new texts: above it much of what they say is not heard


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTransform:
    """How texts become tokens. Everything in it is plain data."""

    tokenizer: str
    """As JSON of the library `tokenizers`."""
    vocabulary: int
    """Tokens are numbers below this."""
    longest: int
    """Tokens that are read of a text at most."""
    unspaced: bool = False
    """Whether the texts are of a script without blanks."""
    symbols: bool = False
    """Whether the texts are sequences of symbols, such as DNA."""
    cut: int = 0
    """Training texts that are longer."""
    texts: int = 0
    """Training texts."""
    wished: tuple[str, ...] = ()
    """The settings that the user gave: `vocabulary`, `longest`."""
    given: bool = False
    """Whether the tokenizer was not trained here, but is that of a network that has learnt before."""

    def spec(self, examples: int) -> InputSpec:
        """Return what a network is built from."""
        return InputSpec(kind="text", examples=examples, shape=(self.longest,), vocabulary=self.vocabulary)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What the vocabulary holds, and how much of a text is read."""
        if self.unspaced:
            what = "characters and pieces of words"
            reason = f"more than {100 * UNSPACED_SHARE:.0f} % of the characters are of a script without blanks"
            if self.symbols:
                what, reason = "symbols and groups of them", "the texts are long strings of letters without blanks"
        else:
            what, reason = "words and marks", f"those occur at least {FEWEST_TIMES} times in the training texts"
        if "vocabulary" in self.wished:
            reason = "you said so"
        size = Decision(
            topic="vocabulary",
            choice=f"{self.vocabulary - FEWEST_TOKENS:,} {what}; {ALIKE}",
            reason=reason,
            overrule="--vocabulary NUMBER",
        )
        if self.given:
            known = f"{self.vocabulary:,} tokens of the network's own tokenizer"
            size = Decision(topic="vocabulary", choice=known, reason="it has learnt before, with these")
        share = f"{self.cut:,} of {self.texts:,} training texts are longer and are cut"
        bound = "none has more than your" if "longest" in self.wished else "the longest has"
        length = Decision(
            topic="length of texts",
            choice=f"the first {self.longest:,} tokens are read" if self.cut else "all of every training text is read",
            reason=share if self.cut else f"{bound} {self.longest:,} tokens",
            overrule="--longest TOKENS",
            warning=self.cut * 10 > self.texts,
        )
        return size, length

    def finish(self) -> TextFinish:
        """Return what makes a batch of tokens what networks take."""
        from pellucid.data.finishing.text import TextFinish

        return TextFinish()

    def apply(self, dataset: Dataset) -> Inputs:
        """Turn texts into tokens, each of its own length; a missing text is one unknown token, and a problem.

        Raises:
            DataError: the data set holds no texts.
            MissingExtraError: the library `tokenizers` is not installed.
        """
        texts = texts_of(dataset)
        tokens = tokens_of(self.tokenizer, texts.fill_null(""), longest=self.longest)
        empty = np.flatnonzero(~texts.str.contains(SOMETHING).fill_null(value=False).to_numpy())
        named = {problem.row for problem in dataset.problems}
        sentence = f"predict expected a text in {dataset.subject}, got none: fill it in"
        problems = (RowProblem(row=int(row), sentence=sentence) for row in empty if row not in named)
        return Inputs(arrays=(tokens,), problems=(*dataset.problems, *problems))


def texts_of(dataset: Dataset) -> pl.Series:
    """Return the texts.

    Raises:
        DataError: the data set holds none.
    """
    if dataset.kind != "text":
        raise DataError(
            f"predict expected texts, got a {dataset.kind}: name a folder of texts, or a table with a column of them"
        )
    return dataset.frame[dataset.subject]


def fit_text(texts: pl.Series, settings: DataSettings | None = None, tokenizer: str = "") -> TextTransform:
    """Fit the transform on the texts of the training rows, and no others.

    Args:
        texts: of the training rows.
        settings: What the user says about the data.
        tokenizer: that of a network that has learnt before, as JSON; "" trains one.

    Raises:
        DataError: no word occurs twice.
        MissingExtraError: the library `tokenizers` is not installed.

    Example:
        >>> fit_text(pl.Series(["to be", "or not to be"])).vocabulary
        4
    """
    settings = settings or DataSettings()
    present = texts.drop_nulls()
    symbols = are_symbols(texts)
    unspaced = symbols or unspaced_share(present[:SAMPLE_TEXTS]) > UNSPACED_SHARE
    most = MOST_SYMBOLS if symbols else _pieces(present) if unspaced else MOST_WORDS
    trained = tokenizer or train_tokenizer(
        present,
        vocabulary=settings.vocabulary or most,
        fewest=FEWEST_TIMES,
        unspaced=unspaced,
    )
    size = size_of(trained)
    if size <= FEWEST_TOKENS:
        raise DataError(
            f"fit expected texts with words that occur more than once, got {len(present)} without any: add texts"
        )
    lengths = tokens_of(trained, present).lengths
    longest = settings.longest or _longest(lengths)
    return TextTransform(
        tokenizer=trained,
        vocabulary=size,
        longest=longest,
        unspaced=unspaced,
        symbols=symbols,
        cut=int((lengths > longest).sum()),
        texts=len(texts),
        wished=tuple(name for name in ("vocabulary", "longest") if getattr(settings, name) is not None),
        given=bool(tokenizer),
    )


def _pieces(texts: Sequence[str] | pl.Series) -> int:
    """Return how many pieces are learnt of a script without blanks: each has to occur now and then."""
    return min(max(sum(map(len, texts)) // CHARACTERS_OF_A_PIECE, FEWEST_PIECES), MOST_PIECES)


def _longest(lengths: NDArray[np.int64]) -> int:
    """Return how many tokens are read: of short texts nearly all, of long ones what is not the odd one's."""
    longest = int(np.quantile(lengths, SHORT_QUANTILE, method="higher"))
    return longest if longest <= SHORT else int(np.quantile(lengths, LONG_QUANTILE, method="higher"))


def said_unknown(
    transform: TextTransform, inputs: Inputs, parts: Mapping[str, NDArray[np.int64]]
) -> tuple[Decision, ...]:
    """Say how many tokens of each part that is not learnt from are not in the vocabulary that was learnt here."""
    (tokens,) = inputs.arrays
    if transform.given or not isinstance(tokens, Ragged):
        return ()
    counts = np.zeros(len(tokens), np.int64)
    for start in range(0, len(tokens), TEXTS_AT_ONCE):
        starts = tokens.starts[start : start + TEXTS_AT_ONCE]
        unknown = tokens.values[starts[0] : starts[-1] + tokens.lengths[start + len(starts) - 1]] == UNKNOWN_TOKEN
        counts[start : start + len(starts)] = np.add.reduceat(unknown, starts - starts[0], dtype=np.int64)
    shares = {
        name: float(counts[rows].sum() / tokens.lengths[rows].sum())
        for name, rows in parts.items()
        if len(rows) and name != "train"
    }
    if not shares:
        return ()
    said = Decision(
        topic="unknown words",
        choice=", ".join(f"{share:.1%} of the tokens of the {name} part" for name, share in shares.items()),
        reason="they are not in the vocabulary, which holds the training texts' words alone",
        overrule="--vocabulary NUMBER",
        warning=max(shares.values()) > MANY_UNKNOWN,
    )
    return (said,)
