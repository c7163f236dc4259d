"""Encodings, newlines and packed files."""

from __future__ import annotations

import codecs
import gzip
import mmap
from pathlib import Path

import pytest

from pellucid.data.settings import DataSettings
from pellucid.data.text.encoding import guess_encoding, load_text
from pellucid.foundation.errors import DataError

TEXT = "name,town\nJosé,Málaga\nJürgen,Köln\nZoë,Liège\nFrançois,Nîmes\n"


def written(folder: Path, content: bytes) -> Path:
    path = folder / "a.csv"
    path.write_bytes(content)
    return path


def test_utf8_is_read_in_place(tmp_path: Path) -> None:
    text = load_text(written(tmp_path, TEXT.encode()), DataSettings())
    assert bytes(text.content).decode() == TEXT
    assert isinstance(text.content, mmap.mmap)
    assert not text.decisions


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8-sig"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-32"), "utf-32"),
        (TEXT.encode("cp1252"), "cp1252"),
        (("price\n" + "€ 5\n" * 20 + TEXT).encode("cp1252"), "cp1252"),
    ],
)
def test_other_encodings_are_found_and_said(tmp_path: Path, content: bytes, said: str) -> None:
    text = load_text(written(tmp_path, content), DataSettings())
    assert bytes(text.content).decode().endswith(TEXT)
    assert text.decisions[0].choice == said


def test_the_user_names_the_encoding(tmp_path: Path) -> None:
    text = load_text(written(tmp_path, "a\nпривет\n".encode("koi8-r")), DataSettings(encoding="koi8-r"))
    assert bytes(text.content).decode() == "a\nпривет\n"
    assert not text.decisions


def test_a_wrong_encoding_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="in the encoding ascii"):
        load_text(written(tmp_path, TEXT.encode()), DataSettings(encoding="ascii"))


def test_gzip(tmp_path: Path) -> None:
    text = load_text(written(tmp_path, gzip.compress(TEXT.encode())), DataSettings())
    assert text.content == TEXT.encode()


def test_a_cut_gzip_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="to be whole"):
        load_text(written(tmp_path, gzip.compress(TEXT.encode())[:-12]), DataSettings())


def test_old_newlines(tmp_path: Path) -> None:
    text = load_text(written(tmp_path, b"a,b\r1,2\r3,4\r"), DataSettings())
    assert text.content == b"a,b\n1,2\n3,4\n"


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\0" * 64])
def test_an_empty_file_is_an_error(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DataError, match="got an empty file"):
        load_text(written(tmp_path, content), DataSettings())


def test_a_binary_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="got binary content"):
        load_text(written(tmp_path, bytes(range(256)) * 4), DataSettings())


def test_mixed_encodings_name_the_rows(tmp_path: Path) -> None:
    path = written(tmp_path, "a\né\nü\n".encode() + "ö\n".encode("latin-1") + "ß\n".encode())
    with pytest.raises(DataError, match=r"UTF-8 mixed with bytes of another in 1 rows \(row 4\).*--skip-bad-rows"):
        load_text(path, DataSettings())
    text = load_text(path, DataSettings(skip_bad_rows=True))
    assert bytes(text.content).decode() == "a\né\nü\n\nß\n"
    assert text.decisions[0].warning


def test_bytes_of_even_number_are_not_taken_for_letters_of_two_bytes() -> None:
    sample = "难吃，太慢了，很差0".encode("gb18030")  # as UTF-16 it is letters of Korea and of China
    assert not guess_encoding(sample, Path("a.txt")).startswith("utf")
