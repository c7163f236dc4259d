"""JSON: one record a line, or one array of records."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.source import Known, Source, has_suffix, table_dataset
from pellucid.data.text.encoding import load_text
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision

SUFFIXES: Final = (".jsonl", ".ndjson", ".json", ".jsonlines")
SHOWN_ROWS: Final = 3


def is_json(source: Any) -> bool:
    """Say whether a source is a file of JSON, by its ending."""
    return has_suffix(source, *SUFFIXES)


def read_json_lines(source: Path, settings: DataSettings, known: Known) -> Dataset:
    """Read the records of a file of JSON lines, or of one JSON array.

    Raises:
        DataError: a line is no JSON record; the row is named.
    """
    text = load_text(source, settings)
    content = bytes(text.content)
    records, lines, bad = _array(content, source) if content.lstrip().startswith(b"[") else _lines(content)
    if bad and not settings.skip_bad_rows:
        line, reason = bad[0]
        raise DataError(
            f"read expected a JSON record in every row of {source.name}, got {reason} in row {line}: "
            "mend the file, or leave such rows out with --skip-bad-rows"
        )
    said = Decision(
        topic="bad rows",
        choice=f"{len(bad)} left out",
        reason=f"row {', '.join(str(line) for line, _ in bad[:SHOWN_ROWS])} is no JSON record",
        warning=True,
    )
    return table_dataset(
        _frame(records, source).lazy(),
        name=source.name,
        settings=settings,
        known=known,
        rows=np.array(lines, np.int64),
        decisions=(*text.decisions, said) if bad else text.decisions,
    )


def _lines(content: bytes) -> tuple[list[dict[str, Any]], list[int], list[tuple[int, str]]]:
    """Decode each line; return the records, their line numbers, and the lines that are none."""
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    records, lines, bad = [], [], []
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            records.append(decode(line))
            lines.append(number)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            bad.append((number, str(error)))
    return records, lines, bad


def _array(content: bytes, source: Path) -> tuple[list[dict[str, Any]], list[int], list[tuple[int, str]]]:
    """Decode one array of records; they are numbered from 1."""
    try:
        records = msgspec.json.decode(content, type=list[dict[str, Any]])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DataError(
            f"read expected {source.name} to hold JSON records, got {error}: write one record a line"
        ) from None
    return records, list(range(1, len(records) + 1)), []


def _frame(records: list[dict[str, Any]], source: Path) -> pl.DataFrame:
    """Make a table of the records; a column of different types becomes text."""
    try:
        return pl.DataFrame(records, infer_schema_length=None, strict=False)
    except pl.exceptions.PolarsError as error:
        raise DataError(
            f"read expected records with the same fields in {source.name}, got {_first_line(error)}: "
            "write one type in each field"
        ) from None


def _first_line(error: Exception) -> str:
    """Return what an error says, without the hints for programmers below it."""
    return str(error).partition("\n")[0].partition("; ")[0]


JSON_LINES: Final = Source(
    name="json lines",
    title="a file of JSON records, one a line",
    kind="table",
    recognises=is_json,
    read=read_json_lines,
)
