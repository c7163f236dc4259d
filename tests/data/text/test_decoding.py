"""The texts of many files in one encoding."""

from __future__ import annotations

from pathlib import Path

import pytest

from pellucid.data.settings import DataSettings
from pellucid.data.text.decoding import decode_texts
from pellucid.foundation.errors import DataError

FRENCH = "c'était très bon, la mise en scène est élégante, l'été à la mer où tout a commencé"


def decode(*raws: bytes, **options: str) -> tuple[tuple[str, ...], dict[int, str]]:
    decoding = decode_texts(raws, DataSettings(**options), Path("reviews"))
    return decoding.texts, decoding.faults


def test_utf8_with_and_without_a_mark_and_other_newlines() -> None:
    assert decode(b"a\r\nb", "\ufeffüber".encode(), "wide".encode("utf-16")) == (("a\nb", "über", "wide"), {})


def test_files_that_are_no_utf8_are_looked_at_together() -> None:
    decoding = decode_texts(
        [FRENCH.encode("cp1252"), "größer".encode(), FRENCH.encode("cp1252")], DataSettings(), Path("reviews")
    )
    assert decoding.texts == (FRENCH, "größer", FRENCH)
    assert decoding.decisions[0].choice == "cp1252 of 2 of 3 texts"
    assert decoding.decisions[0].warning


def test_a_named_encoding_is_taken() -> None:
    assert decode("хорошо".encode("koi8-r"), encoding="koi8-r") == (("хорошо",), {})
    texts, faults = decode(b"\xff\xff", encoding="utf-8")
    assert texts == ("",)
    assert faults[0].startswith("it is not in the encoding utf-8: ")
    with pytest.raises(DataError, match="expected a known encoding, got klingon: pass another one with --encoding"):
        decode(b"a", encoding="klingon")


def test_bytes_that_are_no_text() -> None:
    """The beginning of a PNG file; control characters."""
    texts, faults = decode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", b"\x01\x02\x03 words", b"fine")
    assert texts == ("", "", "fine")
    assert faults == {0: "binary content", 1: "binary content"}


def test_one_file_in_another_encoding_than_the_others_is_named() -> None:
    """No byte 0x98 exists in cp1251; the guess is that of the many."""
    russian = "это хороший фильм, очень смешной и добрый ".encode("cp1251")
    _, faults = decode(*[russian] * 20, b"\x98\x98\x98\x98")
    assert list(faults) in ([20], [])


def test_empty_files_are_no_faults() -> None:
    decoding = decode_texts([b"", b" \n", b"a"], DataSettings(), Path("reviews"))
    assert decoding.faults == {}
    assert decoding.empty == {0: "it is empty", 1: "it is empty"}
