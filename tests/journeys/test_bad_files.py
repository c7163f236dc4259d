"""Files that cannot be read, or not without a word: each refusal is one sentence, and nothing is left behind."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

Refused = Callable[..., str]
Fit = Callable[..., str]

NOISE = np.random.default_rng(0).integers(0, 256, 5000, dtype=np.uint8).tobytes()


def test_missing_file_offers_the_nearest_in_its_folder(fit_refused: Refused, table: Path) -> None:
    sentence = fit_refused("tabel.csv")
    assert "got tabel.csv, which does not exist: did you mean table.csv?" in sentence


def test_misspelt_name_of_a_set_is_offered(fit_refused: Refused) -> None:
    assert "did you mean iris?" in fit_refused("irs")


def test_missing_file_with_no_like(fit_refused: Refused) -> None:
    assert "got /nowhere/at/all.csv, which does not exist: check the path" in fit_refused("/nowhere/at/all.csv")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "rows of data in empty.csv, got an empty file"),
        ("blank.csv", b"\n\n  \n", "rows of data in blank.csv, got an empty file"),
        ("header.csv", b"size,weight,kind\n", "rows of data in header.csv, got only a header"),
        ("noise.csv", NOISE, "a text file, got binary content"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + NOISE, "a text file, got binary content"),
        ("noise.parquet", NOISE, "noise.parquet to be a whole Parquet file, got"),
        ("cut.parquet", b"PAR1" + bytes(100), "cut.parquet to be a whole Parquet file, got"),
        ("cut.csv.gz", gzip.compress(b"a,kind\n1,yes\n" * 99)[:40], "cut.csv.gz to be whole, got"),
        ("cut.jsonl", b'{"a": 1, "kind": "x"}\n{"a":\n', "a JSON record in every row of cut.jsonl, got .* in row 2"),
        ("names.arff", b"@relation x\n@attribute a numeric\n@data\n1,2\n", "1 field.* got 2 in row 4"),
    ],
)
def test_unreadable_content(fit_refused: Refused, name: str, content: bytes, sentence: str) -> None:
    Path(name).write_bytes(content)
    pytest.fail(reason=text) if not (text := fit_refused(name)) else None
    import re

    assert re.search(sentence, text), text
