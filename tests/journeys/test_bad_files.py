"""Files that cannot be read, or not without a word: each refusal is one sentence, and nothing is left behind."""

from __future__ import annotations

import gzip
import re
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
        ("names.arff", b"@relation x\n@attribute a numeric\n@data\n1,2\n", "1 field.* got 2 in row"),
    ],
)
def test_unreadable_content(fit_refused: Refused, name: str, content: bytes, sentence: str) -> None:
    Path(name).write_bytes(content)
    assert re.search(sentence, fit_refused(name, "--target", "kind"))


@pytest.mark.parametrize("row", ["0.1,0.2", "0.1,0.2,red,2024-03-01,yes,more"])
def test_row_with_a_wrong_number_of_fields_is_named(fit_refused: Refused, rows: list[str], row: str) -> None:
    Path("broken.csv").write_text("\n".join([*rows[:5], row, *rows[5:]]))
    sentence = fit_refused("broken.csv")
    assert f"5 fields in every row of broken.csv, got {row.count(',') + 1} in row 6 ('{row}')" in sentence
    assert "leave such rows out with --skip-bad-rows" in sentence


def test_broken_rows_can_be_skipped_and_are_reported(fit: Fit, rows: list[str]) -> None:
    Path("broken.csv").write_text("\n".join([*rows[:5], "0.1,0.2", *rows[5:]]))
    said = fit("broken.csv", "--skip-bad-rows")
    assert "broken.csv  60 rows" in said
    assert "! bad rows: 1 row left out, because row 6 of the file has no 5 fields" in said


def test_mixed_encodings_name_the_row(fit_refused: Refused, fit: Fit, rows: list[str]) -> None:
    names = [row.replace("red", "Rosé") for row in rows]
    content = [line.encode("latin-1" if number == 7 else "utf-8") for number, line in enumerate(names, start=1)]
    content[7] = names[4].encode("latin-1")
    Path("mixed.csv").write_bytes(b"\n".join(content))
    sentence = fit_refused("mixed.csv")
    assert "one encoding in mixed.csv, got UTF-8 mixed with bytes of another in 1 rows (row 8)" in sentence
    assert "left out, because the file is UTF-8 and row 8 is not" in fit("mixed.csv", "--skip-bad-rows")


def test_nan_and_infinity_count_as_missing(fit: Fit, rows: list[str]) -> None:
    odd = ["nan,1,red,2024-03-01,yes", "inf,1,red,2024-03-01,yes", "-Infinity,2,red,2024-03-01,yes", "NaN,,,,no"]
    Path("odd.csv").write_text("\n".join([*rows, *odd]))
    said = fit("odd.csv")
    assert "! column size: 2 infinite numbers count as missing, because no scale and no network can take" in said
    assert re.search(r"size +number +feature +6\.2% ", said)  # by hand: 4 of 64 cells


def test_two_columns_of_one_name_get_two_names(fit: Fit, rows: list[str]) -> None:
    Path("twice.csv").write_text("\n".join([rows[0].replace("weight", "size"), *rows[1:]]))
    said = fit("twice.csv", "--target", "kind")
    assert re.search(r"size_2 +number +feature", said)


def test_one_column_leaves_nothing_to_learn_from(fit_refused: Refused) -> None:
    Path("one.csv").write_text("kind\n" + "yes\nno\n" * 20)
    assert "fit expected columns to learn from, got none" in fit_refused("one.csv")


def test_folder_without_pictures(fit_refused: Refused) -> None:
    Path("folder/inner").mkdir(parents=True)
    Path("folder/inner/notes.md").write_text("no picture")
    assert "texts in the folder folder, got none" in fit_refused("folder")
