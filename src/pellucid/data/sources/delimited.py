"""Tables as text: CSV, TSV and their kin, with whatever separator, quotes, header and encoding; gzipped or not."""

from __future__ import annotations

import mmap
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.frames import Parted
from pellucid.data.settings import DataSettings
from pellucid.data.sources.source import Known, Source, table_dataset
from pellucid.data.text.dialect import BLANK, SAMPLE_BYTES, Dialect, sniff
from pellucid.data.text.encoding import Text, load_text
from pellucid.data.text.scanning import BadRow, Checked, check_records
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision

SHOWN_ROWS: Final = 3
SHOWN_CHARACTERS: Final = 60
COMMENTS: Final = re.compile(rb"(#[^\n]*\n)+")
MARKS: Final = (b",", b";", b"\t", b"|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of a text file, not parsed yet, and their line numbers."""

    table: Parted
    lines: NDArray[np.int64]
    decisions: tuple[Decision, ...]


def is_text_file(source: Any) -> bool:
    """Say whether a source is a file at all; this source comes last and takes what no other one takes."""
    return isinstance(source, Path) and source.is_file()


def read_delimited(source: Path, settings: DataSettings, known: Known) -> Dataset:
    """Read a file of rows of text.

    Raises:
        DataError: the file is empty or binary, or a row has the wrong number of fields.
    """
    text = _without_comments(load_text(source, settings))
    dialect = sniff(text.content[:SAMPLE_BYTES], settings, [column.name for column in known])
    rows = rows_of(text, dialect, settings, source.name)
    return table_dataset(
        rows.table,
        name=source.name,
        settings=settings,
        known=known,
        rows=rows.lines,
        decisions=(*text.decisions, *dialect.decisions, *rows.decisions),
        comma_groups=dialect.separator == ",",
    )


def rows_of(text: Text, dialect: Dialect, settings: DataSettings, name: str) -> Rows:
    """Check every row of a text and return them as a table of texts in parts.

    Raises:
        DataError: a row has the wrong number of fields and is not to be skipped; or no row is left.
    """
    if dialect.separator == BLANK:
        text = Text(content=_with_tabs(bytes(text.content)))
    separator = "\t" if dialect.separator == BLANK else dialect.separator
    if dialect.quote:
        text = _without_padding(text, separator, dialect.quote)
    start = _data_start(text.content, dialect, separator)
    checked = check_records(text.content, separator, dialect.quote, dialect.fields, start)
    said = _said_bad_rows(checked, dialect, settings, name)
    if not len(checked.lines):
        raise DataError(f"read expected rows of data in {name}, got only a header: check how it was saved")
    names = dialect.header or tuple(f"column_{i}" for i in range(1, dialect.fields + 1))
    fields: Any = {"schema": dict.fromkeys(names, pl.String), "separator": separator, "quote_char": dialect.quote}
    table = Parted(
        lambda: (pl.scan_csv(part, has_header=False, **fields) for part in _edited(text.content, checked, start))
    )
    return Rows(table=table, lines=checked.lines, decisions=said)


def _with_tabs(content: bytes) -> bytes:
    """Return rows with one tab between fields where they had any run of blanks outside quotes."""
    trimmed = re.sub(rb"^[ \t]+|[ \t\r]+$", b"", content, flags=re.MULTILINE)
    return re.sub(rb'("[^"\n]*")|[ \t]+', lambda found: found[1] or b"\t", trimmed)


def _without_padding(text: Text, separator: str, quote: str) -> Text:
    """Return the text without blanks between a separator and a quote, where its beginning has such."""
    padding = re.compile(rf"(?<={re.escape(separator)}) +(?={quote})".encode())
    if padding.search(text.content[:SAMPLE_BYTES]) is None:
        return text
    return Text(content=padding.sub(b"", text.content))


def _without_comments(text: Text) -> Text:
    """Return the text with the comments before its first row made blank lines, so that lines keep their numbers.

    A last comment with as many separators as the row below it holds the names; then only its mark goes.
    """
    found = COMMENTS.match(text.content[:SAMPLE_BYTES])
    if found is None:
        return text
    lines = found.group().splitlines(keepends=True)
    below = text.content[found.end() :][:SAMPLE_BYTES].partition(b"\n")[0]
    counts = [[line.count(mark) for mark in MARKS] for line in (lines[-1], below)]
    names = lines.pop().replace(b"#", b"", 1) if counts[0] == counts[1] and any(counts[0]) else b""
    said = Decision(topic="comments", choice=f"{len(lines)} lines left out", reason="they begin the file with #")
    content = b"\n" * len(lines) + names + text.content[found.end() :]
    return Text(content=content, decisions=(*text.decisions, said) if lines else text.decisions)


def _data_start(content: bytes | mmap.mmap, dialect: Dialect, separator: str) -> int:
    """Return the byte after the header (and the blank lines before it); 0 without one."""
    if dialect.header is None:
        return 0
    start = 0
    while not (line := content[start : content.find(b"\n", start) + 1 or None]).strip():
        start += len(line)
    stop = start + len(line)
    while dialect.quote and content[start:stop].count(dialect.quote.encode()) % 2 and stop < len(content):
        stop = content.find(b"\n", stop) + 1 or len(content)
    if len(dialect.header) != dialect.fields:
        raise DataError(
            f"read expected as many names in the header as fields in the rows ({dialect.fields}), "
            f"got {len(dialect.header)}: mend the header, or pass --header no or another --separator"
        )
    return stop


def _edited(content: bytes | mmap.mmap, checked: Checked, start: int) -> Iterator[bytes]:
    """Yield the blocks of the content from `start` on that hold records, with the edits made."""
    done = 0
    for stop in checked.stops:
        pieces, until = [], bisect_left(checked.edits, (stop,))
        for first, last, replacement in checked.edits[done:until]:
            pieces += [content[start:first], replacement]
            start = last
        yield b"".join([*pieces, content[start:stop]])
        start, done = stop, until


def _said_bad_rows(checked: Checked, dialect: Dialect, settings: DataSettings, name: str) -> tuple[Decision, ...]:
    """Raise naming the first broken row, or say how many were left out."""
    if not checked.bad:
        return ()
    listed = ", ".join(str(row.line) for row in checked.bad[:SHOWN_ROWS])
    more = " …" if len(checked.bad) > SHOWN_ROWS else ""
    if not settings.skip_bad_rows:
        raise DataError(
            f"read expected {dialect.fields} fields in every row of {name}, got {_shown(checked.bad[0])}"
            f"{_others(checked.bad)}: mend the file, or leave such rows out with --skip-bad-rows"
        )
    return (
        Decision(
            topic="bad rows",
            choice=f"{len(checked.bad)} row{'s' * (len(checked.bad) > 1)} left out",
            reason=f"row {listed}{more} of the file has no {dialect.fields} fields",
            warning=True,
        ),
    )


def _shown(row: BadRow) -> str:
    """Return what stands in a broken row."""
    text = row.text.strip()
    text = text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
    return f"{row.fields} in row {row.line} ({text!r})"


def _others(bad: tuple[BadRow, ...]) -> str:
    """Return how many more rows are broken."""
    others = len(bad) - 1
    return f" and {others} more such row{'s' * (others > 1)}" if others else ""


DELIMITED: Final = Source(
    name="delimited",
    title="a file of rows of text: CSV, TSV, any separator, .gz too",
    kind="table",
    recognises=is_text_file,
    read=read_delimited,
)
