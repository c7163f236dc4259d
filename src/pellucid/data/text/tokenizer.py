"""Texts as numbers: words where there are blanks between them, learnt pieces of a few characters where there are none.

The tokenizer is trained on the training texts alone, and is kept as the JSON that the library writes.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.content import Ragged, joined
from pellucid.data.text.scripts import UNSPACED
from pellucid.foundation.extras import need

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PADDING, UNKNOWN = "[PAD]", "[UNK]"
"""The first two of every vocabulary: 0 and 1."""
UNKNOWN_TOKEN: Final = 1
WORD: Final = rf"[{UNSPACED}]|[^\W{UNSPACED}]+(?:['’][^\W{UNSPACED}]+)*|([^\w\s])\1{{0,2}}"
"""A character of a script without blanks, a word with what an apostrophe joins, or the same mark up to three times."""
RUN: Final = rf"[{UNSPACED}]+|[^\W{UNSPACED}]+(?:['’][^\W{UNSPACED}]+)*|([^\w\s])\1{{0,2}}"
"""The same, but all characters of a script without blanks together: pieces of them are learnt."""
LONG_NUMBERS: Final = r"(?<=\d\d)\d|\d(?=\d\d)|(?<=\d)\d(?=\d)"  # digits of numbers with three or more
BREAKS: Final = r"<br ?/?>"  # of web pages, from which many texts come
BATCH: Final = 2048  # texts at a time: the library's records of tokens are far larger than the tokens


def train_tokenizer(texts: Sequence[str] | pl.Series, *, vocabulary: int, fewest: int, unspaced: bool) -> str:
    """Return a tokenizer as JSON; the same texts give the same one on every machine.

    Args:
        texts: to learn from.
        vocabulary: entries at most, with padding and unknown.
        fewest: how often a word must occur to be an entry.
        unspaced: whether the texts are of scripts without blanks: pieces of several characters are learnt.

    Raises:
        MissingExtraError: the library is not installed.

    Example:
        >>> trained = train_tokenizer(["a good day", "a bad day"], vocabulary=4, fewest=1, unspaced=False)
        >>> list(tokens_of(trained, ["A day!", ""], longest=9))
        [array([2, 3, 1], dtype=uint16), array([1], dtype=uint16)]
    """
    library = need("tokenizers", extra="text", what="texts")
    normalizers, pre_tokenizers, regex = library.normalizers, library.pre_tokenizers, library.Regex
    special = [PADDING, UNKNOWN]
    if unspaced:
        texts = _of_common_characters(texts, vocabulary // 2)
        model = library.models.BPE(unk_token=UNKNOWN)
        trainer = library.trainers.BpeTrainer(
            vocab_size=vocabulary,
            min_frequency=fewest,
            special_tokens=special,
            show_progress=False,
        )
    else:
        model = library.models.WordLevel(unk_token=UNKNOWN)
        trainer = library.trainers.WordLevelTrainer(
            vocab_size=vocabulary, min_frequency=fewest, special_tokens=special, show_progress=False
        )
    tokenizer = library.Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(regex(BREAKS), "\n"),
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Replace(regex(LONG_NUMBERS), "0"),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split(regex(RUN if unspaced else WORD), "removed", invert=True)
    tokenizer.train_from_iterator(texts, trainer, length=len(texts))
    trained: str = tokenizer.to_str()
    return trained


def _of_common_characters(texts: Iterable[str], most: int) -> list[str]:
    """Return texts with a blank for all characters but the commonest: the library's own limit breaks ties by chance."""
    plain = [unicodedata.normalize("NFKC", text).lower() for text in texts]
    counts = Counter(chain.from_iterable(plain))
    rare = sorted(counts, key=lambda character: (-counts[character], character))[most:]
    table = str.maketrans(dict.fromkeys(rare, " "))
    return [text.translate(table) for text in plain]


@lru_cache(maxsize=2)
def tokenizer_of(trained: str) -> Tokenizer:
    """Return the tokenizer that `train_tokenizer` trained.

    Raises:
        MissingExtraError: the library is not installed.
    """
    tokenizer: Tokenizer = need("tokenizers", extra="text", what="texts").Tokenizer.from_str(trained)
    return tokenizer


def size_of(trained: str) -> int:
    """Return the number of entries of the vocabulary."""
    return tokenizer_of(trained).get_vocab_size()


def tokens_of(trained: str, texts: Sequence[str] | pl.Series, *, longest: int | None = None) -> Ragged:
    """Return the tokens of each text, at least one: a text without any is one that is unknown.

    Args:
        trained: the tokenizer.
        texts: of which empty ones are allowed.
        longest: tokens after which a text is cut; None: nowhere.
    """
    tokenizer, size = tokenizer_of(trained), size_of(trained)
    dtype = np.dtype(np.uint16 if size <= np.iinfo(np.uint16).max + 1 else np.uint32)
    lengths = np.zeros(len(texts), np.int64)

    def parts() -> Iterator[NDArray[np.unsignedinteger]]:
        for start in range(0, len(texts), BATCH):
            batch = tokenizer.encode_batch_fast(list(texts[start : start + BATCH]), add_special_tokens=False)
            tokens = [encoding.ids[:longest] or [UNKNOWN_TOKEN] for encoding in batch]
            lengths[start : start + BATCH] = list(map(len, tokens))
            yield np.fromiter(chain.from_iterable(tokens), dtype)

    values = joined(parts(), dtype)
    return Ragged(values, np.cumsum(lengths) - lengths, lengths)


def places_of(trained: str, text: str) -> list[tuple[int, int]]:
    """Return where in the text each token begins and ends."""
    return list(tokenizer_of(trained).encode(text, add_special_tokens=False).offsets)
