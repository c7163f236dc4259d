"""Sequences of symbols, and what only looks like them."""

import numpy as np
import polars as pl
import pytest

from pellucid.data.inspection.kinds import guess_kind, holds_sentences
from pellucid.data.text.symbols import are_symbols
from pellucid.data.text.tokenizer import tokens_of
from pellucid.data.transforms.text import fit_text

RNG = np.random.default_rng(0)


def strings(alphabet: str, rows: int = 50, low: int = 30, high: int = 60) -> pl.Series:
    return pl.Series(["".join(RNG.choice(list(alphabet), RNG.integers(low, high))) for _ in range(rows)])


@pytest.mark.knowledge("H6")
@pytest.mark.parametrize("alphabet", ["ACGT", "acgu-", "ACDEFGHIKLMNPQRSTVWY*"])
def test_dna_rna_and_proteins_are_learnt_from(alphabet: str) -> None:
    column = strings(alphabet)
    assert are_symbols(column)
    assert guess_kind(column).kind == "text"
    assert holds_sentences(column)


@pytest.mark.parametrize(
    "column",
    [
        strings("0123456789abcdef", low=32, high=33),  # hashes
        strings("ABCDEFGHJKLMNPQRSTUVWXYZ", low=5, high=9),  # codes
        strings("abcdefABCDEF", low=25, high=40),  # random keys
        pl.Series(["the cat sat on the mat and looked at the dog"] * 5),
        pl.Series([1.0, 2.0]),
        pl.Series([None, None], dtype=pl.String),
    ],
)
def test_hashes_codes_keys_and_sentences_are_none(column: pl.Series) -> None:
    assert not are_symbols(column)


def test_each_symbol_or_group_is_a_token() -> None:
    column = strings("ACGT")
    transform = fit_text(column)
    assert transform.symbols
    assert 4 + 2 <= transform.vocabulary <= 64
    assert "symbols and groups of them" in transform.decisions[0].choice
    lengths = [len(tokens) for tokens in tokens_of(transform.tokenizer, column.to_list())]
    assert all(length > characters / 4 for length, characters in zip(lengths, column.str.len_chars(), strict=True))
