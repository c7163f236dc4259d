"""Counting the fields of every record of a text file with whole-array operations, before any parser sees it.

A parser that meets a broken row either stops without naming it or fills the gap silently; this finds them all.
"""

from __future__ import annotations

import csv
import io
import mmap
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

NEWLINE: Final = ord("\n")
RETURN: Final = ord("\r")
BLOCK_BYTES: Final = 1 << 22  # parsed at once, in 15 times the memory; half of it would be a fifth more work
JOINED_LINES: Final = 50  # a quoted field may span so many lines; beyond, the quote is a stray one


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """The records of one block of bytes that ends with a newline."""

    starts: NDArray[np.int64]
    """Where each record begins."""
    stops: NDArray[np.int64]
    """Where its newline stands."""
    fields: NDArray[np.int64]
    lines: NDArray[np.int64]
    """Lines before each record, from the block's start."""
    proper: float
    """The share of quotes that open or close a field; 1 without any."""
    unclosed: bool
    """Whether the block ends inside quotes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A record with the wrong number of fields."""

    line: int
    fields: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found in a whole file."""

    lines: NDArray[np.int64]
    """The line number (from 1) of each good record."""
    bad: tuple[BadRow, ...]
    edits: tuple[tuple[int, int, bytes], ...]
    """Spans to replace so that only good records are left: broken and blank ones by nothing."""
    stops: tuple[int, ...] = ()
    """The ends of the blocks that were checked, each after a whole record."""


def scan(block: NDArray[np.uint8], separator: int, quote: int | None) -> Scan:
    """Find the records of a block and count their fields; separators and newlines within quotes do not count."""
    newline, separators = block == NEWLINE, block == separator
    all_newlines = np.flatnonzero(newline)
    proper, unclosed = 1.0, False
    if quote is not None:
        quotes = block == quote
        if quotes.any():
            inside = np.bitwise_xor.accumulate(quotes)
            proper, unclosed = _proper_share(block, quotes, inside, separator, quote), bool(inside[-1])
            newline &= ~inside
            separators &= ~inside
    stops = np.flatnonzero(newline)
    starts = np.concatenate([[0], stops[:-1] + 1]) if len(stops) else stops
    before = np.searchsorted(np.flatnonzero(separators), stops)
    return Scan(
        starts=starts,
        stops=stops,
        fields=np.diff(before, prepend=0) + 1,
        lines=np.searchsorted(all_newlines, starts),
        proper=proper,
        unclosed=unclosed,
    )


def _proper_share(
    block: NDArray[np.uint8], quotes: NDArray[np.bool_], inside: NDArray[np.bool_], separator: int, quote: int
) -> float:
    """Return the share of quotes with a border of a field (or another quote) on their outer side."""
    border = np.isin(np.arange(256), [separator, NEWLINE, RETURN, quote])
    before = np.concatenate([[True], border[block[:-1]]])
    after = np.concatenate([border[block[1:]], [True]])
    return float(np.where(inside, before, after)[quotes].mean())


def check_records(content: bytes | mmap.mmap, separator: str, quote: str | None, fields: int, start: int) -> Checked:
    """Check that every record from byte `start` on has `fields` fields.

    Blank lines are dropped without complaint where a record has several fields. A file that quotes badly in one
    place is checked line by line there.
    """
    line = content[:start].count(b"\n") + 1
    numbers: list[NDArray[np.int64]] = []
    bad: list[BadRow] = []
    edits: list[tuple[int, int, bytes]] = []
    stops: list[int] = []
    size, stop = len(content), start
    length = BLOCK_BYTES
    while stop < size:
        block = _block(content, stop, length)
        found = scan(block, ord(separator), ord(quote) if quote else None)
        whole = stop + length >= size
        if (found.unclosed and whole) or found.proper < 1:
            part = _check_lines(block.tobytes(), separator, quote or "", fields, whole)
        elif len(found.stops):
            part = _check_block(block, found, fields)
        else:
            part = None
        if part is None:  # not one whole record yet
            length *= 2
            continue
        checked, used = part
        numbers.append(checked.lines + line)
        bad.extend(BadRow(line=row.line + line, fields=row.fields, text=row.text) for row in checked.bad)
        edits.extend((first + stop, last + stop, text) for first, last, text in checked.edits)
        line += int((block[:used] == NEWLINE).sum())
        stop += used
        stops.append(stop)
        length = BLOCK_BYTES
    lines = np.concatenate(numbers) if numbers else np.zeros(0, np.int64)
    return Checked(lines=lines, bad=tuple(bad), edits=tuple(edits), stops=tuple(stops))


def _block(content: bytes | mmap.mmap, start: int, length: int) -> NDArray[np.uint8]:
    """Return a stretch of the bytes as an array; the last one gets the newline that it may lack."""
    block = np.frombuffer(content, np.uint8, min(length, len(content) - start), start)
    if start + length >= len(content) and block[-1] != NEWLINE:
        block = np.append(block, np.uint8(NEWLINE))
    return block


def _check_block(block: NDArray[np.uint8], found: Scan, fields: int) -> tuple[Checked, int]:
    """Check a well-quoted block; return what was found and how many bytes the whole records took."""
    good = found.fields == fields
    bad, edits = [], []
    for record in np.flatnonzero(~good):
        start, stop = int(found.starts[record]), int(found.stops[record])
        text = block[start:stop].tobytes()
        if text.strip():
            bad.append(BadRow(line=int(found.lines[record]), fields=int(found.fields[record]), text=text.decode()))
        edits.append((start, stop + 1, b""))
    return Checked(lines=found.lines[good], bad=tuple(bad), edits=tuple(edits)), int(found.stops[-1]) + 1


def _check_lines(block: bytes, separator: str, quote: str, fields: int, whole: bool) -> tuple[Checked, int] | None:
    """Check a block whose quotes do not all stand at the borders of fields, one line after the other.

    A stray quote inside a field is kept as text (the record is quoted anew); a quote that never closes is a bad row.
    """
    lines = block.split(b"\n")[:-1]
    numbers, bad, edits = [], [], []
    at, index = 0, 0
    while index < len(lines):
        joined, cells = _record(lines[index : index + JOINED_LINES], separator, quote, fields)
        if not whole and index + JOINED_LINES >= len(lines):
            break
        text = b"\n".join(lines[index : index + joined])
        span = (at, min(at + len(text) + 1, len(block)))
        if len(cells) == fields and (text.strip() or fields == 1):
            numbers.append(index)
            edits.append((*span, _quoted(cells, separator, quote)))
        else:
            if text.strip():
                bad.append(BadRow(line=index, fields=len(cells), text=text.decode()))
            edits.append((*span, b""))
        index += joined
        at += len(text) + 1
    if not index:
        return None
    return Checked(lines=np.array(numbers, np.int64), bad=tuple(bad), edits=tuple(edits)), min(at, len(block))


def _record(lines: list[bytes], separator: str, quote: str, fields: int) -> tuple[int, list[str]]:
    """Return how many of the lines the first record takes, and its cells; one line where joining does not help."""
    first: list[str] | None = None
    for joined in range(1, len(lines) + 1):
        text = b"\n".join(lines[:joined]).decode()
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, quotechar=quote, strict=False))
        cells = rows[0] if rows else []
        first = first or cells
        if len(rows) == 1 and len(cells) == fields and text.count(quote) % 2 == 0:
            return joined, cells
        if text.count(quote) % 2 == 0:
            break
    return 1, first or []


def _quoted(cells: list[str], separator: str, quote: str) -> bytes:
    """Write one record with every field quoted."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, quotechar=quote, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(cells)
    return out.getvalue().encode()
