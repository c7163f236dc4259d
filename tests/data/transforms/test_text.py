"""Texts as tokens."""

from __future__ import annotations

import json

import msgspec
import numpy as np
import polars as pl
import pytest
import torch

from pellucid.data.content import Ragged, gathered
from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.transforms.inputs import Inputs, RowProblem
from pellucid.data.transforms.text import TextTransform, _pieces, fit_text, said_unknown, texts_of
from pellucid.foundation.errors import DataError

TEXTS = ["to be or not to be", "to be", "that is the question", "the rest is silence"]


def dataset(*texts: str | None, problems: tuple[RowProblem, ...] = ()) -> Dataset:
    frame = pl.DataFrame({"line": pl.Series(texts, dtype=pl.String)})
    rows = np.arange(len(texts))
    return Dataset(kind="text", name="", frame=frame, subject="line", source_rows=rows, problems=problems)


def test_vocabulary_and_length_by_hand() -> None:
    """be, is, the, to occur twice or oftener; the longest text has six tokens."""
    transform = fit_text(pl.Series(TEXTS))
    assert transform.vocabulary == 2 + 4
    spec = transform.spec(4)
    assert (spec.kind, spec.shape, spec.vocabulary, spec.examples) == ("text", (6,), 6, 4)
    size, length = transform.decisions
    assert size.choice == "4 words and marks; letter case and the digits of long numbers do not count"
    assert length.choice == "all of every training text is read"
    assert length.reason == "the longest has 6 tokens"


def test_tokens_are_ragged_and_small() -> None:
    transform = fit_text(pl.Series(TEXTS))
    inputs = transform.apply(dataset("be to", "silence", "To be or not to be that"))
    (tokens,) = inputs.arrays
    assert isinstance(tokens, Ragged)
    assert tokens.values.dtype == np.uint16
    padded, lengths = gathered(tokens, np.arange(3))
    be, to = 2, 5  # behind padding and unknown: be and to occur three times, to after be in the alphabet
    assert lengths.tolist() == [2, 1, 6]
    assert padded[1].tolist() == [1, 0, 0, 0, 0, 0]
    assert {int(padded[0, 0]), int(padded[0, 1])} <= {be, 3, 4, to}
    (finished,) = transform.finish()((torch.from_numpy(padded), torch.from_numpy(lengths)), None)
    assert finished.dtype == torch.int64
    assert finished.tolist() == padded.tolist()


def test_it_goes_to_json_and_back() -> None:
    transform = fit_text(pl.Series(TEXTS))
    back = msgspec.convert(json.loads(json.dumps(msgspec.to_builtins(transform))), TextTransform)
    assert back == transform
    texts = dataset("to be", "the question")
    first, second = (one.apply(texts).arrays[0] for one in (transform, back))
    assert isinstance(first, Ragged)
    assert isinstance(second, Ragged)
    np.testing.assert_array_equal(first.values, second.values)


def test_missing_and_empty_texts_are_problems_and_keep_their_place() -> None:
    known = RowProblem(row=0, sentence="it is binary")
    inputs = fit_text(pl.Series(TEXTS)).apply(dataset("", None, "to be", " ", problems=(known,)))
    assert len(inputs) == 4
    assert [problem.row for problem in inputs.problems] == [0, 1, 3]
    assert inputs.problems[0] is known
    assert inputs.problems[1].sentence == "predict expected a text in line, got none: fill it in"


def test_settings_overrule() -> None:
    transform = fit_text(pl.Series(TEXTS), DataSettings(vocabulary=4, longest=3))
    assert (transform.vocabulary, transform.longest, transform.cut) == (4, 3, 3)
    size, length = transform.decisions
    assert size.reason == "you said so"
    assert length.choice == "the first 3 tokens are read"
    assert length.reason == "3 of 4 training texts are longer and are cut"
    assert length.warning
    assert fit_text(pl.Series(TEXTS), DataSettings(longest=9)).decisions[1].reason == "none has more than your 9 tokens"


def test_odd_long_texts_do_not_make_all_long() -> None:
    """Of 200 texts of 1 … 200 words, the 99th per cent is text 199; of twice as long ones the 95th counts."""
    short = fit_text(pl.Series(["a " * length for length in range(1, 201)]))
    assert (short.longest, short.cut) == (199, 1)
    long = fit_text(pl.Series(["a " * 2 * length for length in range(1, 201)]))
    assert (long.longest, long.cut) == (382, 9)
    assert not long.decisions[1].warning


def test_a_script_without_blanks_has_pieces() -> None:
    """By hand: eight characters, and the two pairs that occur twice, 味道 and 很好."""
    transform = fit_text(pl.Series(["味道很好", "味道不好", "很好吃 ok"]))
    assert transform.unspaced
    assert transform.decisions[0].choice.startswith("10 characters and pieces of words; letter case")
    assert transform.decisions[0].reason == "more than 30 % of the characters are of a script without blanks"


def test_unknown_words_are_counted_in_the_parts_that_are_not_learnt_from() -> None:
    """By hand: validation has one unknown word of two, test one of four."""
    transform = fit_text(pl.Series(TEXTS))
    inputs = transform.apply(dataset("to be", "to sleep", "to be to dream", "x"))
    rows = {"train": np.array([0, 3]), "validation": np.array([1]), "test": np.array([2])}
    (said,) = said_unknown(transform, inputs, rows)
    assert said.choice == "50.0% of the tokens of the validation part, 25.0% of the tokens of the test part"
    assert said.warning is True
    (said,) = said_unknown(transform, inputs, {"test": np.array([0])})
    assert said.warning is False
    assert said_unknown(transform, inputs, {"train": np.array([0]), "test": np.array([], np.int64)}) == ()
    assert said_unknown(transform, Inputs(arrays=(np.zeros((1, 2)),)), rows) == ()


def test_what_cannot_be_learnt_or_read_is_said() -> None:
    with pytest.raises(DataError, match="expected texts with words that occur more than once, got 2 without any"):
        fit_text(pl.Series(["one", "two", None]))
    table = Dataset(kind="table", name="", frame=pl.DataFrame({"a": [1]}), source_rows=np.arange(1))
    with pytest.raises(DataError, match="predict expected texts, got a table: name a folder of texts"):
        texts_of(table)


@pytest.mark.parametrize(("copies", "pieces"), [(1, 2000), (40, 3125), (1000, 8000)])
def test_pieces_grow_with_the_texts(copies: int, pieces: int) -> None:
    """By hand: 5,000 characters a copy, one piece for each 64 of them, between 2,000 and 8,000."""
    assert _pieces(["很好吃的" * 1250] * copies) == pieces
