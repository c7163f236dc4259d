"""Texts for people, and tables, both with the ending .txt."""

from __future__ import annotations

from pathlib import Path

import pytest

from pellucid.data.text import decoding
from pellucid.data.text.prose import SAMPLE_BYTES, is_prose
from pellucid.foundation.errors import DataError

PROSE = {
    "one line": "Great movie, loved it, go and see it",
    "one line without marks": "this film is great fun",
    "paragraphs": "It began in May.\nNobody knew then, of course, how long it would last.\nWe did, later.\n",
    "lines": "\n".join(f"a sentence with {'very ' * (i % 7)}long words, {'and ' * (i % 3)}marks" for i in range(40)),
    "Chinese": "这部电影很好看，我很喜欢。\n下次还会再来看。\n真的很好。",
    "long": "word " * SAMPLE_BYTES,
    "long lines": "some words of a line, that differ\n" * SAMPLE_BYTES,
}
TABLES = {
    "numbers": "1.5\n2.5\n3.5\n",
    "columns of numbers": "1 2 3\n4 5 6\n7 8 9\n",
    "header and row": "age,sex\n3,male\n",
    "tabs": "ham\tok, see you there then\nspam\twin a prize now\nham\tno\n",
    "sentences beside a class": "class,review\n1,it was good of them\n0,it was bad of them\n1,well it was good\n",
    "categories": "red\ngreen\nblue\n",
    "empty": "",
}


@pytest.mark.parametrize("name", PROSE)
def test_prose(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.txt").write_text(PROSE[name])
    assert is_prose(tmp_path / "a.txt")


@pytest.mark.parametrize("name", TABLES)
def test_tables(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.txt").write_text(TABLES[name])
    assert not is_prose(tmp_path / "a.txt")


def test_bytes_are_no_prose(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(bytes(range(256)) * 9)
    assert not is_prose(tmp_path / "a.txt")


def test_bytes_of_no_encoding_are_no_prose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(sample: bytes, path: Path) -> str:
        raise DataError(f"{path}: {sample!r}")

    monkeypatch.setattr(decoding, "guess_encoding", none)
    (tmp_path / "a.txt").write_bytes(b"\xff\xfa words")
    assert not is_prose(tmp_path / "a.txt")


@pytest.mark.parametrize("text", ["Nguyen\nTran\nLe\n", "\N{GRINNING FACE}\N{THUMBS UP SIGN}"], ids=["names", "emoji"])
def test_single_words_are_texts_among_other_files_and_cells_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text)
    assert is_prose(tmp_path / "a.txt", alone=False)
    assert not is_prose(tmp_path / "a.txt")


def test_numbers_are_cells_among_other_files_too(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TABLES["columns of numbers"])
    assert not is_prose(tmp_path / "a.txt", alone=False)
