"""Texts as numbers."""

from __future__ import annotations

import sys
from itertools import product

import numpy as np
import pytest

from pellucid.data import content
from pellucid.data.text import tokenizer
from pellucid.data.text.tokenizer import places_of, size_of, tokenizer_of, tokens_of, train_tokenizer
from pellucid.foundation.errors import MissingExtraError

TEXTS = ["The cat sat.", "the CAT ran!", "Don’t sit, don't!"]


def words(trained: str, text: str) -> list[str]:
    return list(tokenizer_of(trained).encode(text).tokens)


def test_words_by_falling_frequency() -> None:
    """By hand: the mark !, cat and the occur twice, ties go by the alphabet; the rest is unknown. 0 is padding."""
    trained = train_tokenizer(TEXTS, vocabulary=5, fewest=2, unspaced=False)
    assert size_of(trained) == 5
    assert [tokens.tolist() for tokens in tokens_of(trained, ["the cat", "dog the", ""])] == [[4, 3], [1, 4], [1]]


def test_words_marks_and_letter_case() -> None:
    trained = train_tokenizer(TEXTS, vocabulary=99, fewest=1, unspaced=False)
    assert words(trained, "Don’t don't SAT!") == ["don’t", "don't", "sat", "!"]
    repeated = train_tokenizer(["so good!!!! <br /><br />10/10 :) １"], vocabulary=99, fewest=1, unspaced=False)
    assert words(repeated, "so good!!!! <br /><br />10/10 :) １") == [
        "so",
        "good",
        "!!!",
        "!",
        "10",
        "/",
        "10",
        ":",
        ")",
        "1",
    ]


def test_characters_without_blanks_are_words_of_their_own_among_words_with_blanks() -> None:
    trained = train_tokenizer(["好吃 very good"], vocabulary=99, fewest=1, unspaced=False)
    assert words(trained, "好吃 very") == ["好", "吃", "very"]


def test_digits_of_long_numbers_are_alike() -> None:
    """A telephone number says that it is one, not which."""
    trained = train_tokenizer(["call 08712 at 10"] * 2, vocabulary=99, fewest=1, unspaced=False)
    assert words(trained, "CALL 09999 at 10 or 12") == ["call", "00000", "at", "10", "[UNK]", "[UNK]"]


def test_pieces_of_a_script_without_blanks() -> None:
    """Pairs that occur three times are joined: 很好 alone does, six times."""
    trained = train_tokenizer(["很好吃", "很好喝", "很好看"] * 2, vocabulary=20, fewest=3, unspaced=True)
    assert words(trained, "很好吃") == ["很好", "吃"]
    assert words(trained, "猫") == ["[UNK]"]


def test_the_same_texts_give_the_same_tokenizer() -> None:
    """Also from one process to the next: ties go by the alphabet, not by a hash."""
    random = np.random.default_rng(0)
    texts = [" ".join(random.choice(list("abcdefgh"), 9)) for _ in range(50)]
    chinese = ["".join(random.choice(list("很好吃喝看来去"), 9)) for _ in range(50)]
    for unspaced, column in ((False, texts), (True, chinese)):
        first, second = (train_tokenizer(column, vocabulary=30, fewest=1, unspaced=unspaced) for _ in range(2))
        assert first == second


def test_of_equally_rare_characters_the_first_are_known() -> None:
    """By hand: ten entries hold five characters; 一 occurs twice, of the others, once each, the four first are kept."""
    many = "".join(chr(0x4E00 + place) for place in range(1, 60))
    for _ in range(3):
        trained = train_tokenizer([many, "一", "一"], vocabulary=10, fewest=2, unspaced=True)
        assert set(tokenizer_of(trained).get_vocab()) == {"[PAD]", "[UNK]", "一", *many[:4]}


def test_long_texts_are_cut_and_large_vocabularies_have_wide_numbers() -> None:
    many = ["".join(letters) for letters in product("abcdefghijklmnopqrstuvwxyz", repeat=4)][:70_000]
    trained = train_tokenizer([" ".join(many)], vocabulary=100_000, fewest=1, unspaced=False)
    (tokens,) = tokens_of(trained, ["aaaa aaab aaac"], longest=2)
    assert (tokens.dtype, len(tokens)) == (np.uint32, 2)


def test_tokens_that_are_many_lie_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    trained = train_tokenizer(TEXTS, vocabulary=99, fewest=1, unspaced=False)
    expected = tokens_of(trained, TEXTS)
    monkeypatch.setattr(content, "MOST_IN_MEMORY", 8)
    monkeypatch.setattr(tokenizer, "BATCH", 2)
    found = tokens_of(trained, TEXTS)
    assert isinstance(found.values, np.memmap)
    assert [tokens.tolist() for tokens in found] == [tokens.tolist() for tokens in expected]
    assert len(tokens_of(trained, [])) == 0


def test_places_of_words_are_those_of_the_text_as_it_was() -> None:
    trained = train_tokenizer(TEXTS, vocabulary=99, fewest=1, unspaced=False)
    text = "The ﬁne  CAT"  # the ligature becomes two letters
    assert [text[start:stop] for start, stop in places_of(trained, text)] == ["The", "ﬁne", "CAT"]


def test_without_the_library_the_install_command_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(MissingExtraError, match=r"the library tokenizers for texts, got none: install it with `pip"):
        train_tokenizer(TEXTS, vocabulary=9, fewest=1, unspaced=False)
