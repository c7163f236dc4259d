"""From the bytes of a text file to UTF-8 with one newline a line, saying which encoding was found and why."""

from __future__ import annotations

import codecs
import gzip
import mmap
import re
import zlib
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from pellucid.data.settings import DataSettings
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision

GZIP_MAGIC: Final = b"\x1f\x8b"
BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MARKED: Final = ("utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le", "utf_7")
"""Encodings known by their marks and NUL bytes: without those, nearly any bytes fit them, as letters of Asia."""
SAMPLE_BYTES: Final = 1 << 16
CHUNK_BYTES: Final = 1 << 20  # decoded at once
SHOWN_LINES: Final = 5
SAMPLE_LINES: Final = 2000
BEYOND_ASCII: Final = re.compile(rb"[^\n]*[\x80-\xff][^\n]*\n?")
BLANKS: Final = b" \t\r\n\0"  # a file of these holds nothing; NUL bytes are what a crash leaves behind
WIDE_SHARE: Final = 0.3  # of NUL bytes at even (or odd) places: above it, Western text is UTF-16
MIXED_SHARE: Final = 0.2  # of the lines beyond ASCII that are valid UTF-8: chance alone gives other encodings fewer
FAMILIAR: Final = "cp1252"  # of Western Europe, and a superset of latin-1: where several fit about equally well
NEAR_CHAOS: Final = 0.05  # in charset-normalizer's measure of disorder, where 0.2 is its limit for text


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The content of a text file in UTF-8, mapped where the file on the disk is exactly that."""

    content: bytes | mmap.mmap
    decisions: tuple[Decision, ...] = ()


def load_text(path: Path, settings: DataSettings) -> Text:
    """Read a text file, gzipped or not, in whatever encoding.

    Raises:
        DataError: the file is empty, damaged, binary, or mixes encodings; the sentence says which.
    """
    raw = _raw_bytes(path)
    if not raw[:SAMPLE_BYTES].strip(BLANKS):
        raise DataError(f"read expected rows of data in {path}, got an empty file: check how it was saved")
    encoding, reason = (settings.encoding, "") if settings.encoding else marked_encoding(raw, f" in {path}")
    if encoding is None and _is_utf8(raw):
        return _newlines(Text(content=raw))
    if encoding is None:
        mixed = _lines_beyond_utf8(raw)
        if mixed:
            return _newlines(_without_mixed_lines(raw, mixed, path, settings))
        encoding, reason = guess_encoding(beyond_ascii(raw), path), "its bytes are no UTF-8 and fit this encoding best"
    try:
        content = bytes(raw).decode(encoding).encode()
    except (UnicodeDecodeError, LookupError) as error:
        raise DataError(
            f"read expected {path} in the encoding {encoding}, got {error}: pass another one with --encoding"
        ) from None
    said = Decision(
        topic="encoding",
        choice=encoding,
        reason=reason,
        overrule="--encoding NAME",
        warning=reason.startswith("its bytes"),
    )
    return _newlines(Text(content=content, decisions=(said,) if reason else ()))


def _raw_bytes(path: Path) -> bytes | mmap.mmap:
    """Return the bytes of the file: mapped into memory, or unpacked."""
    with path.open("rb") as file:
        magic = file.read(len(GZIP_MAGIC))
        if magic == GZIP_MAGIC:
            try:
                return gzip.decompress(path.read_bytes())
            except (OSError, EOFError, zlib.error) as error:
                raise DataError(f"read expected {path} to be whole, got {error}: copy or download it again") from None
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if magic else b""


def marked_encoding(raw: bytes | mmap.mmap, where: str = "") -> tuple[str | None, str]:
    """Return the encoding that marks and NUL bytes give away, and why; None where they say nothing.

    Raises:
        DataError: NUL bytes say that it is no text.
    """
    head = raw[:SAMPLE_BYTES]
    for mark, name in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return name, "the file begins with its byte order mark"
    if b"\0" not in head:
        return None, ""
    for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        places = head[start::2]
        if places.count(0) > WIDE_SHARE * len(places):
            return name, "every other byte is zero"
    raise DataError(
        f"read expected a text file, got binary content{where}: name a CSV, Parquet, ARFF or JSON lines file"
    )


def _is_utf8(raw: bytes | mmap.mmap) -> bool:
    """Say whether the bytes are valid UTF-8, a chunk at a time."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(raw), CHUNK_BYTES):
            decoder.decode(raw[start : start + CHUNK_BYTES])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def beyond_ascii(raw: bytes | mmap.mmap) -> bytes:
    """Return the first lines with a byte beyond ASCII: the others say nothing about the encoding."""
    return b"".join(line.group() for line in islice(BEYOND_ASCII.finditer(raw), SAMPLE_LINES))


def _lines_beyond_utf8(raw: bytes | mmap.mmap) -> list[tuple[int, int]]:
    """Return the spans of the lines that are no UTF-8 where too many others are: two encodings in one file."""
    valid, invalid = 0, []
    for line in BEYOND_ASCII.finditer(raw):
        try:
            line.group().decode()
            valid += 1
        except UnicodeDecodeError:
            invalid.append(line.span())
    return invalid if valid > MIXED_SHARE * (valid + len(invalid)) else []


def _without_mixed_lines(
    raw: bytes | mmap.mmap, spans: list[tuple[int, int]], path: Path, settings: DataSettings
) -> Text:
    """Empty the lines in another encoding when the user says so, or raise naming them.

    An emptied line keeps its newline, so that the numbers of the others stay; blank lines are no rows.
    """
    content = bytes(raw)
    numbers = [content.count(b"\n", 0, start) + 1 for start, _ in spans[:SHOWN_LINES]]
    shown = ", ".join(map(str, numbers)) + (" …" if len(spans) > SHOWN_LINES else "")
    if not settings.skip_bad_rows:
        raise DataError(
            f"read expected one encoding in {path}, got UTF-8 mixed with bytes of another in {len(spans)} rows "
            f"(row {shown}): save it as UTF-8, or leave these rows out with --skip-bad-rows"
        )
    for start, stop in reversed(spans):
        content = content[:start] + b"\n" * content[start:stop].endswith(b"\n") + content[stop:]
    said = Decision(
        topic="bad rows",
        choice=f"{len(spans)} rows in another encoding left out",
        reason=f"the file is UTF-8 and row {shown} is not",
        warning=True,
    )
    return Text(content=content, decisions=(said,))


def guess_encoding(sample: bytes, path: Path) -> str:
    """Ask charset-normalizer; among the encodings that fit about as well take the familiar one.

    Raises:
        DataError: none fits.
    """
    from charset_normalizer import from_bytes

    matches = list(from_bytes(sample, cp_exclusion=list(MARKED)))
    if not matches and _decodes(sample, FAMILIAR):
        return FAMILIAR
    if not matches:
        raise DataError(f"read expected {path} to be text, got bytes of no known encoding: name it with --encoding")
    best = matches[0]
    near = [match for match in matches if match.chaos <= best.chaos + NEAR_CHAOS]
    alike = {name for match in near for name in (match.encoding, *match.could_be_from_charset)}
    if FAMILIAR in alike and _letter_share(sample, FAMILIAR) >= _letter_share(sample, best.encoding):
        return FAMILIAR
    return best.encoding


def _decodes(sample: bytes, encoding: str) -> bool:
    """Say whether every byte of a sample means something in an encoding."""
    try:
        sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _letter_share(sample: bytes, encoding: str) -> float:
    """Return how many of the characters beyond ASCII are letters: a wrong encoding gives signs among them."""
    beyond = [character for character in sample.decode(encoding, errors="replace") if not character.isascii()]
    return sum(character.isalpha() for character in beyond) / max(len(beyond), 1)


def _newlines(text: Text) -> Text:
    r"""Return the text with `\n` between lines where it had the lone `\r` of old systems."""
    head = text.content[:SAMPLE_BYTES]
    if b"\n" in head or b"\r" not in head:
        return text
    return Text(content=bytes(text.content).replace(b"\r", b"\n"), decisions=text.decisions)
